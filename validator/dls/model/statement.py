"""A statement as a frozen value, after its schema has been checked; None stands for a member that is absent."""

from typing import Any, Literal

import msgspec

Dimension = Literal["uncertainty", "boundary", "process", "on_policy", "grounding", "privacy", "safety", "diversity"]
ReadingDimension = Literal[
    "uncertainty",
    "boundary",
    "process",
    "on_policy",
    "grounding",
    "privacy",
    "safety",
    "diversity",
    "headline",
    "fidelity",
]
Assurance = Literal["declared", "consistent", "recomputed", "reproduced", "independently_reproduced"]
Access = Literal["white_box", "logprobs", "sampling", "black_box", "none"]
Outcome = Literal["preserved", "lost", "inconclusive"]
Reason = Literal[
    "no_interval",
    "too_few_units",
    "teacher_interval_missing",
    "teacher_at_chance",
    "validity_check_failed",
    "not_regenerated",
    "chosen_seed",
    "n_below_plan",
]
Arm = Literal["teacher", "student", "control", "student_base"]


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A closed, immutable object of the standard."""


class Previous(Frozen, frozen=True):
    """An earlier revision."""

    revision: int
    sha256: str


class Issuer(Frozen, frozen=True):
    """Who states it, and in which role."""

    name: str
    role: Literal["publisher", "third_party"]
    contact: str | None = None


class ModelFile(Frozen, frozen=True):
    """One file of a model."""

    name: str
    sha256: str
    bytes: int | None = None


class Member(Frozen, frozen=True):
    """One member of an ensemble."""

    name: str
    access: Access
    source: str | None = None
    revision: str | None = None
    snapshot: str | None = None
    observed_on: str | None = None
    weights_sha256: str | None = None
    tokenizer_sha256: str | None = None
    identity_note: str | None = None


class Model(Member, frozen=True):
    """A teacher, student or control."""

    files: tuple[ModelFile, ...] = ()
    base: str | None = None
    derivation: tuple[Literal["distilled", "fine_tuned", "quantised", "pruned", "merged", "adapter"], ...] = ()
    format: str | None = None
    dtype: str | None = None
    quantisation: str | None = None
    parameters: int | None = None
    members: tuple[Member, ...] = ()
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)


class TrainingData(Frozen, frozen=True):
    """One data set of the distillation."""

    name: str
    source: str | None = None
    revision: str | None = None
    sha256: str | None = None
    note: str | None = None


class Distillation(Frozen, frozen=True):
    """What passed from the teacher to the student."""

    signals: tuple[Literal["output_text", "logits", "rationales", "features", "preferences", "on_policy_feedback"], ...]
    objective: str
    data: tuple[TrainingData, ...]
    trained_on_probe_items: Literal["yes", "no_overlap_known", "unknown"]
    note: str | None = None


class Scenario(Frozen, frozen=True):
    """The intended use and its profile."""

    profile: str
    version: str
    sha256: str
    fixed_on: str
    intended_use: str
    out_of_scope: str
    stakes: str
    path: str | None = None


class On(Frozen, frozen=True):
    """A data set or a part of it."""

    dataset: str
    config: str | None = None
    split: str | None = None
    revision: str | None = None
    slice: str | None = None


class Probe(Frozen, frozen=True):
    """A probe and its version."""

    id: str
    version: str


class Exclusion(Frozen, frozen=True):
    """Items left out for one reason."""

    reason: str
    count: int


class Items(Frozen, frozen=True):
    """How many items, and which."""

    n: int
    seed: int | None = None
    seed_reason: str | None = None
    sha256: str | None = None
    excluded: tuple[Exclusion, ...] = ()


class Interval(Frozen, frozen=True):
    """A confidence interval; its ends are rounded outward."""

    low: float
    high: float
    level: float
    method: str
    unit: Literal["item", "cluster", "run"] | None = None
    n_units: int | None = None


class Reading(Frozen, frozen=True):
    """A measured value in its metric's unit."""

    value: float
    count: int | None = None
    n: int | None = None
    sd: float | None = None
    interval: Interval | None = None


class Loss(Frozen, frozen=True):
    """What the student lost, in the metric's unit; positive is worse."""

    value: float
    interval: Interval | None = None


class Flips(Frozen, frozen=True):
    """Items that only one of the two models got right."""

    teacher_only: int
    student_only: int


