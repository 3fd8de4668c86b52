"""Who is who: names of parties as people write them."""

import unicodedata


def same_party(one: str, other: str) -> bool:
    """Whether two names are the same but for case, the width and kind of spaces, and characters that nobody sees."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    composed = unicodedata.normalize("NFKC", name).casefold()
    seen = "".join(" " if part.isspace() else part for part in composed if unicodedata.category(part) != "Cf")
    return unicodedata.normalize("NFKC", " ".join(seen.split()))
