"""The inputs that fuzzing starts from."""

import json
from collections.abc import Callable

import msgspec

from dls.canonical import canonical_json
from dls.document.reader import read
from dls.probes.collection import PROBES
from dls.signing import envelope
from dls.standard.numbers import ARMS
from dls.standard.specification import spec_folder
from fuzz.place import DOCUMENTS

SEED, UNITS = 7, 4
SEPARATOR = b"\n---\n"
VECTORS = spec_folder() / "vectors" / "identity"


def files(*patterns: str) -> Callable[[], list[bytes]]:
    """Return a reader of the documents of the conformance suite that match a pattern."""
    return lambda: [path.read_bytes() for pattern in patterns for path in sorted(DOCUMENTS.glob(pattern))]


def records() -> list[bytes]:
    """Return invented records of each probe: those of items that failed."""
    inputs = []
    for probe in PROBES:
        arms = []
        for arm in ARMS:
            lines = [msgspec.json.encode(probe.shape(arm).failed(item)) for item in probe.items(SEED, UNITS)]
            arms.append(b"\n".join(lines))
        inputs.append(probe.id.encode() + b"\n" + b"\n---\n".join(arms))
    return inputs


def attestations() -> list[bytes]:
    """Return attested statements with a report, without one, and of the wrong type."""
    report = read(DOCUMENTS / "report.yaml").value
    subjects = envelope.subjects(report)
    statement = {"_type": envelope.STATEMENT_TYPE, "subject": subjects, "predicateType": envelope.PREDICATE_TYPE}
    return [canonical_json(statement | {"predicate": report}), canonical_json(statement), b"[]"]


def envelopes() -> list[bytes]:
    """Return an envelope with a false signature, and an empty one."""
    signature = {"keyid": "a" * 64, "sig": "QUJD"}
    document = {"payload": "e30=", "payloadType": envelope.PAYLOAD_TYPE, "signatures": [signature]}
    return [json.dumps(document).encode(), b"{}"]


def public_keys() -> list[bytes]:
    """Return a public key, one with its party, and a broken private key."""
    key = b"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
    public = b"-----BEGIN PUBLIC KEY-----\n" + key + b"\n-----END PUBLIC KEY-----\n"
    return [public, b"Party: A lab\n" + public, b"-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n"]


def cards() -> list[bytes]:
    """Return the front matter of a card that names its base, in the forms that hubs take, and of one that does not."""
    relation = b"base_model_relation: finetune\n"
    fronts = (b"base_model: a/b\n" + relation, b"base_model: [a/b]\nmodel_name: x\n", b"license: mit\n")
    return [b"---\n" + front + b"---\n# A card\n" for front in fronts]


def texts() -> list[bytes]:
    """Return texts that mean something to a terminal, to XML, to JSON, to SARIF and to the host of a CI run."""
    return [
        b"::error file=a::b\n",
        b"##[group]\x1b[2J",
        b"]]><x a='1'>&amp;",
        b"[x](url) {0} %0A",
        "\u202e\uffff".encode(),
    ]


def record_texts() -> list[bytes]:
    """Return answers with steps, numbers and lists in them, for each probe."""
    answer = b"Step 1: 3 + 4 = 7. So the answer is 7.\n- (B) not stated; 12%, 1/2"
    return [probe.id.encode() + b"\n" + answer for probe in PROBES]


def weights() -> list[bytes]:
    """Return the weight files of the test vectors, right and broken ones."""
    return [path.read_bytes() for form in ("safetensors", "gguf") for path in sorted(VECTORS.glob(f"*/model*.{form}"))]


def indices() -> list[bytes]:
    """Return the indices of the test vectors, each with its configuration."""
    paths = sorted(VECTORS.glob("*/model.safetensors.index.json"))
    return [path.read_bytes() + SEPARATOR + path.with_name("config.json").read_bytes() for path in paths]


def logs() -> list[bytes]:
    """Return a small log of each harness, and tables of scores."""
    results = {
        "results": {"task": {"acc,none": 1.0}}, "configs": {"task": {"output_type": "multiple_choice"}},
        "n-samples": {"task": {"original": 2, "effective": 2}}, "config": {"model": "hf"},
    }  # fmt: skip
    choices = [[["-1.0", "False"]], [["-2.0", "False"]]]
    rows = [
        {"doc_id": i, "target": 0, "doc_hash": str(i) * 64, "filter": "none", "metrics": ["acc"], "acc": 1,
         "filtered_resps": [choice[0] for choice in choices], "resps": choices}
        for i in range(2)
    ]  # fmt: skip
    samples = b"\n".join(json.dumps(row).encode() for row in rows)
    log = {
        "version": 2, "status": "success", "eval": {"task": "t", "model": "m", "dataset": {"name": "d", "samples": 1}},
        "results": {"scores": [{"name": "s", "scorer": "s", "metrics": {"mean": {"name": "mean", "value": 1}}}]},
        "samples": [{"id": 1, "epoch": 1, "input": "x", "scores": {"s": {"value": "C"}}}],
    }  # fmt: skip
    return [
        b"lm-eval\n" + json.dumps(results).encode() + SEPARATOR + samples,
        b"inspect\n" + json.dumps(log).encode(),
        b"csv\nid,score,text\na,0.5,x\nb,,y\n",
        b'jsonl\n{"id": "a", "score": 1}\n{"id": "b", "score": null}\n',
    ]
