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
_ROOT = "%SRCROOT%"  # the name that code hosts know; the reader says where it lies, so a report is the same everywhere
_INDEX = {rule.code: i for i, rule in enumerate(ALL)}


def render(results: Sequence[CheckResult]) -> str:
    """Return one SARIF run over all files."""
    driver = {"name": "dls", "version": __version__, "rules": [_rule(i) for i in range(len(ALL))]}
    findings = [finding for result in results for finding in result.findings]
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository that holds the files."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in findings],
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
    address = path_uri(repository_path(finding.path))
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": address} | ({} if address.startswith("file:") else {"uriBaseId": _ROOT}),
            "region": {"startLine": finding.line, "startColumn": finding.column},
        },
        "logicalLocations": [{"fullyQualifiedName": finding.pointer or "/"}],
    }
    fingerprint = hashlib.sha256(f"{finding.code}\n{address}\n{finding.pointer}".encode()).hexdigest()
    suppressions = {"suppressions": [{"kind": "external", "status": "accepted"}]} if finding.waived else {}
    return {
        "ruleId": finding.code,
        "ruleIndex": _INDEX[finding.code],
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [location],
        "partialFingerprints": {"dls/v1": fingerprint},
        **suppressions,
    }
