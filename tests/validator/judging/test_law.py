"""The law: deleting a loss, an absence, evidence or an extension never makes a statement look better."""

import copy
import json
from functools import cache
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

import dls.judging.assess
from dls.document.reader import UnreadableDocument, read
from dls.draw import Draw
from dls.judging import judgement
from dls.judging.assess import LEVELS, assess_statement
from dls.judging.context import RuleContext
from dls.model import Absence, Acceptance, Claim, Evidence, ListedReproduction, OwnMetric, Statement, frozen
from dls.rules.twin_is_claimed import twin_is_claimed
from dls.scenarios import profile
from dls.standard.registry import load_registry, metric
from dls.standard.schemas import kind_of
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
EXAMPLES = Path(__file__).parents[3] / "examples" / "published"
SUBSETS = 1_000
PAIRS = 4_000
LARGEST = 12
ENTRIES = {
    "claims": Claim,
    "absences": Absence,
    "acceptances": Acceptance,
    "evidence": Evidence,
    "reproductions": ListedReproduction,
    "metrics": OwnMetric,
}
# Not among them: `on`. Without it a claim about a part has another meaning; the manifest shows that lie (DLS309).
OTHER_PATHS = (("extensions",), ("control",), ("previous",), ("student", "weights_sha256"))
PARTS = (
    "items",
    "loss",
    "flips",
    "retention",
    "teacher",
    "student",
    "pair",
    "reference",
    "marks",
    "reason",
    "probe",
    "runs",
)
PARTS_OF_PARTS = ("interval", "n", "count", "n_units", "seed", "sha256", "data", "seed_reason", "excluded")
PINS = ("pinned-data", "own-data")  # documents that are judged by their own profile, which pins a data file
OF_EVIDENCE = ("sha256", "uri", "path", "measured_on", "document")


def statements():
    """Yield every statement of the suite, passing or failing, and every published example, with its path."""
    for path in sorted((*DOCUMENTS.glob("*.*"), *EXAMPLES.glob("*.dls.yaml"))):
        try:
            value = read(path).value
            statement = frozen(value, Statement)
        except (UnreadableDocument, msgspec.ValidationError):
            continue
        if kind_of(value) == "statement":
            yield path, statement


HONEST = json.loads((DOCUMENTS.parent / "expected.json").read_text())["pass"]


def _is_quick(path):
    """Whether a statement is tried in every run: every second honest one of the suite, or a published example."""
    return path.parent == EXAMPLES or path.name in HONEST[::2]


def parameter(path):
    return pytest.param(path, id=path.name, marks=() if _is_quick(path) else pytest.mark.slow)


FROZEN = dict(statements())
STATEMENTS = [parameter(path) for path in FROZEN]


def profile_of(path):
    scenario = read(path).value["scenario"]
    if path.parent == DOCUMENTS and scenario["profile"] in PINS:
        return profile.load_profile(DOCUMENTS / scenario["path"])
    if path.parent == DOCUMENTS:
        return profile.load_profile(DOCUMENTS / "profile.yaml")
    return profile.load_profile(path.parent / scenario["path"] if "path" in scenario else scenario["profile"])


def without(value, paths):
    """Return a JSON value without some of its nodes; a node whose parent is removed is gone with it."""
    value = copy.deepcopy(value)
    for path in sorted(paths, key=lambda path: [str(name).zfill(9) for name in path], reverse=True):
        parent = value
        try:
            for name in path[:-1]:
                parent = parent[name]
            del parent[path[-1]]
        except (KeyError, IndexError):
            continue
    return value


def removable(value):
    """Return the removable groups of paths: entries, their optional members, and evidence with all its claims."""
    entries = [(name, i) for name in ENTRIES for i in range(len(value.get(name, ())))]
    paths = [*entries, *(path for path in OTHER_PATHS if path[0] in value)]
    for i, claim in enumerate(value["claims"]):
        paths += [("claims", i, name, j) for name in ("targets", "evidence") for j in range(len(claim[name]))]
        paths += [("claims", i, name) for name in PARTS if name in claim]
        for name, part in claim.items():
            if isinstance(part, dict):
                paths += [("claims", i, name, inner) for inner in PARTS_OF_PARTS if inner in part]
                paths += [("claims", i, name, "interval", "n_units")] if "n_units" in part.get("interval", {}) else []
    paths += [
        ("evidence", i, name) for i, entry in enumerate(value["evidence"]) for name in OF_EVIDENCE if name in entry
    ]
    return [*((path,) for path in paths), *(_with_its_claims(value, i) for i in range(len(value["evidence"])))]


def _with_its_claims(value, i):
    name = value["evidence"][i]["id"]
    return (("evidence", i), *(("claims", j) for j, claim in enumerate(value["claims"]) if name in claim["evidence"]))


