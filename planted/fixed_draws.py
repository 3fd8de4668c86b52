"""The fixed draws: the profile that judges them, their units and their seeds. None of them follows a later plan.

The kept results were measured with these units. A profile that plans other units judges the same cells by its limits.
"""

import msgspec

from dls.canonical import sha256_hex
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import Profile, load_profile
from planted.cell import ItemDraw

PROFILE = "general_chat"
CUE_PROFILE, CUE = "maths_tutor", "process.wrong_cue"  # `general_chat` has no target about wrong cues
UNITS = {
    "headline.multiple_choice": 1500,
    "uncertainty.multiple_choice": 1500,
    "uncertainty.lottery": 300,
    "boundary.twins": 300,
    "process.chain": 300,
    "on_policy.story": 200,
    "grounding.worlds": 400,
    "privacy.in_context_secret": 300,
    "safety.policy_worlds": 400,
    "diversity.open_answer": 200,
    CUE: 1900,
}
"""Independent units of a draw, by probe, in the order of the matrix; the last one is no column of it."""
_DRAWS_KEY = "16e3069e87b415363576041f1d8b0409ee12d3e0c36a3e3bab60a7eb51473794"  # when the draws were fixed
_MASK_53 = (1 << 53) - 1


def seed_of(draw: ItemDraw) -> int:
    """Return the seed of a draw: the first 8 bytes of a SHA-256 over the names of draw and probe, masked to 53 bits.

    The key was fixed with the draws, so later changes of the profile keep all items.
    """
    name = sha256_hex(f"planted/{draw.name}".encode())
    return int(sha256_hex(f"{_DRAWS_KEY}{name}{find_probe(draw.probe).name}".encode())[:16], 16) & _MASK_53


def units_of(draw: ItemDraw, profile: Profile) -> int:
    """Return the independent units of a draw: those that `profile_for` plans for the probe, times `draw.times`."""
    return draw.times * max(target.n for target in profile.targets if target.probe == draw.probe)


def about_metric(profile: Profile, metric: str) -> Profile:
    """Return the profile with its targets about one metric alone."""
    return profile._replace(targets=tuple(target for target in profile.targets if target.metric == metric))


def profile_for(units: int | None = None) -> Profile:
    """Return the profile, with the target about wrong cues; each plans `units`, or those of its probe in `UNITS`."""
    profile = load_profile(PROFILE)
    cue = (target for target in load_profile(CUE_PROFILE).targets if target.probe == CUE)
    targets = (msgspec.structs.replace(t, n=units or UNITS[str(t.probe)]) for t in (*profile.targets, *cue))
    return profile._replace(targets=tuple(targets))
