"""A profile that raises the limit on new tokens lets long answers end, in a run, its second run and its resumption."""

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import yaml
from tests.reference_probes.records import record_of
from tests.reference_probes.stated import Stated, filled

from dls.canonical import file_sha256
from dls.commands.cli import main
from dls.document.reader import read
from dls.scenarios.profile import load_profile
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.pair.tokenizer import build_tokenizer
from dls_probes.requests import Distribution, Divergence, Generate, Prompt, Score
from dls_probes.runs.answer_limit import with_limit
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

PROBE, LIMIT, END = "diversity.open_answer", 128, 120
WORD = "red"
PROMPT = Prompt.user("what ?")


def model_that_ends_at(place: int, folder: Path, extra: float) -> Path:
    """Save a GPT-2 that writes one word again and again and ends its turn at a position, whatever it reads."""
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = build_tokenizer()
    config = GPT2Config(
        vocab_size=len(tokenizer), n_positions=512, n_embd=8, n_layer=1, n_head=1, tie_word_embeddings=False,
        bos_token_id=1, eos_token_id=2, pad_token_id=2, dls_frame="none",
    )  # fmt: skip
    model, sign = GPT2LMHeadModel(config), torch.tensor([1.0, -1.0] * 4)
    with torch.no_grad():
        for parameter in (model.transformer.wte.weight, *model.transformer.h.parameters(), model.lm_head.weight):
            parameter.zero_()
        model.transformer.wpe.weight[:place], model.transformer.wpe.weight[place:] = sign, -sign
        model.lm_head.weight[tokenizer.convert_tokens_to_ids(f"▁{WORD}")] = 25 * sign
        model.lm_head.weight[2] = -25 * sign
        model.lm_head.weight[0] = extra
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pair")
    return {arm: model_that_ends_at(END, folder / arm, extra) for arm, extra in (("teacher", 0.0), ("student", 0.125))}


def profile(folder: Path, **members: Any) -> Path:
    """Write a child of the demonstration's profile."""
    parent = {"id": "demo", "version": "1.0", "sha256": load_profile("demo").sha256}
    texts = {"title": "Long", "rationale": "A test.", "population": "Items."}
    lists: dict[str, list[str]] = {"required": [], "not_required": [], "targets": []}
    document = {"dls_scenario": "1.0", "id": "long", "version": "1.0", "extends": parent, **texts, **lists, **members}
    (folder / "long.yaml").write_text(yaml.safe_dump(document))
    return folder / "long.yaml"


def run(models: dict[str, Path], scenario: Path, *more: str) -> int:
    pair = [word for arm, folder in models.items() for word in (f"--{arm}", str(folder))]
    out = ["--out", str(scenario.parent / "evidence"), "--dimension", "diversity", "--n", "4"]
    return main(["probe", "run", *pair, "--scenario", str(scenario), *out, *more])


