"""Every claim that can be judged is: with evidence of several prompts, without its profile, with boundless numbers."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.reference_probes.stated import Stated, digests, filled, tiny_model

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls_probes.probes import ELICITATIONS

pytestmark = pytest.mark.slow

HEADLINE, SPREAD = "headline.multiple_choice", "diversity.open_answer"
N = 20


class MixedEvidence(Stated):
    """A pair whose claims were asked in several ways."""

    def claims(self) -> dict[str, Any]:
        assert check(self.folder / "report.yaml").findings == ()
        return {claim["id"]: claim for claim in read(self.folder / "report.yaml").value["claims"]}

    def verdicts(self, dimension: str) -> set[tuple[str, str]]:
        """Return verdict and reason of every claim of a dimension."""
        return {
            (claim["verdict"], claim["reason"]) for name, claim in self.claims().items() if name.startswith(dimension)
        }


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    from dls_probes.pair.tokenizer import build_tokenizer

    folder, tokenizer = tmp_path_factory.mktemp("pair"), build_tokenizer()
    teacher = tiny_model(folder, tokenizer, "teacher", 64, 1)
    return ["--teacher", str(teacher), "--student", str(tiny_model(folder, tokenizer, "student", 32, 2))]


def publish(folder: Path, models: list[str], *flags: str) -> Path:
    """Ask the headline as usual and the spread of answers under some flags, and state both."""
    run = ["probe", "run", *models, "--scenario", "demo", "--n", str(N), "--out", str(folder / "evidence")]
    assert main([*run, "--dimension", "headline"]) == 0
    assert main([*run, "--dimension", "diversity", *flags]) == 0
    assert main(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")]) == 0
    (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
    return folder


@pytest.fixture(scope="module")
def _plain(models: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("plain"), models, "--plain")


@pytest.fixture(scope="module")
def _half(models: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("half"), models, "--dtype", "bfloat16")


@pytest.fixture
def mixture(_plain: Path, models: list[str], tmp_path: Path) -> MixedEvidence:
    """Return a statement with one part asked through the chat template, the other in plain text."""
    shutil.copytree(_plain, tmp_path / "mixed")
    return MixedEvidence(tmp_path / "mixed", models)


@pytest.fixture
def half(_half: Path, models: list[str], tmp_path: Path) -> MixedEvidence:
    """Return a statement with one part computed in fp32, the other in bf16."""
    shutil.copytree(_half, tmp_path / "half")
    return MixedEvidence(tmp_path / "half", models)


def settings(folder: Path, probe: str) -> Any:
    return json.loads((folder / probe / "manifest.json").read_text())["settings"]["student"]


def test_each_claim_is_asked_again_in_the_wording_of_its_own_evidence(mixture, capsys):
    assert mixture.reproduce() == 0
    again = mixture.folder / "report-evidence"
    assert digests(again / HEADLINE) == digests(mixture.folder / "evidence" / HEADLINE)
    assert digests(again / "draw-2" / SPREAD) == digests(mixture.folder / "evidence" / SPREAD)
    assert {claim["verdict"] for claim in mixture.claims().values()} == {"confirmed"}
    assert "settings are not the statement's" not in capsys.readouterr().out


def test_a_wording_that_the_verifier_wants_is_refused_where_some_evidence_has_another(mixture, capsys):
    assert mixture.reproduce("--plain") == 2
    assert f"evidence 'ev-{HEADLINE}' of the statement with chat" in capsys.readouterr().err


def test_a_claim_without_its_settings_stays_open_and_the_others_are_judged(mixture):
    def add_claim(document: Any) -> None:
        claim = next(claim for claim in document["claims"] if claim["dimension"] == "diversity")
        document["claims"].append(claim | {"id": "diversity-lost", "evidence": ["ev-none"]})

    mixture.tell(add_claim)
    assert mixture.reproduce() == 1
    claims = mixture.claims()
    claim = claims.pop("diversity-lost")
    assert claim["verdict"] == "not_verifiable"
    assert "other evidence was asked in several ways" in claim["reason"]
    assert {claim["verdict"] for claim in claims.values()} == {"confirmed"}


def test_a_refuted_claim_without_a_manifest_says_that_its_settings_are_missing(mixture):
    (mixture.folder / "evidence" / SPREAD / "manifest.json").unlink()
    mixture.reproduce()
    words = "no manifest of it is at hand to say how the models were asked"
    reasons = {reason for verdict, reason in mixture.verdicts("diversity") if verdict == "refuted"}
    assert reasons
    assert all(words in reason for reason in reasons)
    assert {verdict for verdict, _ in mixture.verdicts("headline")} == {"confirmed"}


def test_a_part_in_bf16_takes_no_sharpness_from_the_parts_in_fp32(half):
    assert half.reproduce() == 0
    classes = {name.split("-")[0]: claim["tolerance_class"] for name, claim in half.claims().items()}
    assert classes["diversity"] == "sampled"
    assert classes["headline"] != "sampled"
    assert settings(half.folder / "report-evidence", HEADLINE)["dtype"] == "float32"
    assert settings(half.folder / "report-evidence" / "draw-2", SPREAD)["dtype"] == "bfloat16"


def test_a_verifier_may_compute_all_of_them_in_one_precision(half):
    half.reproduce("--dtype", "float32")
    assert settings(half.folder / "report-evidence", SPREAD)["dtype"] == "float32"
    assert not (half.folder / "report-evidence" / "draw-2").exists()


@pytest.mark.parametrize("options", [(), ("--budget", "2h")])
def test_a_probe_that_cannot_be_asked_here_leaves_its_claims_open_and_the_others_are_judged(
    mixture, monkeypatch, options
):
    """As where one text of it does not fit the memory: the models are asked all other probes."""

    def fail(item: Any) -> Any:
        raise MemoryError(item.id)
        yield

    monkeypatch.setattr("dls_probes.runs.session.ELICITATIONS", {**ELICITATIONS, HEADLINE: fail})
    assert mixture.reproduce("--allow-unverified", *options) == 0
    ((verdict, reason),) = mixture.verdicts("headline") | mixture.verdicts("fidelity")
    assert verdict == "not_verifiable"
    assert reason.startswith("it could not be asked: ")
    assert {verdict for verdict, _ in mixture.verdicts("diversity")} == {"confirmed"}


def test_a_model_that_does_not_fit_the_memory_is_a_sentence_with_a_remedy(mixture, monkeypatch, capsys):
    monkeypatch.setattr("dls_probes.models.size.free_bytes", lambda: 1 << 10)
    assert mixture.reproduce() == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "its weights take" in message
    assert "choose a smaller --dtype, another --device or fewer --workers" in message


def without_profile(document: Any) -> None:
    document["scenario"]["profile"] = "unknown_profile"


def test_without_the_profile_the_numbers_are_judged_and_no_outcome_is(mixture, capsys):
    mixture.tell(without_profile)
    targets = {claim["id"] for claim in read(mixture.statement).value["claims"] if claim["targets"]}
    assert mixture.reproduce() == 1  # without the profile each claim counts as required
    assert "Traceback" not in capsys.readouterr().err
    claims = mixture.claims()
    assert targets
    assert {name for name, claim in claims.items() if claim["verdict"] == "not_verifiable"} == targets
    assert {claims[name]["verdict"] for name in claims.keys() - targets} == {"confirmed"}
    for name in targets:
        assert claims[name]["reason"].startswith(
            "its numbers agree, and its outcome cannot be judged without the profile"
        )
        assert "outcome" not in claims[name]["reproduced"]
    assert mixture.reproduce("--resume", "--allow-unverified") == 0


def test_without_the_profile_a_false_number_is_refuted_all_the_same(mixture):
    def forge(document: Any) -> None:
        without_profile(document)
        claim = next(claim for claim in document["claims"] if claim["targets"])
        claim["student"]["value"] = round(claim["student"]["value"] + 0.15, 4)

    mixture.tell(forge)
    assert mixture.reproduce() == 1
    assert "refuted" in {claim["verdict"] for claim in mixture.claims().values()}


def test_a_number_of_units_that_cannot_be_made_leaves_its_claims_open(mixture):
    def enlarge(document: Any) -> None:
        for claim in document["claims"]:
            if claim["dimension"] == "headline":
                claim["items"]["n"] = 10**12

    mixture.tell(enlarge)
    assert mixture.reproduce("--allow-unverified") == 0
    ((verdict, reason),) = mixture.verdicts("headline")
    assert (verdict, reason) == (
        "not_verifiable",
        "it claims 1000000000000 units, and this release makes items for at most 1000000",
    )
    assert {verdict for verdict, _ in mixture.verdicts("diversity")} == {"confirmed"}