class Parts:
    """A statement that reads each form of its entries once, so that half a million statements cost little."""

    def __init__(self, value):
        self.value = value
        self.whole = cache(self._whole)
        self.entry = cache(self._entry)

    def without(self, paths):
        """Return the statement without some nodes; None where that breaks its form, so that the document fails."""
        removals = {}
        for path in paths:
            if path[0] in ENTRIES:
                removals.setdefault(path[0], {}).setdefault(path[1], set()).add(path[2:])
        whole = self.whole(frozenset(path for path in paths if path[0] not in ENTRIES))
        members = {}
        for name, cut in removals.items():
            entries = [self.entry(name, i, frozenset(cut.get(i, ()))) for i in range(len(self.value[name]))]
            if False in entries:
                return None
            members[name] = tuple(entry for entry in entries if entry is not None)
        return whole and msgspec.structs.replace(whole, **members)

    def _whole(self, removals):
        try:
            return frozen(without(self.value, removals), Statement)
        except msgspec.ValidationError:
            return None

    def _entry(self, name, i, removals):
        """Return an entry without some nodes: None where it is removed itself, False where its form is broken."""
        if () in removals:
            return None
        try:
            return msgspec.convert(without(self.value[name][i], removals), ENTRIES[name], strict=False)
        except msgspec.ValidationError:
            return False


@pytest.fixture
def cached_judgements(monkeypatch):
    """Judge each form of a claim once: `judge_target` is a pure function of values that live as long as the test."""
    judgements = {}

    def judge_target(claim, target, conditions, planned_n):
        key = (id(claim), id(target), conditions[1:], planned_n)
        if key not in judgements:
            judgements[key] = judgement.judge_target(claim, target, conditions, planned_n), claim
        return judgements[key][0]

    monkeypatch.setattr(dls.judging.assess, "judge_target", judge_target)


def looks_better(before, after):
    new_targets = [target for target in after.met_targets if target not in before.met_targets]
    return bool(new_targets) or LEVELS.index(after.assurance) > LEVELS.index(before.assurance)


def better(path, groups):
    """Return the groups of nodes whose removal makes a statement look better."""
    value, target_profile = read(path).value, profile_of(path)
    parts = Parts(value)
    before = assess_statement(frozen(value, Statement), target_profile)
    cut = ((group, parts.without(group)) for group in groups)
    return [
        group
        for group, after in cut
        if after is not None and looks_better(before, assess_statement(after, target_profile))
    ]


@pytest.mark.parametrize("path", STATEMENTS)
@pytest.mark.usefixtures("cached_judgements")
def test_deleting_any_thing_or_some_two_never_makes_a_statement_look_better(path):
    """The pairs of a large statement are drawn; `test_deleting_any_two_things` tries all."""
    groups = removable(read(path).value)
    pairs = [a + b for a, b in combinations(groups, 2)]
    assert better(path, groups) == []
    assert better(path, Draw("pairs", path.name).sample(pairs, min(PAIRS, len(pairs)))) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", STATEMENTS)
@pytest.mark.usefixtures("cached_judgements")
def test_deleting_any_two_things_never_makes_a_statement_look_better(path):
    groups = removable(read(path).value)
    assert better(path, (a + b for a, b in combinations(groups, 2))) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", STATEMENTS)
@pytest.mark.usefixtures("cached_judgements")
def test_deleting_random_things_never_makes_a_statement_look_better(path):
    groups, draw = removable(read(path).value), Draw("law", path.name)
    subsets = (draw.sample(groups, draw.between(3, min(LARGEST, len(groups)))) for _ in range(SUBSETS))
    assert better(path, [sum(subset, ()) for subset in subsets]) == []


def twins(path):
    """Return the indices of the claims on its twin, by metric of each preserved claim."""
    claims = FROZEN[path].claims
    twin_of = {claim.metric: metric(claim.metric).twin for claim in claims if claim.metric in load_registry().metrics}
    preserved = {claim.metric for claim in claims if any(target.outcome == "preserved" for target in claim.targets)}
    return {
        name: [i for i, claim in enumerate(claims) if claim.metric == twin]
        for name, twin in twin_of.items()
        if twin and name in preserved
    }


WITH_TWINS = [parameter(path) for path in FROZEN if any(twins(path).values())]


@pytest.mark.parametrize("path", WITH_TWINS)
def test_deleting_a_twin_leaves_no_preserved_claim_without_an_error(path):
    value = read(path).value
    for name, places in twins(path).items():
        rest = frozen(without(value, [("claims", i) for i in places]), Statement)
        context = RuleContext(read(path), rest, path.parent)
        names = {rest.claims[int(pointer.split("/")[2])].metric for pointer, _, _ in twin_is_claimed(context)}
        assert name in names or any(context.claim_bundles(claim) for claim in rest.claims if claim.metric == name)
