"""The facts about a model that its folder states for people: its card, and its place in the cache of a hub."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from dls.card.front_matter import read_front_matter
from dls.card.layout import card_text
from dls.document.reader import contents
from dls.errors import DlsError
from dls.evidence.model_card import ModelCard
from dls.model.identity import Derivation

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][\w.+ -]{0,95}", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_RELATIONS: dict[str, Derivation] = {
    "finetune": "fine_tuned",
    "adapter": "adapter",
    "merge": "merged",
    "quantized": "quantised",
}
"""The relations to the base model that a card names, as a statement names them.

Source: https://huggingface.co/docs/hub/model-cards, "Specifying a base model".
"""


def read_model_folder(folder: Path) -> ModelCard:
    """Return the facts of a model's folder; one without a readable card has those of its place alone.

    The path of a file means the folder that it lies in.
    """
    folder = folder.parent if folder.is_file() else folder
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
    return ModelCard(folder=_matching(_NAME, folder.name), revision=_fetched_commit(folder))


def _fetched_commit(folder: Path) -> str:
    """Return the commit that the client of a hub noted for every file that it fetched into a folder; "" otherwise.

    The first line of `.cache/huggingface/download/FILE.metadata` is the commit.
    """
    commits = set()
    for note in folder.glob(".cache/huggingface/download/*.metadata"):
        with suppress(OSError, UnicodeDecodeError):
            commits.add(note.read_text().partition("\n")[0].strip())
    commit = commits.pop() if len(commits) == 1 else ""
    return commit if _COMMIT.fullmatch(commit) else ""


def _front_matter(card: Path) -> dict[str, Any]:
    with suppress(DlsError):
        return read_front_matter(card_text(contents(card), str(card))).members
    return {}


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
