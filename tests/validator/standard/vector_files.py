"""The files of test vectors: `python -m tests.validator.standard.vector_files` writes their expected members again.

The inputs stand in the files themselves, and the oracle computes the members that follow from them.
"""

import json
from collections.abc import Callable

import msgspec
from tests.validator.standard import signature_oracle
from tests.validator.standard import vector_oracle as oracle
from tests.validator.standard.vector_oracle import Case

from dls.probes.catalogue import find_probe
from dls.standard.specification import spec_folder

FOLDER = spec_folder() / "vectors"
DOCUMENTS = spec_folder() / "conformance" / "documents"
Members = Callable[[Case], Case]


def document_members(case: Case) -> Case:
    (digest,) = {oracle.sha256(oracle.core_text((DOCUMENTS / name).read_text())) for name in case["documents"]}
    return {"core_sha256": digest}


def item_members(case: Case) -> Case:
    """Return the canonical form of the items that a generator makes; their content is the generator's own."""
    items = find_probe(*case["probe"].split("@")).items(case["seed"], case["n"])
    lines = [oracle.canonical(value) for value in msgspec.to_builtins(items)]
    digest = oracle.sha256("".join(f"{line}\n" for line in lines))
    return {"count": len(lines), "items_sha256": digest, "first": lines[:2]}


LISTS: dict[str, dict[str, Members]] = {
    "canonical": {"values": oracle.value_members, "numbers": oracle.number_members},
    "profiles": {"profiles": oracle.profile_members},
    "items": {"streams": oracle.stream_members, "items": item_members},
    "cores": {"cores": oracle.core_members, "of_documents": document_members},
    "keys": {"keys": oracle.key_members},
    "seeds": {"seeds": oracle.seed_members, "draws": signature_oracle.draw_members},
    "signatures": {
        "encodings": signature_oracle.encoding_members,
        "envelopes": signature_oracle.envelope_members,
    },
}
"""The lists of each file, and the members of one of their cases that follow from its others."""


def vectors(name: str) -> Case:
    return json.loads((FOLDER / f"{name}.json").read_text())


def expected(name: str) -> Case:
    """Return the content of a file with the oracle's members in place of its own."""
    content = vectors(name)
    lists = {part: [case | members(case) for case in content[part]] for part, members in LISTS[name].items()}
    if name == "signatures":
        lists["key"] = content["key"] | signature_oracle.key_members()
        lists["refused"] = signature_oracle.refused_envelopes(content["envelopes"][0]["report"])
    return content | lists


def write(name: str, content: Case) -> None:
    (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    for file in LISTS:
        write(file, expected(file))
