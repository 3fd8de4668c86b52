"""Twenty ways to put a question: a fixed, balanced stratum of each probe. A verifier may bring private ones."""

from pathlib import Path
from typing import TypeAlias

from dls.canonical import canonical_json, sha256_hex
from dls.errors import DlsError

Phrasings: TypeAlias = tuple[str, ...]
PLACE = "{question}"
FEWEST = 20
LARGEST = 1 << 16  # bytes of a file
LONGEST = 300  # characters of a phrasing

PHRASINGS: Phrasings = (
    "{question}?",
    "please tell me: {question}?",
    "question: {question}?",
    "{question}? please answer.",
    "now answer this: {question}?",
    "i want to know: {question}?",
    "here is a question: {question}?",
    "one more question: {question}?",
    "tell me, {question}?",
    "{question}? give a short answer.",
    "{question}? i need to know.",
    "help me: {question}?",
    "read this and answer: {question}?",
    "my question is: {question}?",
    "let me ask: {question}?",
    "so, {question}?",
    "{question}, please?",
    "a friend asks: {question}?",
    "{question}? think and answer.",
    "who can say: {question}?",
)


def phrase(index: int, question: str, phrasings: Phrasings = PHRASINGS) -> str:
    """Put a question without its question mark in the ``index``-th phrasing; the index wraps around."""
    return phrasings[index % len(phrasings)].replace(PLACE, question)


def phrasings_sha256(phrasings: Phrasings) -> str | None:
    """Return the digest of private phrasings: SHA-256 of their RFC 8785 canonical JSON list; None for the built-in."""
    return None if phrasings == PHRASINGS else sha256_hex(canonical_json(list(phrasings)))


def read_phrasings(path: Path) -> Phrasings:
    """Read private phrasings: a UTF-8 text, one a line; empty lines and lines that begin with # do not count.

    Raises:
        DlsError: the file cannot be read, a line is no phrasing, two are the same, or there are fewer than twenty.
    """
    line_of: dict[str, int] = {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        phrasing = line.strip()
        if not phrasing or phrasing.startswith("#"):
            continue
        if (problem := _problem(phrasing)) is not None:
            raise DlsError(f"{path}:{number}: {problem}")
        if phrasing in line_of:
            raise DlsError(f"{path}:{number}: the phrasing repeats line {line_of[phrasing]}; write each once")
        line_of[phrasing] = number
    if len(line_of) < FEWEST:
        raise DlsError(f"{path}: {len(line_of)} phrasings; wanted at least {FEWEST}, so that no single one decides")
    return tuple(line_of)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise DlsError(f"{path}: the phrasings cannot be read ({error.strerror}); look at the path") from error
    if len(data) > LARGEST:
        raise DlsError(f"{path}: more than {LARGEST >> 10} KiB; phrasings are a short text with one a line")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DlsError(f"{path}: byte {error.start} is no UTF-8; phrasings are a text with one a line") from error


def _problem(phrasing: str) -> str | None:
    """Return why a line is no phrasing; None where it is one."""
    if phrasing.count(PLACE) != 1:
        return f"{PLACE} stands {phrasing.count(PLACE)} times in the phrasing; wanted once, where the question goes"
    if not phrasing.isprintable():
        return "the phrasing holds a character that cannot be printed; leave it out"
    if len(phrasing) > LONGEST:
        return f"the phrasing has {len(phrasing)} characters; wanted at most {LONGEST}"
    return None
