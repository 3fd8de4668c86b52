"""The law: deleting a loss, an absence, evidence or an extension never makes a statement look better."""

import copy
from itertools import combinations

import msgspec
import pytest

from dls import profile
from dls.assess import LEVELS, assess
from dls.document import read
from dls.draw import Draw
from dls.model import Statement, frozen
from dls.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
PROFILE = profile.load(DOCUMENTS / "profile.yaml")
NAMES = [
    "publisher.yaml",
    "publisher-with-evidence.yaml",
    "publisher-with-a-failed-check.yaml",
    "publisher-reproduced.yaml",
    "too-few-units.yaml",
    "short-of-the-plan.yaml",
    "chosen-seed.yaml",
    "transcribed-beside-measured.yaml",
    "third-party.yaml",
    "withheld-records.yaml",
    "several-slices.yaml",
    "DLS209-wishful.yaml",
    "DLS407-teacher-at-chance.yaml",
    "DLS505-chosen-seed.yaml",
    "DLS506-stopped-early.yaml",
]
SUBSETS = 1_000
OPTIONAL = (
    "interval",
    "n",
    "count",
    "n_units",
    "seed",
    "items",
    "loss",
    "flips",
    "retention",
    "teacher",
    "reason",
    "marks",
    "sha256",
    "uri",
    "path",
)


def assessed(value):
    found = assess(frozen(value, Statement), PROFILE)
    return {(t.metric, t.kind) for t in found.met_targets}, LEVELS.index(found.assurance)


def removable(value):
    """Return the paths of everything that may be taken out without breaking the schema outright."""
    paths = [
        (name, i)
        for name in ("claims", "absences", "acceptances", "evidence", "reproductions", "metrics")
        for i in range(len(value.get(name, ())))
    ]
    for i, claim in enumerate(value["claims"]):
        paths += [("claims", i, "targets", j) for j in range(len(claim["targets"]))]
        paths += [("claims", i, "evidence", j) for j in range(len(claim["evidence"]))]
        paths += [("claims", i, name) for name in OPTIONAL if name in claim]
        paths += [
            ("claims", i, name, inner)
            for name in claim
            if isinstance(claim[name], dict)
            for inner in claim[name]
            if inner in OPTIONAL
        ]
        paths += [
            ("claims", i, name, "interval", "n_units")
            for name in claim
            if isinstance(claim[name], dict) and "n_units" in claim[name].get("interval", {})
        ]
    paths += [("evidence", i, name) for i, entry in enumerate(value["evidence"]) for name in OPTIONAL if name in entry]
    paths += [("student", "weights_sha256"), ("extensions",)]
    return paths


def without(value, paths):
    value = copy.deepcopy(value)
    for path in sorted(
        paths,
        key=lambda path: [(isinstance(p, int), p if isinstance(p, int) else 0, str(p)) for p in path],
        reverse=True,
    ):
        parent = value
        try:
            for name in path[:-1]:
                parent = parent[name]
            del parent[path[-1]]
        except (KeyError, IndexError):  # it went with its parent
            continue
    return value


def never_better(value, paths):
    before_met, before_level = assessed(value)
    try:
        met, level = assessed(without(value, paths))
    except msgspec.ValidationError:  # breaks the schema: the document fails
        return
    assert met <= before_met, paths
    assert level <= before_level, paths


@pytest.mark.parametrize("name", NAMES)
def test_deleting_any_one_thing_never_makes_a_statement_look_better(name):
    value = read(DOCUMENTS / name).value
    for path in removable(value):
        never_better(value, [path])


@pytest.mark.parametrize("name", NAMES)
def test_deleting_random_things_never_makes_a_statement_look_better(name):
    value = read(DOCUMENTS / name).value
    paths = removable(value)
    draw = Draw("law", name)
    for _ in range(SUBSETS):
        never_better(value, draw.sample(paths, draw.between(1, min(12, len(paths)))))


def test_deleting_any_two_things_never_makes_a_statement_look_better():
    value = read(DOCUMENTS / "short-of-the-plan.yaml").value
    paths = [path for path in removable(value) if path[0] != "absences"]
    for pair in combinations(paths, 2):
        never_better(value, pair)


def test_a_preserved_target_is_met():
    met, level = assessed(read(DOCUMENTS / "publisher.yaml").value)
    assert met == {
        ("accuracy", "non_inferiority"),
        ("accuracy", "absolute"),
        ("brier_top_label", "non_inferiority"),
        ("valid_answer_mass", "retention"),
    }
    assert LEVELS[level] == "recomputed"


def test_a_third_party_meets_no_target():
    assert assessed(read(DOCUMENTS / "third-party.yaml").value)[0] == set()


def test_a_declared_outcome_that_its_interval_denies_meets_nothing():
    assert ("valid_answer_entropy", "non_inferiority") not in assessed(read(DOCUMENTS / "DLS209-wishful.yaml").value)[0]


def test_a_reproduction_by_somebody_else_counts_for_more_than_ones_own():
    value = read(DOCUMENTS / "publisher-reproduced.yaml").value
    assert LEVELS[assessed(value)[1]] == "independently_reproduced"
    value["reproductions"][0]["by"] = value["issuer"]["name"]
    assert LEVELS[assessed(value)[1]] == "reproduced"
