"""The choices of a run that keep its claims from being preserved, said before the first question."""

from collections.abc import Collection, Iterator

from dls.scenarios.profile import Profile


def forfeits(profile: Profile, n: int | None, seed: int | None, data: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each choice.

    Args:
        profile: of the run.
        n: the units of every probe instead of the plan's; None keeps the plan.
        seed: instead of the derived one; None keeps that one.
        data: the ids of the probes whose items come from files.
    """
    plans = sorted({target.n for target in profile.targets if target.n})
    if n is not None and plans and plans != [n]:
        span = f"{plans[0]:,}" if len(plans) == 1 else f"{plans[0]:,} to {plans[-1]:,}"
        yield f"--n {n}: the profile plans {span} units, and a claim from another number cannot be preserved"
    if seed is not None:
        yield f"--seed {seed}: a claim on items of a chosen seed cannot be preserved"
    for probe in data:
        if profile.data_of(probe) is None:
            yield (
                f"--data {probe}: the profile {profile.id} pins no file for it, so its claims cannot be preserved; "
                "`dls init --profile` writes a profile that does"
            )
