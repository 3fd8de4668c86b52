"""The transcribed claims of a draft, and the documents that they were copied from."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dls.evidence.averages import Averages
from dls.judging.claim_of_averages import transcribed_claim
from dls.model import Claim, Evidence
from dls.scenarios.profile import Profile
from dls.standard.namespaced_metric import as_metric
from dls.standard.registry import load_registry


def transcribed_claims(averages: Averages, profile: Profile) -> list[Claim]:
    """Return a claim for each row of a metric that has a better direction."""
    metrics = {**load_registry().metrics, **{entry.id: as_metric(entry) for entry in averages.metrics}}
    entries = ((row, metrics[row.measured.metric]) for row in averages.rows)
    return [transcribed_claim(row, entry, profile) for row, entry in entries if entry.direction != "neutral"]


def transcribed_evidence(averages: Averages, claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Return an entry for each document that a claim rests on.

    Nothing says that others can get it, so its availability is `withheld` until a person writes its place.
    """
    names = {name for claim in claims for name in claim.evidence}
    entries = (
        Evidence(
            id=source.id,
            kind="transcribed",
            availability="withheld",
            sha256=source.sha256,
            bytes=source.bytes,
            document=source.document,
        )
        for source in averages.sources
        if source.id in names
    )
    return [msgspec.to_builtins(entry) for entry in entries]
