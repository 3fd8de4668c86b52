"""What is fuzzed: a function for each kind of input, from its bytes to an answer. Whatever it lets through is a bug."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from securesystemslib.dsse import Envelope

from dls.canonical import canonical_json, file_sha256, sha256_hex
from dls.checking import waivers
from dls.checking.validate import CheckResult, check, check_waivers
from dls.document.reader import read
from dls.errors import DlsError
from dls.evidence.records import read_evidence
from dls.measuring.measure import measured_metrics
from dls.model import Manifest, ManifestItems, ProbeName, RecordFile, frozen
from dls.probe import items_sha256
from dls.probes import PROBES
from dls.probes.catalogue import find_probe
from dls.report.github import render as github_report
from dls.report.json import render as json_report
from dls.report.junit import render as junit_report
from dls.report.plain_text import render as text_report
from dls.report.sarif import render as sarif_report
from dls.scenarios import profile
from dls.signing import envelope, keys
from dls.signing.independence import assess_independence
from dls.standard.numbers import ARMS
from dls.standard.specification import spec_folder
from dls.verifying.recompute import open_context, recompute_claims

DOCUMENTS = spec_folder() / "conformance" / "documents"
TODAY = date(2026, 11, 24)
REPORTS: tuple[Callable[[tuple[CheckResult, ...]], str], ...] = (
    text_report,
    json_report,
    sarif_report,
    github_report,
    junit_report,
)
SEED, UNITS = 7, 4
FORBIDDEN = [chr(code) for code in (*range(9), *range(11, 32), 0x7F, *range(0x80, 0xA0), 0x202E, 0x2066)]


class Place:
    """A folder with the documents of the conformance suite, in which an input stands as one of its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(DOCUMENTS, folder, dirs_exist_ok=True)
        self.reader = profile.load_profile(folder / "profile.yaml")
        key = folder / "fuzz.key"
        self.trust = keys.read_trusted_keys(key.with_name(f"{key.name}.pub") if key.exists() else keys.new_key(key))
        self.signer = keys.open_signer(key)
        self.statement: dict[str, Any] = read(folder / "publisher-with-evidence.yaml").value
        first = min(folder.glob("evidence/*/manifest.json"))
        self.manifest = frozen(read(first).value, Manifest)
        self.reproduced: dict[str, Any] = read(folder / "publisher-reproduced.yaml").value

    def write(self, name: str, data: bytes) -> Path:
        """Write one file of the folder and return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path


def documents(data: bytes, place: Place) -> None:
    """Check a document of any kind, print it in every form, and compute it again."""
    path = place.write("dls.yaml", data)
    checked = check(path, place.reader, trust=place.trust)
    for report in REPORTS:
        printed = report((checked,))
        assert not any(sign in printed for sign in FORBIDDEN), f"{report.__name__} prints a control character"
    if checked.kind == "statement" and checked.readable:
        list(recompute_claims(open_context(path)))


def manifests(data: bytes, place: Place) -> None:
    """Check an evidence manifest, alone and under a statement that pins it."""
    path = place.write("evidence/fuzzed/manifest.json", data)
    check(path)
    pinned = {"path": "evidence/fuzzed/manifest.json", "sha256": file_sha256(path), "bytes": len(data)}
    evidence = [entry | pinned for entry in place.statement["evidence"]]
    documents(json.dumps(place.statement | {"evidence": evidence}).encode(), place)


def records(data: bytes, place: Place) -> None:
    """Read both arms' records from the two halves of the input, and measure what they hold."""
    name, _, rest = data.partition(b"\n")
    known = find_probe(name.decode("utf-8", "replace"))
    halves = dict(zip(ARMS, rest.split(b"\n---\n", 1), strict=False))
    items = known.items(SEED, UNITS)
    files = []
    for arm, half in halves.items():
        place.write(f"evidence/records/{arm}.jsonl", half)
        about = {"sha256": sha256_hex(half), "bytes": len(half), "count": UNITS}
        files.append(RecordFile(arm=arm, path=f"{arm}.jsonl", **about))  # type: ignore[arg-type]
    manifest = msgspec.structs.replace(
        place.manifest,
        probe=ProbeName(id=known.id, version=known.version),
        items=ManifestItems(n=UNITS, seed=SEED, seed_reason=None, sha256=items_sha256(items)),
        records=tuple(files),
    )
    evidence = read_evidence(manifest, place.folder / "evidence" / "records")
    if len(files) == len(ARMS):
        measured_metrics(evidence.probe, evidence.items, evidence.records, ())


