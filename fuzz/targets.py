"""The targets of fuzzing: a function for each kind of input, from its bytes to an answer. Each exception is a bug."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import msgspec
from securesystemslib.dsse import Envelope

from dls.canonical import file_sha256, sha256_hex
from dls.card.folder_facts import read_model_folder
from dls.card.pointer import Pointer
from dls.card.splice import attach, detach, read_parts
from dls.checking import waivers
from dls.checking.card_check import check_card
from dls.checking.validate import Report, check, check_waivers
from dls.errors import DlsError
from dls.evidence.records import read_evidence
from dls.finding import Finding, shortened
from dls.measuring.measure import measured_metrics
from dls.model import ManifestItems, ProbeName, RecordFile
from dls.probe import items_sha256
from dls.probes.catalogue import find_probe
from dls.report import terminal
from dls.report.github import render as github_report
from dls.report.gitlab import render as gitlab_report
from dls.report.json import render as json_report
from dls.report.junit import render as junit_report
from dls.report.plain_text import render as text_report
from dls.report.sarif import render as sarif_report
from dls.scenarios import profile
from dls.signing import envelope, keys
from dls.signing.independence import assess_independence
from dls.standard.numbers import ARMS
from dls.verifying.recompute import open_context, recompute_claims
from fuzz import foreign, seeds
from fuzz.place import Place
from fuzz.seeds import SEED, UNITS

TODAY = date(2026, 11, 24)
REPORTS: tuple[Callable[[tuple[Report, ...]], str], ...] = (
    text_report,
    json_report,
    sarif_report,
    github_report,
    junit_report,
    gitlab_report,
)
FORBIDDEN = [chr(code) for code in (*range(9), *range(11, 32), 0x7F, *range(0x80, 0xA0), 0x202E, 0x2066)]


def documents(data: bytes, place: Place) -> None:
    """Check a document of any kind, print it in each form, and compute it again."""
    path = place.write("dls.yaml", data)
    result = check(path, place.reader, trust=place.trust)
    for render in REPORTS:
        text = render((result,))
        assert not any(character in text for character in FORBIDDEN), f"{render.__module__} prints a control character"
    if result.kind == "statement" and result.readable:
        list(recompute_claims(open_context(path)))


def cards(data: bytes, place: Place) -> None:
    """Check a model card, print the findings in each form, put a section in and out again, and read its names."""
    path = place.write("README.md", data)
    facts = read_model_folder(path.parent)
    names = (facts.name, facts.base)
    assert not any(name.startswith(("/", ".", "~")) or "\\" in name for name in names), "a path passes as a name"
    result = check_card(str(path))
    for render in REPORTS:
        text = render((result,))
        assert not any(character in text for character in FORBIDDEN), f"{render.__module__} prints a control character"
    with suppress(DlsError):
        has_section = read_parts(data, "card").section is not None
        attachment = attach(data, "card", Pointer("1.0", "dls.yaml"), None, lambda _members: "\nText.\n\n")
        assert has_section or detach(attachment, "card") == data, "a card is not restored"


def manifests(data: bytes, place: Place) -> None:
    """Check an evidence manifest, alone and under a statement that pins it."""
    path = place.write("evidence/fuzzed/manifest.json", data)
    check(path)
    pin = {"path": "evidence/fuzzed/manifest.json", "sha256": file_sha256(path), "bytes": len(data)}
    evidence = [entry | pin for entry in place.statement["evidence"]]
    documents(json.dumps(place.statement | {"evidence": evidence}).encode(), place)


def records(data: bytes, place: Place) -> None:
    """Read the records of both arms from the two halves of the input, and measure them."""
    name, _, rest = data.partition(b"\n")
    probe = find_probe(name.decode("utf-8", "replace"))
    halves = dict(zip(ARMS, rest.split(b"\n---\n", 1), strict=False))
    items = probe.items(SEED, UNITS)
    files = []
    for arm, half in halves.items():
        place.write(f"evidence/records/{arm}.jsonl", half)
        members = {"sha256": sha256_hex(half), "bytes": len(half), "count": UNITS}
        files.append(RecordFile(arm=arm, path=f"{arm}.jsonl", **members))  # type: ignore[arg-type]
    manifest = msgspec.structs.replace(
        place.manifest,
        probe=ProbeName(id=probe.id, version=probe.version),
        items=ManifestItems(n=UNITS, seed=SEED, seed_reason=None, sha256=items_sha256(items)),
        records=tuple(files),
    )
    evidence = read_evidence(manifest, place.folder / "evidence" / "records")
    if len(files) == len(ARMS):
        measured_metrics(evidence.probe, evidence.items, evidence.records, ())


def waiver_files(data: bytes, place: Place) -> None:
    """Read a file of waivers and check a statement under it."""
    entries = waivers.load_waivers(place.write("fuzzed-waivers.yaml", data), TODAY)
    check_waivers(entries)
    check(place.folder / "DLS804-lossless.yaml", waivers=entries)


def profiles(data: bytes, place: Place) -> None:
    """Read a profile, check it, and judge a statement by it: as the reader's profile and as the statement's own."""
    path = place.write("fuzzed.yaml", data)
    check(path)
    document = place.statement | {"scenario": place.statement["scenario"] | {"path": "fuzzed.yaml"}}
    check(place.write("by-fuzzed.json", json.dumps(document).encode()))
    check(place.folder / "publisher.yaml", profile.load_profile(path))


def envelopes(data: bytes, place: Place) -> None:
    """Open an envelope without a valid signature."""
    path = place.write("fuzzed.dsse.json", data)
    envelope.open_envelope(path, place.trust)
    _list_envelope(place)


def attestations(data: bytes, place: Place) -> None:
    """Open an envelope that a trusted key signed, with any content."""
    document = Envelope(data, envelope.PAYLOAD_TYPE, {})
    document.sign(place.signer)
    envelopes(json.dumps(document.to_dict()).encode(), place)


def _list_envelope(place: Place) -> None:
    files = {"envelope": "fuzzed.dsse.json", "path": "report.yaml"}
    entries = [entry | files for entry in place.reproduction["reproductions"]]
    path = place.write("dls.json", json.dumps(place.reproduction | {"reproductions": entries}).encode())
    assess_independence(open_context(path), place.trust)


def key_files(data: bytes, place: Place) -> None:
    """Read public keys and a private key."""
    path = place.write("fuzzed.pem", data)
    with suppress(DlsError):
        keys.open_signer(path)
    keys.read_trusted_keys(path)


def trust_files(data: bytes, place: Place) -> None:
    """Read keys with the parties that they belong to, and assess a listed envelope under them."""
    trust = keys.read_trusted_keys(place.write("fuzzed.pub", data))
    assess_independence(open_context(place.folder / "publisher-reproduced.yaml"), trust)


def outputs(data: bytes, place: Place) -> None:
    """Print a text as the message, the path and the place of findings, in each form, and read each form back."""
    text = data.decode("utf-8", "surrogateescape")
    honest = check(place.folder / "publisher.yaml")
    first = Finding("DLS003", "error", shortened(text), text, 1, 1, shortened(text))
    findings = (first, first, first._replace(severity="warning"), first._replace(waived=True))
    results = (Report(text, findings), honest)
    forms = {render.__module__.rpartition(".")[2]: render(results) for render in REPORTS}
    for name, form in forms.items():
        assert not any(character in form for character in FORBIDDEN), f"{name} prints a control character"
    ET.fromstring(forms["junit"])  # noqa: S314 - our own output
    json.loads(forms["json"])
    run = json.loads(forms["sarif"])["runs"][0]
    assert len({str(entry["partialFingerprints"]) for entry in run["results"]}) == len(findings)
    assert all("\n" not in terminal.line(part) for part in (text, f"::error::{text}"))
    assert not terminal.line(text).lstrip().startswith("::"), "a text commands the host"


def record_texts(data: bytes, place: Place) -> None:
    """Measure records in which every text is the input's: answers that a model wrote."""
    name, _, rest = data.partition(b"\n")
    probe = find_probe(name.decode("utf-8", "replace"))
    text = rest.decode("utf-8", "replace")
    halves = []
    for arm in ARMS:
        values = [msgspec.to_builtins(probe.shape(arm).failed(item)) for item in probe.items(SEED, UNITS)]
        halves.append(b"\n".join(msgspec.json.encode(_with_text(value, text)) for value in values))
    records(name + b"\n" + b"\n---\n".join(halves), place)


