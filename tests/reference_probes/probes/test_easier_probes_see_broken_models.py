"""A broken student is preserved under no easier probe beside a teacher that gets everything right."""

from functools import cache

import msgspec
import pytest
from planted.students import BROKEN, find_student, make
from tests.validator.probes.able import SEED, items_of, judged

from dls.evidence.records import parse_records
from dls.probes.catalogue import find_probe
from dls.probes.collection import EASIER_PROBES
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.probes import ELICITATIONS
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

UNITS = 100
EASIER = tuple(one.id for one in EASIER_PROBES)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Return how a broken student answers a probe; every model is loaded once."""
    out = tmp_path_factory.mktemp("broken")

    @cache
    def answers(name):
        found = {}
        with open_model(ModelSpec(make(find_student(name), out))) as model:
            for one in EASIER_PROBES:
                items = items_of(one.id, UNITS)
                run = ProbeRun(one.id, one.version, ELICITATIONS[one.id], items, SEED)
                with Ledger(out / f"{name}.{one.id}.ledger") as ledger:
                    lines = [msgspec.json.encode(record) for record in elicit_model(run, model, ledger).records]
                found[one.id] = parse_records(lines, one, items, name, "student")
        return found

    return answers


@pytest.mark.slow
@pytest.mark.parametrize("broken", [one.name for one in BROKEN])
@pytest.mark.parametrize("name", EASIER)
def test_a_broken_student_is_not_preserved(asked, name, broken):
    answers = {record.id: record for record in asked(broken)[name]}
    found, failed = judged(name, lambda item: answers[item.id], units=UNITS)
    assert "preserved" not in {one.outcome for one in found}
    assert failed or found[0].outcome == "lost"


@pytest.mark.parametrize("name", EASIER)
def test_a_model_of_errors_alone_is_lost_or_was_not_measured(name):
    found, failed = judged(name, find_probe(name).failed, units=UNITS)
    assert failed or found[0].outcome == "lost"
