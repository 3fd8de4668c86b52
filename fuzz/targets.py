"""The targets of fuzzing: a function for each kind of input, from its bytes to an answer. Each exception is a bug."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import NamedTuple

import msgspec
from securesystemslib.dsse import Envelope

from dls.canonical import file_sha256, sha256_hex
from dls.checking import waivers
from dls.checking.validate import CheckResult, check, check_waivers
from dls.errors import DlsError
from dls.evidence.records import read_evidence
from dls.measuring.measure import measured_metrics
from dls.model import ManifestItems, ProbeName, RecordFile
from dls.probe import items_sha256
from dls.probes.catalogue import find_probe
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
from fuzz import seeds
from fuzz.place import Place
from fuzz.seeds import SEED, UNITS

TODAY = date(2026, 11, 24)
REPORTS: tuple[Callable[[tuple[CheckResult, ...]], str], ...] = (
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
)