@pytest.fixture(scope="module")
def _long_run(models: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("long")
    assert run(models, profile(folder, max_new_tokens=LIMIT)) == 0
    return folder


@pytest.fixture
def long_run(_long_run: Path, tmp_path: Path) -> Path:
    """Return the folder of a run under a limit of 128, to be spoilt."""
    shutil.copytree(_long_run, tmp_path / "copy")
    return tmp_path / "copy"


def settings(folder: Path) -> dict[str, Any]:
    return json.loads((folder / PROBE / "manifest.json").read_text())["settings"]


def longest(folder: Path) -> int:
    """Return the most words in a row in the student's records."""
    runs = re.findall(rf"(?:{WORD} ?)+", (folder / PROBE / "student.jsonl").read_text())
    return max(text.count(WORD) for text in runs)


def elicit(item: SimpleNamespace) -> Any:
    free, fixed = yield [Generate(PROMPT, 6), Generate(PROMPT, 6, sample=0, is_fixed=True)]
    yield record_of(item, free=(len(free.tokens), free.ended), fixed=(len(fixed.tokens), fixed.ended))


def answers(folder: Path, ledger: Path, limit: int, *, resume: bool = False) -> Any:
    probe_run = ProbeRun("test", "1.0", elicit, [SimpleNamespace(id="000000")], 1, max_new_tokens=limit)
    with open_model(ModelSpec(folder)) as model, Ledger(ledger, resume=resume) as kept:
        return elicit_model(probe_run, model, kept)


def test_an_answer_of_a_hundred_tokens_ends_under_the_raised_limit_alone(models, tmp_path):
    (short,) = answers(models["student"], tmp_path / "short", 64).records
    (whole,) = answers(models["student"], tmp_path / "whole", LIMIT).records
    assert short.free == (64, False)
    assert 100 < whole.free[0] < LIMIT
    assert whole.free[1]


def test_a_text_of_a_fixed_length_keeps_its_length(models, tmp_path):
    (record,) = answers(models["student"], tmp_path / "ledger", LIMIT).records
    assert record.fixed == (6, False)


@pytest.mark.parametrize(
    "request_",
    [Generate(PROMPT, 200), Score(PROMPT, "a"), Distribution(PROMPT), Divergence(PROMPT, (1, 2))],
    ids=lambda request: type(request).__name__,
)
def test_longer_answers_and_other_requests_stay_as_they_are(request_):
    assert with_limit(lambda _: iter_of(request_), LIMIT)("000000").send(None) == request_


def iter_of(request: Any) -> Any:
    yield request


def test_the_manifest_names_the_limit_under_which_both_were_asked(long_run):
    assert {arm: settings(long_run / "evidence")[arm]["max_new_tokens"] for arm in ("teacher", "student")} == {
        "teacher": LIMIT,
        "student": LIMIT,
    }
    assert longest(long_run / "evidence") > 100


@pytest.fixture
def stated(long_run: Path, models: dict[str, Path]) -> Stated:
    pair = [word for arm, folder in models.items() for word in (f"--{arm}", str(folder))]
    statement = Stated(long_run, pair)
    words = ["--scenario", str(long_run / "long.yaml"), "-o", str(statement.statement)]
    assert main(["draft", str(long_run / "evidence"), *words]) == 0
    statement.tell(lambda told: told.update(filled(told)))
    return statement


def verdicts(stated: Stated) -> dict[str, set[str]]:
    claims = read(stated.folder / "report.yaml").value["claims"]
    return {claim["verdict"]: {claim["reason"]} for claim in claims}


def test_a_second_run_takes_the_profiles_limit_and_confirms(stated):
    stated.reproduce()
    assert set(verdicts(stated)) == {"confirmed"}
    assert settings(stated.folder / "report-evidence")["student"]["max_new_tokens"] == LIMIT


def test_without_the_profile_a_second_run_takes_the_limit_of_the_evidence(stated):
    (stated.folder / "long.yaml").unlink()
    stated.reproduce()
    assert settings(stated.folder / "report-evidence")["student"]["max_new_tokens"] == LIMIT


def test_evidence_under_another_limit_than_its_profiles_is_not_verifiable(stated):
    path = stated.folder / "evidence" / PROBE / "manifest.json"
    manifest = json.loads(path.read_text())
    for arm in ("teacher", "student"):
        manifest["settings"][arm]["max_new_tokens"] = 64
    path.write_text(json.dumps(manifest))
    new = {"sha256": file_sha256(path), "bytes": path.stat().st_size}
    stated.tell(lambda told: [entry.update(new) for entry in told["evidence"]])
    stated.reproduce()
    reason = "its evidence was asked with max_new_tokens 64, and its profile has 128"
    assert verdicts(stated) == {"not_verifiable": {reason}}


def test_finished_evidence_is_not_continued_under_another_limit(long_run, models, capsys):
    assert run(models, profile(long_run, max_new_tokens=256), "--resume") == 2
    assert "evidence about other models, items or settings, or for another profile" in capsys.readouterr().err


def test_an_interrupted_run_starts_anew_under_another_limit_and_says_so(models, tmp_path):
    answers(models["student"], tmp_path / "ledger", 64)
    result = answers(models["student"], tmp_path / "ledger", LIMIT, resume=True)
    assert result.records[0].free[1]
    assert any("max_new_tokens changed since" in note for note in result.notes)
