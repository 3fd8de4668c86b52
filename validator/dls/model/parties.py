"""The names of parties, as people write them."""

import unicodedata


def same_party(first: str, second: str) -> bool:
    """Whether two names agree, apart from case, the width and kind of spaces, and invisible characters."""
    return _plain(first) == _plain(second)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    visible = "".join(" " if part.isspace() else part for part in text if unicodedata.category(part) != "Cf")
    return unicodedata.normalize("NFKC", " ".join(visible.split()))