class Judge(Frozen, frozen=True):
    """A judge model, pinned."""

    name: str
    revision: str


class Target(Frozen, frozen=True):
    """One target with its outcome."""

    kind: Literal["non_inferiority", "absolute", "retention"]
    outcome: Outcome
    margin: float | None = None
    floor: float | None = None
    cap: float | None = None
    at_least: float | None = None
    chance: float | None = None
    p: float | None = None
    adjusted_p: float | None = None


class Claim(Frozen, frozen=True):
    """One metric on one thing."""

    id: str
    dimension: ReadingDimension
    metric: str
    comparator: Literal["teacher", "student_base", "control"]
    targets: tuple[Target, ...]
    outcome: Literal["preserved", "lost", "inconclusive", "reported"]
    evidence: tuple[str, ...]
    on: On | None = None
    probe: Probe | None = None
    items: Items | None = None
    teacher: Reading | None = None
    reference: Reading | None = None
    student: Reading | None = None
    pair: Reading | None = None
    loss: Loss | None = None
    retention: Reading | None = None
    flips: Flips | None = None
    runs: int | None = None
    judge: Judge | None = None
    marks: tuple[Literal["improved", "degraded_within_margin", "post_hoc"], ...] = ()
    reason: Reason | None = None
    note: str | None = None
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def compared(self) -> Reading | None:
        """The reading that the student is compared with."""
        return self.teacher if self.comparator == "teacher" else self.reference


class Absence(Frozen, frozen=True):
    """What was not measured, does not apply or is withheld."""

    dimension: ReadingDimension
    status: Literal["not_measured", "not_applicable", "withheld"]
    justification: Literal[
        "no_training_data_access",
        "insufficient_model_access",
        "no_probe_for_modality",
        "too_costly",
        "not_in_source",
        "legal_restriction",
        "modality",
        "no_such_function",
        "security",
        "third_party_confidential",
    ]
    note: str
    metric: str | None = None
    probe: str | None = None

    def covers(self, dimension: str, metric: str, probe: str | None) -> bool:
        """Whether it says that a metric, by a probe where one is named, is absent."""
        about = self.dimension == dimension and self.metric in (None, metric)
        return about and (self.probe is None or probe in (None, self.probe))


class Acceptance(Frozen, frozen=True):
    """Why something lost, inconclusive or unmeasured is acceptable."""

    reason: str
    borne_by: str
    mitigation: str
    monitoring: str
    accepted_by: str
    review_by: str
    claim: str | None = None
    dimension: ReadingDimension | None = None
    metric: str | None = None


class SourceDocument(Frozen, frozen=True):
    """Where transcribed numbers stand."""

    title: str
    version: str
    table: str
    row: str
    uri: str | None = None
    retrieved_on: str | None = None


class Evidence(Frozen, frozen=True):
    """What claims rest on."""

    id: str
    kind: Literal["regenerated", "measured", "transcribed", "claimed"]
    availability: Literal["bundled", "public", "gated", "withheld"]
    measured_on: str | None = None
    path: str | None = None
    uri: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    document: SourceDocument | None = None
    note: str | None = None
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)


class ListedReproduction(Frozen, frozen=True):
    """A reproduction report that the statement lists."""

    by: str
    performed_on: str
    sha256: str
    path: str | None = None
    uri: str | None = None
    envelope: str | None = None


class OwnMetric(Frozen, frozen=True):
    """A metric that is not in the registry."""

    id: str
    dimension: ReadingDimension
    definition: str
    unit: str
    direction: Literal["higher", "lower", "target", "neutral"]
    kind: str
    low: float | None = None
    high: float | None = None
    target: float | None = None


class Statement(Frozen, frozen=True):
    """A distillation loss statement."""

    dls_version: Literal["1.0"]
    id: str
    revision: int
    issued: str
    issuer: Issuer
    assurance: Assurance
    teacher: Model
    student: Model
    distillation: Distillation
    scenario: Scenario
    claims: tuple[Claim, ...]
    absences: tuple[Absence, ...]
    acceptances: tuple[Acceptance, ...]
    evidence: tuple[Evidence, ...]
    limits: str
    previous: Previous | None = None
    control: Model | None = None
    reproductions: tuple[ListedReproduction, ...] = ()
    metrics: tuple[OwnMetric, ...] = ()
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)
