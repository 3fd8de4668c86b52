"""Findings as SARIF 2.1.0, for code scanning."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from dls import __version__
from dls.finding import Finding
from dls.rules import ALL
from dls.validate import Checked

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_INDEX = {rule.code: i for i, rule in enumerate(ALL)}


def sarif(checked: Sequence[Checked]) -> str:
    """Return one SARIF run over all files."""
    driver = {"name": "dls", "version": __version__, "rules": [_rule(i) for i in range(len(ALL))]}
    results = [_result(finding) for one in checked for finding in one.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(index: int) -> dict[str, Any]:
    rule = ALL[index]
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("_")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": " ".join(rule.why.split())},
        "help": {"text": f"dls explain {rule.code}"},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding) -> dict[str, Any]:
    uri = quote(PurePath(finding.path).as_posix())
    place = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": finding.line, "startColumn": finding.column},
        },
        "logicalLocations": [{"fullyQualifiedName": finding.pointer or "/"}],
    }
    print_ = hashlib.sha256(f"{finding.code}\n{uri}\n{finding.pointer}".encode()).hexdigest()
    suppressed = {"suppressions": [{"kind": "external", "status": "accepted"}]} if finding.waived else {}
    return {
        "ruleId": finding.code,
        "ruleIndex": _INDEX[finding.code],
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [place],
        "partialFingerprints": {"dls/v1": print_},
        **suppressed,
    }
