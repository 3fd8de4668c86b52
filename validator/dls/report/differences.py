"""The changes between two statements, as lines, as Markdown and as JSON."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from dls.card.markdown_text import prose
from dls.finding import shortened
from dls.report.terminal import Part, Styled
from dls.revisions.change import Change, Kind
from dls.revisions.revision_changes import Difference

_STYLES: dict[Kind, str] = {"worse": "red", "less": "red", "better": "green", "more": "green", "changed": "dim"}
WORDS: dict[Kind, str] = {
    "worse": "worse",
    "less": "says less",
    "better": "better",
    "more": "says more",
    "changed": "changed",
}
_LISTS = ("no longer states", "other values")
_WIDTH = max(map(len, WORDS.values()))


def difference_lines(difference: Difference) -> Iterator[tuple[Part, ...]]:
    """Yield a line for each change below the name of its part, and the lines that count them."""
    for part, changes in groupby(difference.changes, key=lambda change: change.part):
        yield (f"{part}:",)
        for change in changes:
            word = Styled(WORDS[change.kind].ljust(_WIDTH), _STYLES[change.kind])
            yield "  ", word, f"  {shortened(change.subject)}: {shortened(_sentence(change))}"
    for text in summary(difference):
        yield (text,)


def difference_markdown(difference: Difference) -> str:
    """Return the changes as a Markdown list, with each text of a statement escaped."""
    lines = [f"**{prose(difference.old)} → {prose(difference.new)}:** {' '.join(summary(difference))}"]
    for part, changes in groupby(difference.changes, key=lambda change: change.part):
        lines += ["", f"**{part.capitalize()}**", ""]
        for change in changes:
            sentence = prose(f"{change.subject}: {_sentence(change)}")
            lines.append(f"- **{WORDS[change.kind]}** {sentence}")
    return "\n".join(lines) + "\n"


def difference_json(difference: Difference) -> dict[str, Any]:
    """Return the changes as a JSON value."""
    sizes = {name: {"old": old, "new": new} for name, (old, new) in difference.sizes.items()}
    return {
        "old": difference.old,
        "new": difference.new,
        "changes": [change._asdict() for change in difference.changes],
        "summary": {**difference.counts, "sizes": sizes},
    }


def summary(difference: Difference) -> Iterator[str]:
    """Yield a sentence on the lists that grew or shrank, and one that counts the changes of each kind."""
    sizes = [
        f"{abs(new - old)} {name if abs(new - old) > 1 else name.removesuffix('s')} {'fewer' if new < old else 'more'}"
        f" ({old} → {new})"
        for name, (old, new) in difference.sizes.items()
        if old != new and name != "evidence"
    ]
    if sizes:
        yield f"{', '.join(sizes)}."
    counts = [f"{WORDS[kind]}: {count}" for kind, count in difference.counts.items() if count]
    yield f"{', '.join(counts)}." if counts else "No change."


def _sentence(change: Change) -> str:
    old, new = change.old, change.new
    if change.problem in _LISTS:
        return f"{change.problem}: {old or new}"
    if old is None and new is None:
        return change.problem
    if old is None or new is None:
        value = new if old is None else old
        hint = "" if value is None else f" ({value})"
        ending = " is gone" if new is None and change.problem != "disappeared" else ""
        is_plain = change.problem in ("appeared", "disappeared", "is absent now", "is no longer listed as absent")
        return f"{change.problem}{hint}" if is_plain else f"{change.problem}{ending or ' is new'}{hint}"
    return f"{change.problem} {old} → {new}"
