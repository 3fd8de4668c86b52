"""Findings as SARIF 2.1.0, for code scanning."""

import json
import re
from collections.abc import Sequence
from typing import Any

from dls.checking.validate import Report
from dls.finding import Finding, rule_uri, visible
from dls.report.fingerprints import fingerprints_of
from dls.report.place import path_uri, repository_path
from dls.report.statement_summary import statement_summaries
from dls.rules.all_rules import ALL
from dls.version import __version__

CAP = 5_000  # results: GitHub shows as many of a run, and refuses a file with more than 25,000
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"  # the name that code hosts know; the reader says where it lies, so a report is the same everywhere
_INDEX = {rule.code: i for i, rule in enumerate(ALL)}


def render(results: Sequence[Report]) -> str:
    """Return one SARIF run over all files, with the worst findings where there are more than `CAP`."""
    findings = [finding for result in results for finding in result.findings]
    worst = sorted(findings, key=_rank)[:CAP]
    driver = {"name": "dls", "version": __version__, "rules": [_rule(i) for i in range(len(ALL))]}
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository that holds the files."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(len(findings) - len(worst))],
        "results": _results(worst),
        "properties": {"statements": statement_summaries(results)},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rank(finding: Finding) -> int:
    return 2 if finding.waived else int(finding.severity == "warning")


def _invocation(cut: int) -> dict[str, Any]:
    """Return the run as SARIF describes it; a notification says how many results it leaves out."""
    if cut == 0:
        return {"executionSuccessful": True}
    text = f"{cut} more findings are not shown here; `dls validate` in the format json lists all"
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}],
    }


def _rule(index: int) -> dict[str, Any]:
    rule = ALL[index]
    why = " ".join(rule.why.split())
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("_")),
        "shortDescription": {"text": _message(rule.title)},
        "fullDescription": {"text": _message(why)},
        "help": {"text": _message(f"{why} `dls explain {rule.code}` shows examples.")},
        "helpUri": rule_uri(rule.code),
        "defaultConfiguration": {"level": rule.severity},
    }


def _results(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [_result(*pair) for pair in zip(findings, fingerprints_of(findings), strict=True)]


def _result(finding: Finding, fingerprint: str) -> dict[str, Any]:
    address = path_uri(repository_path(finding.path))
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": address} | ({} if address.startswith("file:") else {"uriBaseId": _ROOT}),
            "region": {"startLine": finding.line, "startColumn": finding.column},
        },
        "logicalLocations": [{"fullyQualifiedName": visible(finding.pointer) or "/"}],
    }
    suppressions = {"suppressions": [{"kind": "external", "status": "accepted"}]} if finding.waived else {}
    return {
        "ruleId": finding.code,
        "ruleIndex": _INDEX[finding.code],
        "level": finding.severity,
        "message": {"text": _message(finding.message)},
        "locations": [location],
        "partialFingerprints": {"dls/v1": fingerprint},
        **suppressions,
    }


def _message(text: str) -> str:
    """Return text that SARIF takes as it stands: its braces are no placeholders, and its brackets are no link.

    Source: SARIF 2.1.0, 3.11.5 and 3.11.6.
    """
    braces = visible(text).replace("{", "{{").replace("}", "}}")
    return re.sub(r"([\\\[\]])", r"\\\1", braces) if "](" in braces else braces
