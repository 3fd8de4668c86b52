"""An evidence manifest: the reproducible facts of one run of one probe."""

from typing import Any, Literal

import msgspec

from dls.model.identity import ModelIdentity
from dls.model.items import Exclusion, On, ProbeName
from dls.model.own_metric import OwnMetric
from dls.model.reading import Flips, Loss, Reading
from dls.model.standard_document import StandardDocument
from dls.model.terms import Arm
from dls.model.value import Frozen

THINKING, OPEN = "thinking", "open"
"""The setting by which a manifest says that a model's answers begin inside a thought, which no record shows."""
THINKING_OFF = "thinking_off"
"""The validity check that such a model fails: numbers about its first tokens are about the thought."""


ACCESS = "access"
"""The setting by which a manifest says how a run could ask a model; without it, the run had the weights."""


class PinnedProfile(Frozen, frozen=True):
    """The profile that the plan comes from."""

    id: str
    version: str
    sha256: str


class ItemsFile(Frozen, frozen=True):
    """The data file of the items: its name without a folder, and its digest."""

    name: str
    sha256: str


class ManifestItems(Frozen, frozen=True):
    """How many items, and which. The seed is None for a data file, the digest of the phrasings for the probe's own."""

    n: int
    sha256: str
    seed: int | None = None
    seed_reason: str | None = None
    phrasings_sha256: str | None = None
    file: ItemsFile | None = None
    excluded: tuple[Exclusion, ...] = ()


class Circumstances(Frozen, frozen=True):
    """The surroundings of one model's answers. They may decide last digits, and are no part of its identity.

    Attributes:
        backend: that computed, `transformers`.
        device: that it computed on, such as `cpu` or `cuda`.
        transformers, tokenizers, torch: their versions.
        template_day: the day that chat templates see, a constant of the release.
        prompts_sha256: of the token ids of each item's first requests, in item order.
        vocabulary_sha256: of the tokenizer's behaviour, however its files are written.

    """

    backend: str
    device: str
    transformers: str | None = None
    tokenizers: str | None = None
    torch: str | None = None
    template_day: str | None = None
    prompts_sha256: str | None = None
    vocabulary_sha256: str | None = None


class Unmeasured(Frozen, frozen=True):
    """A metric of the probe that this run could not measure, with the reason as a sentence."""

    metric: str
    reason: str


class ValidityCheck(Frozen, frozen=True):
    """A validity check of a probe on one model; the value is None where the access to the models does not give it."""

    arm: Arm
    check: str
    value: float | None
    floor: float
    passed: bool


class RecordFile(Frozen, frozen=True):
    """One file of records, in item order, in the manifest's folder."""

    arm: Literal["teacher", "student", "control", "student_base", "pair", "across"]
    path: str
    sha256: str
    bytes: int
    count: int


class Measured(Frozen, frozen=True):
    """One metric, per model or on the pair."""

    metric: str
    teacher: Reading | None = None
    student: Reading | None = None
    control: Reading | None = None
    student_base: Reading | None = None
    pair: Reading | None = None
    loss: Loss | None = None
    retention: Reading | None = None
    flips: Flips | None = None
    near_ties: int | None = None


class LogScore(Frozen, frozen=True):
    """A score of each item by its name in the log, the metric that is its mean, and the factor to the metric's unit."""

    name: str
    metric: str
    scale: float = 1.0


class SourceFile(Frozen, frozen=True):
    """A file of one model's run that was read: its name without a folder, and its digest."""

    arm: Arm
    name: str
    sha256: str
    bytes: int


class Log(Frozen, frozen=True):
    """The log of another harness that records come from.

    ``of`` counts the items of the whole split; None where the log does not say it.
    """

    harness: str
    task: str
    on: On
    choices: bool
    scores: tuple[LogScore, ...]
    sources: tuple[SourceFile, ...]
    version: str | None = None
    filter: str | None = None
    of: int | None = None
    metrics: tuple[OwnMetric, ...] = ()
    models: dict[Arm, str] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    command: str | None = None


class Manifest(StandardDocument, frozen=True):
    """The reproducible facts of one run of one probe, or of two logs of one task."""

    dls_evidence: Literal["1.0"]
    probe: ProbeName
    profile: PinnedProfile
    items: ManifestItems
    arms: dict[Arm, ModelIdentity]
    circumstances: dict[Arm, Circumstances]
    settings: dict[str, Any]
    records: tuple[RecordFile, ...]
    errors: dict[Arm, int]
    checks: tuple[ValidityCheck, ...]
    metrics: tuple[Measured, ...]
    unmeasured: tuple[Unmeasured, ...] = ()
    log: Log | None = None
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)
