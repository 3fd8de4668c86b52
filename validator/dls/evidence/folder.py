"""The folder of a run: its manifests, each with the day of its measurement."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from dls.document.reader import read
from dls.errors import DlsError
from dls.evidence.model_card import ModelCard
from dls.evidence.records import MANIFEST
from dls.model import Manifest, frozen
from dls.probes import GENERATED_IDS
from dls.standard.form import violations
from dls.standard.numbers import ARMS


class DatedManifest(NamedTuple):
    """A manifest, its path, and the day of its measurement."""

    manifest: Manifest
    path: Path
    measured_on: str
    cards: Mapping[str, ModelCard] = MappingProxyType({})  # by arm; of the run, and under no digest

    @property
    def id(self) -> str:
        """The id of its entry in the statement's evidence."""
        return f"ev-{self.manifest.probe.id if self.manifest.log is None else self.path.parent.name}"


def has_manifests(folder: Path) -> bool:
    """Whether a manifest lies below a folder."""
    return next(folder.glob(f"*/{MANIFEST}"), None) is not None


def find_manifests(folder: Path) -> list[DatedManifest]:
    """Return the manifests below a folder, in the order of the probes of this release.

    Raises:
        DlsError: there is none, one cannot be read, or they are about different models or profiles.
    """
    paths = sorted(folder.glob(f"*/{MANIFEST}"))
    if not paths:
        raise DlsError(f"{folder} holds no <probe>/{MANIFEST}; make evidence with `dls probe run --out {folder}`")
    entries = sorted((_read(path) for path in paths), key=lambda entry: _rank(entry.manifest.probe.id))
    for entry in entries:
        if not set(ARMS) <= set(entry.manifest.arms):
            arms = " and ".join(entry.manifest.arms)
            raise DlsError(f"{entry.path} is about {arms} alone; a statement takes a teacher and a student")
    for name in ("profile", "arms"):
        if len({msgspec.json.encode(getattr(entry.manifest, name)) for entry in entries}) > 1:
            raise DlsError(
                f"{folder}: the manifests have different {name}; a statement is about one pair and one profile"
            )
    return entries


def _rank(probe_id: str) -> int:
    ranks = {name: rank for rank, name in enumerate(GENERATED_IDS)}
    return ranks.get(probe_id, len(ranks))


def _read(path: Path) -> DatedManifest:
    document = read(path)
    if violation := next(violations(document, "evidence"), None):
        raise DlsError(f"{path}: {violation.pointer}: {violation.message}; measure again")
    return DatedManifest(frozen(document.value, Manifest), path, *_day_and_cards(path.with_name("run.json")))


class _RunFile(msgspec.Struct):
    started: datetime
    cards: dict[str, ModelCard] = msgspec.field(default_factory=dict)


def _day_and_cards(run: Path) -> tuple[str, Mapping[str, ModelCard]]:
    if not run.is_file():
        return today(), {}
    try:
        content = msgspec.json.decode(run.read_bytes(), type=_RunFile)
        return content.started.date().isoformat(), content.cards
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DlsError(
            f"{run} does not say when the run started ({error}); delete it, and the measurement gets the date of today"
        ) from error


def today() -> str:
    """Return the date in UTC, in the form of a statement."""
    return datetime.now(UTC).date().isoformat()
