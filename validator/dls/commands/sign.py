"""`dls sign`: sign a reproduction report with a key."""

import argparse
from pathlib import Path

from dls.errors import DlsError
from dls.report.terminal import show

EXAMPLE = """example:
  dls sign --new-key lab.pem --party "Another Lab"
  dls sign report.yaml --key lab.pem -o report.dsse.json

Needs the extra [sign]. Keep the key to yourself; give readers lab.pem.pub over a channel that they trust."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = (
        "Sign a reproduction report: a DSSE envelope that `dls verify` and `dls validate --trust` read."
    )
    parser.epilog = EXAMPLE
    parser.add_argument("report", nargs="?", type=Path, metavar="REPORT", help="the report of `dls reproduce`")
    parser.add_argument("--key", type=Path, metavar="K", help="an Ed25519 private key in PEM")
    parser.add_argument(
        "-o", dest="out", type=Path, metavar="FILE", help="the envelope (default: <report>.dsse.json beside the report)"
    )
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="write a new key, and FILE.pub for readers")
    parser.add_argument(
        "--party", metavar="NAME", help="the owner of the key, for FILE.pub: the name in the report's `by`"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write a key pair, an envelope, or both."""
    from dls.signing.keys import new_key

    if arguments.new_key is None and (arguments.report is None or arguments.key is None):
        raise DlsError("sign takes a report and --key K, or --new-key FILE; see `dls sign --help`")
    if arguments.new_key is not None:
        public = new_key(arguments.new_key, arguments.party)
        show(f"wrote {arguments.new_key}, which is yours alone, and {public}, which is for readers")
    if arguments.report is not None:
        out = arguments.out or arguments.report.with_suffix(".dsse.json")
        _sign(arguments.report, arguments.key or arguments.new_key, out)
        show(f"wrote {out}; the issuer lists it in the statement, and puts both files beside it:")
        for text in _entry(arguments.report, out).splitlines():
            show(f"  {text}")
    return 0


def _entry(report: Path, envelope: Path) -> str:
    """Return the entry of a signed report in a statement, as YAML."""
    from dls.canonical import file_sha256
    from dls.document.reader import read
    from dls.document.writer import yaml_text

    value = read(report).value
    entry = {
        "by": value["by"]["name"],
        "performed_on": value["performed_on"],
        "path": report.name,
        "sha256": file_sha256(report),
        "envelope": envelope.name,
    }
    return yaml_text({"reproductions": [entry]})


def _sign(report: Path, key: Path, out: Path) -> None:
    from dls.checking.validate import check
    from dls.document.reader import read
    from dls.evidence.files import create_file
    from dls.signing.envelope import sign_report
    from dls.signing.keys import open_signer
    from dls.standard.schemas import KIND_NAMES

    signer = open_signer(key)
    result = check(report)
    if result.kind not in (None, "reproduction"):
        raise DlsError(
            f"{report} is {KIND_NAMES[result.kind]}; wanted the reproduction report that `dls reproduce` writes"
        )
    if result.kind != "reproduction" or result.errors:
        raise DlsError(f"{report} is no valid reproduction report; `dls validate {report}` shows every finding")
    value = read(report).value
    for member in ("weights_sha256", "tensors_sha256"):
        if member not in value["student"]:
            raise DlsError(f"{report}: /student names no {member}, so a signature would be about no model; add it")
    create_file(out, sign_report(value, signer))
