"""Independent engines give the same verdict on all documents of the suite, whole and mutated."""

import copy
import json
import shutil
import subprocess
from pathlib import Path

import jsonschema
import jsonschema_rs
import msgspec
import pytest
from fuzz.mutation import places
from tests.some import every

from dls.document.reader import Document, Node, UnreadableDocument, read
from dls.draw import Draw
from dls.errors import DlsError
from dls.model import Manifest, ProfileFile, ReproductionReport, Statement, frozen
from dls.standard import draft07
from dls.standard.form import violations
from dls.standard.schemas import kind_of, schema
from dls.standard.specification import spec_folder

KINDS = ("statement", "scenario", "evidence", "reproduction")
MODELS = {"statement": Statement, "scenario": ProfileFile, "evidence": Manifest, "reproduction": ReproductionReport}
MUTATIONS = 5  # of each document


def documents():
    for path in sorted((spec_folder() / "conformance" / "documents").rglob("*.[yj][as]*")):
        try:
            value = read(path).value
        except UnreadableDocument:
            continue
        if path.suffix in (".yaml", ".json") and kind_of(value):
            yield path.name, value
    for path in sorted((spec_folder() / "scenarios").glob("*.yaml")):
        yield path.name, read(path).value


DOCUMENTS = dict(documents())
VALUES = [
    None,
    True,
    0,
    -1,
    1.0,
    1.5,
    2**53,
    1e300,
    "",
    "x",
    "a\n",
    "2026-11-24",
    "2026-11-24\n",
    "0" * 64,
    "0" * 64 + "\n",
    [],
    {},
    [1, 1],
]


def mutate(value, draw):
    value = copy.deepcopy(value)
    home, name = draw.choice(list(places(value)))
    action = draw.choice(("replace", "replace", "delete", "add"))
    if action == "replace":
        home[name] = draw.choice(VALUES)
    elif action == "delete":
        del home[name]
    elif isinstance(home, dict):
        home[draw.choice(("x-extra", "extra", "n", "value", "outcome"))] = draw.choice(VALUES)
    else:
        home.append(draw.choice(VALUES))
    return value


@pytest.fixture(scope="module")
def engines():
    return {
        kind: (jsonschema.Draft202012Validator(schema(kind)), jsonschema_rs.Draft202012Validator(schema(kind)))
        for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_is_a_valid_schema(kind):
    jsonschema.Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_both_engines_agree(engines, name):
    value = DOCUMENTS[name]
    reference, fast = engines[kind_of(value)]
    assert fast.is_valid(value) == reference.is_valid(value)


@pytest.mark.parametrize("name", every(8, DOCUMENTS))
def test_both_engines_agree_on_mutated_documents(engines, name):
    value = DOCUMENTS[name]
    reference, fast = engines[kind_of(value)]
    draw = Draw(name)
    for _ in range(MUTATIONS):
        mutant = mutate(value, draw)
        assert fast.is_valid(mutant) == reference.is_valid(mutant), json.dumps(mutant)


@pytest.mark.parametrize("name", every(8, DOCUMENTS))
def test_a_form_looked_at_in_pieces_is_broken_where_an_engine_says_so(engines, name):
    """No engine is asked for all errors at once; the pieces together still say the same as the whole."""
    value = DOCUMENTS[name]
    kind = kind_of(value)
    draw = Draw("pieces", name)
    for mutant in [value, *(mutate(value, draw) for _ in range(MUTATIONS))]:
        document = Document(name, mutant, Node(1, 1, None, None))
        assert bool(list(violations(document, kind))) is not engines[kind][0].is_valid(mutant), json.dumps(mutant)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_model_accepts_all_that_the_schema_accepts(engines, name):
    value = DOCUMENTS[name]
    model = MODELS[kind_of(value)]
    draw = Draw(name)
    for mutant in [value, *(mutate(value, draw) for _ in range(MUTATIONS))]:
        if engines[kind_of(value)][1].is_valid(mutant):
            assert frozen(mutant, model) == model.build(mutant)


def with_whole_numbers(value):
    """The value with each number like 1.0 as an integer, which to JSON Schema it is."""
    if isinstance(value, dict):
        return {name: with_whole_numbers(part) for name, part in value.items()}
    if isinstance(value, list):
        return [with_whole_numbers(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def accepts(check, *words):
    try:
        check(*words)
    except (DlsError, msgspec.ValidationError):
        return False
    return True


@pytest.mark.parametrize("name", every(8, DOCUMENTS))
def test_pydantic_and_msgspec_agree_on_the_model(name):
    """Both read the same classes: they accept the same documents, whole and mutated, with the schema or against it."""
    value = DOCUMENTS[name]
    model = MODELS[kind_of(value)]
    draw = Draw("model", name)
    for mutant in [value, *(mutate(value, draw) for _ in range(4 * MUTATIONS))]:
        strict = accepts(msgspec.convert, with_whole_numbers(mutant), model)
        assert accepts(model.build, mutant) == strict, json.dumps(mutant)


@pytest.mark.parametrize("kind", KINDS)
def test_the_draft_07_copy_is_fresh(kind):
    assert (draft07.folder() / f"{kind}.schema.json").read_bytes() == draft07.file_bytes(kind), (
        "run python -m dls.standard.draft07"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_draft_07_copy_is_a_valid_schema(kind):
    jsonschema.Draft7Validator.check_schema(draft07.draft07_schema(kind))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_draft_07_copy_agrees(engines, name):
    value = DOCUMENTS[name]
    kind = kind_of(value)
    validator = jsonschema_rs.Draft7Validator(draft07.draft07_schema(kind))
    draw = Draw(name)
    for mutant in [value, *(mutate(value, draw) for _ in range(MUTATIONS))]:
        assert validator.is_valid(mutant) == engines[kind][1].is_valid(mutant), json.dumps(mutant)


def test_ajv_agrees(engines):
    node, folder = shutil.which("node"), Path("build/ajv").resolve()
    if node is None or not (folder / "node_modules" / "ajv").is_dir():
        pytest.skip("needs node and: npm install --prefix build/ajv ajv@8")
    values = []
    for name, value in DOCUMENTS.items():
        draw = Draw("ajv", name)
        values += [(kind_of(value), mutant) for mutant in [value, *(mutate(value, draw) for _ in range(MUTATIONS))]]
    work = json.dumps({"schemas": {kind: schema(kind) for kind in KINDS}, "values": values})
    script = Path(__file__).with_name("ajv") / "agree.mjs"
    process = subprocess.run([node, script, folder], input=work, capture_output=True, text=True, check=True)
    verdicts = json.loads(process.stdout)
    differing = [
        json.dumps(value)
        for (kind, value), verdict in zip(values, verdicts, strict=True)
        if verdict != engines[kind][1].is_valid(value)
    ]
    assert differing == []
    assert {True, False} <= set(verdicts)
