"""`dls verify`: the signer of a report, and the weights and the statement that it is about."""

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from dls.report.terminal import show, show_problem

if TYPE_CHECKING:
    from dls.signing.envelope import SignedReport

EXAMPLE = """example:
  dls verify report.dsse.json --trust lab.pem.pub --statement dls.yaml

Needs the extra [sign], and no network. KEYS: a file of Ed25519 public keys in PEM, or a folder of *.pem and *.pub.
A line `Party: NAME` before a key names its owner; the report then has to be by that party.
Exit code: 0 verified, 1 the envelope is refused or its report refutes a claim, 2 an input that cannot be read."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Verify a signed reproduction report against the keys that you trust."
    parser.epilog = EXAMPLE
    parser.add_argument("envelope", type=Path, metavar="ENVELOPE", help="the file that `dls sign` wrote")
    parser.add_argument("--trust", type=Path, metavar="KEYS", required=True, help="public keys of parties you believe")
    parser.add_argument("--statement", type=Path, metavar="FILE", help="the statement that the report has to be about")


def run(arguments: argparse.Namespace) -> int:
    """Verify the envelope and print its signers and its subjects."""
    from dls.signing.envelope import Refusal, open_envelope
    from dls.signing.independence import objection
    from dls.signing.keys import read_trusted_keys
    from dls.verifying.recompute import open_context

    trust = read_trusted_keys(arguments.trust)
    context = open_context(arguments.statement) if arguments.statement else None
    result = open_envelope(arguments.envelope, trust)
    if context is not None and not isinstance(result, Refusal):
        result = objection(result, context) or result
    if isinstance(result, Refusal):
        show_problem(f"{arguments.envelope} is refused: {result.reason}")
        return 1
    _print_report(result)
    if context is None:
        show("without --statement, dls did not check that it is about your statement, or that another party signed")
    elif any(key.parties for key in result.signers):
        show(f"it is about {arguments.statement}, which another party issued")
    else:
        show(f"it is about {arguments.statement}, whose issuer may have signed it: your keys give its key to no party")
    return int(any(claim.verdict == "refuted" for claim in result.report.claims))


def _print_report(signed_report: "SignedReport") -> None:
    report = signed_report.report
    counts = report.summary
    for key in signed_report.signers:
        note = "" if key.parties else ", to which your keys give no party: the name is the report's own"
        show(f"signed by '{report.by.name}' with key {key.id}{note}")
    show(f"student    {report.student.weights_sha256}")
    show(f"statement  {report.statement.id} revision {report.statement.revision}")
    show(f"core       {report.statement.core_sha256}")
    show(
        f"verdicts   {counts.confirmed} confirmed, {counts.borderline} borderline, {counts.refuted} refuted, "
        f"{counts.not_verifiable} not verifiable"
    )
    words = Counter(claim.replication.verdict for claim in report.claims if claim.replication)
    fresh = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in words.items())
    show(f"on fresh items of its draw: {fresh or 'none asked'}")