def waived(data: bytes, place: Place) -> None:
    """Read a file of waivers and check a statement under it."""
    brought = waivers.load_waivers(place.write("fuzzed-waivers.yaml", data), TODAY)
    check_waivers(brought)
    check(place.folder / "DLS804-lossless.yaml", waivers=brought)


def profiles(data: bytes, place: Place) -> None:
    """Read a profile, check it, and judge a statement by it as the reader's and as its own."""
    path = place.write("fuzzed.yaml", data)
    check(path)
    own = place.statement | {"scenario": place.statement["scenario"] | {"path": "fuzzed.yaml"}}
    check(place.write("by-fuzzed.json", json.dumps(own).encode()))
    check(place.folder / "publisher.yaml", profile.load_profile(path))


def envelopes(data: bytes, place: Place) -> None:
    """Open an envelope that nobody signed, or whose bytes were changed."""
    path = place.write("fuzzed.dsse.json", data)
    envelope.open_envelope(path, place.trust)
    _list_envelope(place)


def attested(data: bytes, place: Place) -> None:
    """Open an envelope that a trusted key signed, whatever it holds."""
    wrapped = Envelope(data, envelope.PAYLOAD_TYPE, {})
    wrapped.sign(place.signer)
    envelopes(json.dumps(wrapped.to_dict()).encode(), place)


def _list_envelope(place: Place) -> None:
    listed = [
        entry | {"envelope": "fuzzed.dsse.json", "path": "report.yaml"} for entry in place.reproduced["reproductions"]
    ]
    path = place.write("dls.json", json.dumps(place.reproduced | {"reproductions": listed}).encode())
    assess_independence(open_context(path), place.trust)


def trusted(data: bytes, place: Place) -> None:
    """Read public keys and a private key."""
    path = place.write("fuzzed.pem", data)
    with suppress(DlsError):
        keys.open_signer(path)
    keys.read_trusted_keys(path)


class Target(NamedTuple):
    """A kind of input: what reads it, and the inputs to start from."""

    name: str
    read: Callable[[bytes, Place], None]
    seeds: Callable[[], list[bytes]]

    def run(self, data: bytes, place: Place) -> None:
        """Read the bytes; an error that says what is wrong is an answer.

        Raises:
            AssertionError: the error says nothing, or more than a line.
        """
        try:
            self.read(data, place)
        except DlsError as error:
            said = str(error)
        else:
            return
        assert said, "an error without a word"


def _files(*patterns: str) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for pattern in patterns for path in sorted(DOCUMENTS.glob(pattern))]


def _records() -> list[bytes]:
    """Return invented records of every probe: what counts for an item that failed."""
    made = []
    for known in PROBES:
        arms = []
        for arm in ARMS:
            lines = [msgspec.json.encode(known.shape(arm).failed(item)) for item in known.items(SEED, UNITS)]
            arms.append(b"\n".join(lines))
        made.append(known.id.encode() + b"\n" + b"\n---\n".join(arms))
    return made


def _attested() -> list[bytes]:
    report = read(DOCUMENTS / "report.yaml").value
    subjects = [
        {"name": "student weights", "digest": {"sha256": report["student"]["weights_sha256"]}},
        {"name": "statement core", "digest": {"sha256": report["statement"]["core_sha256"]}},
    ]
    told = {"_type": envelope.STATEMENT_TYPE, "subject": subjects, "predicateType": envelope.PREDICATE_TYPE}
    return [canonical_json(told | {"predicate": report}), canonical_json(told), b"[]"]


def _envelopes() -> list[bytes]:
    signature = {"keyid": "a" * 64, "sig": "QUJD"}
    told = {"payload": "e30=", "payloadType": envelope.PAYLOAD_TYPE, "signatures": [signature]}
    return [json.dumps(told).encode(), b"{}"]


def _keys() -> list[bytes]:
    key = b"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
    public = b"-----BEGIN PUBLIC KEY-----\n" + key + b"\n-----END PUBLIC KEY-----\n"
    return [public, b"Party: A lab\n" + public, b"-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n"]


TARGETS = (
    Target("documents", documents, _files("*.yaml", "*.json")),
    Target("manifests", manifests, _files("evidence*/*/manifest.json", "evidence*/manifest.json")),
    Target("records", records, _records),
    Target("waivers", waived, _files("waivers*.yaml")),
    Target("profiles", profiles, _files("profile.yaml", "DLS508*.yaml")),
    Target("envelopes", envelopes, _envelopes),
    Target("attested", attested, _attested),
    Target("keys", trusted, _keys),
)
