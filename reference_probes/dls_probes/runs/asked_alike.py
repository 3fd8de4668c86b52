"""Whether a run asks teacher and student in the same wording and precision."""

from collections.abc import Mapping

from dls.errors import DlsError
from dls.model import Arm
from dls.scenarios.profile import Profile
from dls.standard.numbers import ALIKE
from dls_probes.models.transformers_model import ModelSpec


def refuse_unlike_arms(profile: Profile, models: Mapping[Arm, ModelSpec]) -> None:
    """Refuse a run that asks its models in different ways, unless the profile allows it.

    Raises:
        DlsError: a setting of the wording or the precision differs.
    """
    for name in ALIKE:
        values = {arm: getattr(spec, name) for arm, spec in models.items()}
        if len(set(values.values())) > 1 and name not in profile.arms_may_differ_in:
            settings = " and ".join(f"the {arm} with {name} {value}" for arm, value in values.items())
            raise DlsError(
                f"this run would ask {settings}, and a difference between their answers would then be no loss; ask "
                f"both alike, or let the profile allow it: arms_may_differ_in: [{name}]"
            )
