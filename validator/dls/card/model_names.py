"""Names of models as cards and statements write them."""

import re

_HOST = re.compile(r"^(?:hf://|https?://(?:www\.)?(?:huggingface\.co|hf\.co)/)", re.IGNORECASE)


def same_model(first: str, second: str) -> bool:
    """Whether two names lead to one model: with or without the hub's address, in any case.

    A name without an owner is compared with the last part of the other: the hub leads `bert-base` to its owner's.
    """
    names = _plain(first), _plain(second)
    if all("/" in name for name in names):
        return names[0] == names[1]
    return names[0].rpartition("/")[2] == names[1].rpartition("/")[2]


def _plain(name: str) -> str:
    return _HOST.sub("", name.strip()).strip("/").casefold()
