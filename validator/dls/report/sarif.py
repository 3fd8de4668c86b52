"""Findings as SARIF 2.1.0, for code scanning."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from dls.checking.validate import CheckResult
from dls.finding import Finding
from dls.report.place import path_uri, repository_path
from dls.rules import ALL
from dls.version import __version__

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = (
    "%SRCROOT%"  # the name that code hosts know; whoever reads says where it lies, so a report is the same everywhere
)
_INDEX = {rule.code: i for i, rule in enumerate(ALL)}


def render(checked: Sequence[CheckResult]) -> str:
    """Return one SARIF run over all files."""
    driver = {"name": "dls", "version": __version__, "rules": [_rule(i) for i in range(len(ALL))]}
    results = [_result(finding) for one in checked for finding in one.findings]
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository that holds the files."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
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
    found_in = path_uri(repository_path(finding.path))
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": found_in} | ({} if found_in.startswith("file:") else {"uriBaseId": _ROOT}),
            "region": {"startLine": finding.line, "startColumn": finding.column},
        },
        "logicalLocations": [{"fullyQualifiedName": finding.pointer or "/"}],
    }
    print_ = hashlib.sha256(f"{finding.code}\n{found_in}\n{finding.pointer}".encode()).hexdigest()
    suppressed = {"suppressions": [{"kind": "external", "status": "accepted"}]} if finding.waived else {}
    return {
        "ruleId": finding.code,
        "ruleIndex": _INDEX[finding.code],
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [location],
        "partialFingerprints": {"dls/v1": print_},
        **suppressed,
    }
