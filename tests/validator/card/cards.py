"""The collection of real cards, the awkward ones made for these tests, and a section that no statement wrote."""

import tarfile
from functools import cache
from pathlib import Path

from dls.card.pointer import Pointer

DATA = Path(__file__).parent / "data"
POINTER = Pointer("1.0", "dls.yaml")
KEY = b'dls: {version: "1.0", path: "dls.yaml"}'


@cache
def real_cards():
    """Return the bytes of each card of the archive, by its path there."""
    with tarfile.open(DATA / "cards.tar.xz") as archive:
        return {member.name: archive.extractfile(member).read() for member in archive.getmembers()}


@cache
def awkward_cards():
    """Return the bytes of each card that was made for these tests, by its name."""
    return {path.name: path.read_bytes() for path in sorted((DATA / "awkward").glob("*.md"))}


def first_lines(_members):
    return "\nThe first statement.\n\n"


def second_lines(_members):
    return "\nThe second statement.\n\n| longer |\n| --- |\n\n"
