"""A hub that is offline and whose cache is empty, so that loading reads the named folder alone."""

import os
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import Any

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_CACHES = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")


@contextmanager
def offline_hub() -> Iterator[None]:
    """Keep this process from the hub and from its cache; afterwards everything is as before.

    The libraries read the environment when they are imported, so their constants change too.
    """
    from huggingface_hub import constants  # start-up: comes with transformers

    attributes = vars(constants)
    with TemporaryDirectory(prefix="dls-hub-") as cache, ExitStack() as stack:
        stack.enter_context(_replacement(os.environ, dict.fromkeys(_OFFLINE, "1") | dict.fromkeys(_CACHES, cache)))
        values: dict[str, Any] = dict.fromkeys(_OFFLINE, True) | dict.fromkeys(_CACHES, cache)
        stack.enter_context(_replacement(attributes, {name: values[name] for name in values.keys() & attributes}))
        yield


@contextmanager
def _replacement(mapping: MutableMapping[str, Any], values: dict[str, Any]) -> Iterator[None]:
    """Give some members of a mapping other values for a while."""
    before = {name: mapping[name] for name in values if name in mapping}
    mapping.update(values)
    try:
        yield
    finally:
        for name in values:
            del mapping[name]
        mapping.update(before)
