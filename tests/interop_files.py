"""The public files of neighbouring formats that the tests hold, and the official schemas of those formats."""

import json
import tarfile
from pathlib import Path

import jsonschema_rs

DATA = Path(__file__).parent / "data" / "interop"
REFERENCES = ("spdx.schema.json", "jsf-0.82.schema.json", "cryptography-defs.schema.json")


def extract(folder, *names):
    """Unpack archives of public files into a folder."""
    for name in names:
        with tarfile.open(DATA / f"{name}.tar.xz") as archive:
            archive.extractall(folder, filter="data")
    return folder


def official_schemas(folder):
    """Return the validator of each format by its name, from the unpacked schemas; nothing is fetched."""

    def load(name):
        return json.loads((folder / name).read_text())

    references = [load(f"cyclonedx/schema/{name}") for name in REFERENCES]
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in references])
    return {
        "cyclonedx": jsonschema_rs.validator_for(load("cyclonedx/schema/bom-1.7.schema.json"), registry=registry),
        "cyclonedx-1.6": jsonschema_rs.validator_for(load("cyclonedx/schema/bom-1.6.schema.json"), registry=registry),
        "spdx": jsonschema_rs.validator_for(load("spdx/schema/spdx-3.0.1.schema.json")),
        "eee": jsonschema_rs.validator_for(load("eee/schema/eval-0.3.0.schema.json")),
    }
