"""The problems of a profile's pinned data files: a probe has one file in a profile, and a parent's stays as it is."""

from collections.abc import Iterator
from typing import NamedTuple

from dls.model import ProfileTarget
from dls.probes import FILE_IDS
from dls.probes.catalogue import find_probe, is_in_release
from dls.scenarios.profile import Profile


class Problem(NamedTuple):
    """One problem of a profile, and its place in the file."""

    pointer: str
    message: str


def data_problems(profile: Profile) -> Iterator[Problem]:
    """Yield the problems of the data files that targets pin."""
    for i, target in enumerate(profile.file.targets):
        if target.data is not None:
            pointer = f"/targets/{i}/data"
            yield from _probe_problems(pointer, target)
            yield from _parent_problems(pointer, target, profile)
    yield from _difference_problems(profile)


def _probe_problems(pointer: str, target: ProfileTarget) -> Iterator[Problem]:
    assert target.data is not None
    if target.probe is None:
        yield Problem(pointer, "a pinned data file holds the items of one probe; name the probe")
    elif is_in_release(target.probe) and find_probe(target.probe).from_rows is None:
        yield Problem(pointer, f"{target.probe} takes no data file; `dls probes` says which probes do")
    if target.data.units < target.n:
        yield Problem(f"{pointer}/units", f"the file gives {target.data.units} units, and the target plans {target.n}")


def _parent_problems(pointer: str, target: ProfileTarget, profile: Profile) -> Iterator[Problem]:
    """Yield that a parent's target of the same probe has other items, which the pin would replace."""
    for original in profile.parent.targets if profile.parent else ():
        if original.probe != target.probe or original.data == target.data:
            continue
        if original.data is not None or target.probe not in FILE_IDS:
            items = "another data file" if original.data else "generated items"
            yield Problem(pointer, f"the parent plans {target.probe} on {items}; its items stay as they are")
            return


def _difference_problems(profile: Profile) -> Iterator[Problem]:
    """Yield each target whose probe has another data file, or none, in another target."""
    for target in profile.targets:
        pin = profile.data_of(target.probe) if target.probe else None
        if pin is not None and target.data != pin:
            pointer = f"/targets/{profile.file.targets.index(target)}" if target in profile.file.targets else "/extends"
            yield Problem(
                pointer,
                f"{target.probe} has another data file in another target; a run asks a probe on one file, so pin the "
                f"same `data` in every target of the probe",
            )
