"""The options of a run, and the watch that sees its answers as they come."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias, TypedDict

from dls.model import Arm
from dls_probes.engine.shard import Shard
from dls_probes.runs.arm_answers import ArmAnswers
from dls_probes.runs.open_models import Workers
from dls_probes.runs.plan import PlannedProbe

Watch: TypeAlias = Callable[[PlannedProbe, Arm, ArmAnswers], None]
"""Is called with the answers of each model to each probe, as soon as they are there."""


def unwatched(entry: PlannedProbe, arm: Arm, answers: ArmAnswers) -> None:
    """Do nothing with the answers of a model."""


class RunOptions(TypedDict, total=False):
    """The options of a run, each with a default.

    Attributes:
        workers: worker processes, or the actors of a cluster; by default this process alone.
        resume: continue an interrupted run in the same folder.
        watch: gets the answers of each model to each probe, so that a reader need not wait for the end.
        shard: the share of the packs to compute; by default all.
        ledgers: the folders of shards, whose packs this run need not compute.

    """

    workers: Workers
    resume: bool
    watch: Watch
    shard: Shard | None
    ledgers: Sequence[Path]
