"""How often a key has reported on a statement before: a verifier who publishes one of many reports has to say so."""

from pathlib import Path

import msgspec

from dls.canonical import canonical_json, sha256_hex
from dls.document.reader import UnreadableDocument
from dls.errors import DlsError
from dls.evidence.bundle import Allowance, open_report
from dls.model import ReproductionReport
from dls.signing.envelope import SignedReport, open_envelope
from dls.signing.keys import TrustedKey

_ENVELOPE = ".dsse.json"
_REPORTS = (".yaml", ".yml", ".json")


def count_earlier_reports(folder: Path, statement_id: str, key: TrustedKey, but: Path | None = None) -> int:
    """Count the different reports in a folder that are about a statement and hold a draw of a key.

    A report and the envelope around it count once. Other files, and reports of other keys, count nothing.

    Args:
        folder: with reports (`*.yaml`, `*.json`) and envelopes (`*.dsse.json`); folders below it are not looked into.
        statement_id: the `id` of the statement, of any revision.
        key: the verifier's own.
        but: a report that does not count: the one that is written again.

    Raises:
        DlsError: there is no such folder.
    """
    if not folder.is_dir():
        raise DlsError(f"{folder} is no folder; name the folder of your earlier reports")
    candidates = (path for path in folder.iterdir() if path.suffix in _REPORTS and path.is_file())
    files = sorted(path for path in candidates if but is None or path.resolve() != but.resolve())
    reports = [report for path in files if (report := _report(path, key)) is not None]
    return len({_digest(report) for report in reports if _is_about(report, statement_id, key)})


def _report(path: Path, key: TrustedKey) -> ReproductionReport | None:
    if not path.name.endswith(_ENVELOPE):
        report = open_report(path, Allowance())
        return None if isinstance(report, str) else report
    try:
        result = open_envelope(path, [key])
    except UnreadableDocument:
        return None
    return result.report if isinstance(result, SignedReport) else None


def _is_about(report: ReproductionReport, statement_id: str, key: TrustedKey) -> bool:
    signature = report.draw.signature if report.draw else None
    return report.statement.id == statement_id and signature is not None and signature.keyid == key.id


def _digest(report: ReproductionReport) -> str:
    return sha256_hex(canonical_json(msgspec.to_builtins(report)))
