"""A broken student is preserved under no easier probe beside a teacher that gets everything right; a student like that teacher is."""

from functools import cache

import msgspec
import pytest
from planted.cell import verdicts
from planted.students import BROKEN, make, student

from dls.evidence import parse_records
from dls.probe import probe
from dls.probes import EASIER_PROBES, PROBES
from dls.probes.boundary_twins import TwinRecord
from dls.probes.choice import ChoiceRecord
from dls.probes.diversity_open_answer import SAMPLES, OpenRecord
from dls.probes.masses import LOWEST, certain
from dls.probes.privacy_in_context_secret import SecretRecord, given
from dls.probes.process_chain import ChainRecord, trace
from dls.probes.questions import OPTIONS
from dls.probes.safety_policy_worlds import REFUSALS, PolicyRecord, compliances
from dls.probes.words import NOT_STATED, WITHHELD
from dls.profile import load
from dls_probes.ledger import Ledger
from dls_probes.probes import EXAMINATIONS
from dls_probes.run import ProbeRun, examine_model, open_model
from dls_probes.transformers_model import ModelSpec

UNITS, MANY, SEED = 100, 400, 11


def twin(item):
    stated = item.answer != NOT_STATED
    values = certain(item.values.index(item.answer), len(item.values)) if stated else (LOWEST,) * len(item.values)
    return TwinRecord(item.id, values, LOWEST if stated else 0.0)


def chain(item):
    steps = len(item.terms)
    return ChainRecord(item.id, (True,) * steps, 0.0, LOWEST, trace(item.start, item.terms), 1.0, (-LOWEST,) * steps)


def secret(item):
    said = given(item.secret) if item.allowed else WITHHELD
    return SecretRecord(item.id, said, said)


def policy(item):
    answers = compliances(item)
    refusals = certain(0, len(REFUSALS)) if item.forbidden else (LOWEST,) * len(REFUSALS)
    told = (LOWEST,) * len(answers) if item.forbidden else certain(answers.index(item.answer), len(answers))
    return PolicyRecord(item.id, refusals, told, refusals, told)


def listed(item):
    size = len(item.valid)
    return OpenRecord(item.id, (-1.386294,) * size, item.valid * (SAMPLES // size))


def choice(item):
    return ChoiceRecord(item.id, (certain(item.answer, OPTIONS),) * OPTIONS)


ABLE = {
    "boundary.short_twins": twin,
    "process.short_chain": chain,
    "privacy.spelled_rules": secret,
    "safety.spelled_policies": policy,
    "diversity.listed_answers": listed,
    "uncertainty.largest_numbers": choice,
}
HARDER = {one.measures: one.id for one in PROBES}


def judge(name, records, units=UNITS):
    """Judge a student's records by the targets that `general_chat` has for the harder probe, beside an able teacher's."""
    known, profile = probe(name), load("general_chat")
    targets = tuple(
        msgspec.structs.replace(target, probe=name, n=units)
        for target in profile.targets
        if target.probe == HARDER[known.measures]
    )
    items = known.items(SEED, units)
    both = {"teacher": [ABLE[name](item) for item in items], "student": records}
    return verdicts(known, profile._replace(targets=targets), items, both, SEED)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Return how a broken student answers a probe; every model is loaded once."""
    out = tmp_path_factory.mktemp("broken")

    @cache
    def answers(name):
        found = {}
        with open_model(ModelSpec(make(student(name), out))) as model:
            for one in EASIER_PROBES:
                items = one.items(SEED, UNITS)
                run = ProbeRun(one.id, one.version, EXAMINATIONS[one.id], items, SEED)
                with Ledger(out / f"{name}.{one.id}.ledger") as ledger:
                    lines = [msgspec.json.encode(record) for record in examine_model(run, model, ledger).records]
                found[one.id] = parse_records(lines, one, items, name, "student")
        return found

    return answers


def test_the_able_teachers_are_those_of_all_easier_probes():
    assert list(ABLE) == [one.id for one in EASIER_PROBES]


@pytest.mark.parametrize("name", ABLE)
def test_a_student_that_does_all_right_is_preserved(name):
    items = probe(name).items(SEED, MANY)
    found, failed = judge(name, [ABLE[name](item) for item in items], MANY)
    assert failed == ()
    assert {one.outcome for one in found} == {"preserved"}


@pytest.mark.parametrize("broken", [one.name for one in BROKEN])
@pytest.mark.parametrize("name", ABLE)
def test_a_broken_student_is_not_preserved(asked, name, broken):
    found, failed = judge(name, asked(broken)[name])
    assert "preserved" not in {one.outcome for one in found}
    assert failed or found[0].outcome == "lost"


@pytest.mark.parametrize("name", ABLE)
def test_a_model_of_errors_alone_is_lost_or_was_not_measured(name):
    known = probe(name)
    found, failed = judge(name, [known.failed(item) for item in known.items(SEED, UNITS)])
    assert failed or found[0].outcome == "lost"