def _with_text(value: Any, text: str) -> Any:
    """Return a record with a text in the place of each of its texts but its id."""
    if isinstance(value, dict):
        return {name: part if name in ("id", "item") else _with_text(part, text) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_text(part, text) for part in value]
    return text if isinstance(value, str) else value


class FuzzTarget(NamedTuple):
    """A kind of input: its reader, and the inputs to start from."""

    name: str
    read: Callable[[bytes, Place], None]
    seeds: Callable[[], list[bytes]]

    def run(self, data: bytes, place: Place) -> None:
        """Read the bytes; an error with a message is an answer.

        Raises:
            AssertionError: the error has no message.
        """
        try:
            self.read(data, place)
        except DlsError as error:
            message = str(error)
        else:
            return
        assert message, "an error without a message"


TARGETS = (
    FuzzTarget("documents", documents, seeds.files("*.yaml", "*.json")),
    FuzzTarget("manifests", manifests, seeds.files("evidence*/*/manifest.json", "evidence*/manifest.json")),
    FuzzTarget("records", records, seeds.records),
    FuzzTarget("waivers", waiver_files, seeds.files("waivers*.yaml")),
    FuzzTarget("profiles", profiles, seeds.files("profile.yaml", "DLS508*.yaml")),
    FuzzTarget("envelopes", envelopes, seeds.envelopes),
    FuzzTarget("attested", attestations, seeds.attestations),
    FuzzTarget("keys", key_files, seeds.public_keys),
    FuzzTarget("trust", trust_files, seeds.public_keys),
    FuzzTarget("cards", cards, lambda: [*seeds.files("*.md")(), *seeds.cards()]),
    FuzzTarget("outputs", outputs, seeds.texts),
    FuzzTarget("texts", record_texts, seeds.record_texts),
    FuzzTarget("weights", foreign.weights, seeds.weights),
    FuzzTarget("indices", foreign.indices, seeds.indices),
    FuzzTarget("logs", foreign.logs, seeds.logs),
)
