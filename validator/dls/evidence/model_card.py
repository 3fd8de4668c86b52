"""The facts about a model that its folder states for people: its card, and its place in the cache of a hub.

No digest covers them: a person reads the draft that names them. No path of the machine is among them.
"""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from dls.document.reader import contents, parse
from dls.errors import DlsError
from dls.model.identity import Derivation

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][\w.+ -]{0,95}", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_FRONT = re.compile(rb"\A---\r?\n(.*?)^---\s*$", re.DOTALL | re.MULTILINE)
_RELATIONS: dict[str, Derivation] = {
    "finetune": "fine_tuned",
    "adapter": "adapter",
    "merge": "merged",
    "quantized": "quantised",
}
"""The relations to the base model that a card names, as a statement names them.

Source: https://huggingface.co/docs/hub/model-cards, "Specifying a base model".
"""


class ModelCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """The names that a model's folder gives: every one of a hub's form, none with a path in it."""

    folder: str = ""  # the last part of its path; "" for one that names no model
    name: str = ""
    source: str = ""
    revision: str = ""
    base: str = ""
    derivation: tuple[Derivation, ...] = ()


def read_card(folder: Path) -> ModelCard:
    """Return the facts of a model's folder; one without a readable card has those of its place alone."""
    place, front = _place(folder.resolve()), _front_matter(folder / "README.md")
    base = front.get("base_model")
    base = base[0] if isinstance(base, list) and len(base) == 1 else base
    relation = _RELATIONS.get(str(front.get("base_model_relation")))
    return ModelCard(
        folder=place.folder,
        name=place.name or _matching(_NAME, front.get("model_name")),
        source=place.source,
        revision=place.revision,
        base=_matching(_HUB_ID, base) or _matching(_NAME, base),
        derivation=(relation,) if relation else (),
    )


def _place(folder: Path) -> ModelCard:
    """Return the facts of a place `models--<organisation>--<name>/snapshots/<commit>`, or of another folder's name."""
    parts = folder.parts[-3:]
    if len(parts) == 3 and parts[1] == "snapshots" and _COMMIT.fullmatch(parts[2]):  # noqa: PLR2004 - these three
        name = _matching(_HUB_ID, parts[0].removeprefix("models--").replace("--", "/", 1))
        if name and parts[0].startswith("models--"):
            return ModelCard(folder=name, name=name, source=f"hf://{name}", revision=parts[2])
    return ModelCard(folder=_matching(_NAME, folder.name))


def _front_matter(card: Path) -> dict[str, Any]:
    with suppress(DlsError):
        if match := _FRONT.match(contents(card)[: 1 << 16]):
            value = parse(match[1], str(card)).value
            return value if isinstance(value, dict) else {}
    return {}


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
