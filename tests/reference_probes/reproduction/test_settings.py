"""What a person says on the command line counts; what nobody says is asked again as the statement's evidence was."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.reference_probes.stated import digests, filled, tiny_model

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text

PROBE = "headline.multiple_choice"


class Published(NamedTuple):
    """A statement's folder with the pair that it is about."""

    folder: Path
    models: list[str]

    def reproduce(self, *more: str) -> int:
        report = str(self.folder / "report.yaml")
        return main(["reproduce", str(self.folder / "dls.yaml"), *self.models, "-o", report, "--by", "A test", *more])

    def report(self) -> Any:
        assert check(self.folder / "report.yaml").findings == ()
        return read(self.folder / "report.yaml").value

    def settings(self, where: str = "report-evidence") -> Any:
        return json.loads((self.folder / where / PROBE / "manifest.json").read_text())["settings"]["student"]


@pytest.fixture(scope="module")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    from dls_probes.pair.tokenizer import build_tokenizer

    folder, tokenizer = tmp_path_factory.mktemp("pair"), build_tokenizer()
    teacher = tiny_model(folder, tokenizer, "teacher", 64, 1)
    return ["--teacher", str(teacher), "--student", str(tiny_model(folder, tokenizer, "student", 32, 2))]


@pytest.fixture(scope="module")
def publish(tiny_models: list[str], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a maker of statements whose evidence was asked under some flags."""
    made: dict[tuple[str, ...], Path] = {}

    def make(*flags: str) -> Path:
        if flags not in made:
            folder = made[flags] = tmp_path_factory.mktemp("published")
            run = ["probe", "run", *tiny_models, "--scenario", "demo", "--dimension", "headline", "--n", "20"]
            assert main([*run, "--out", str(folder / "evidence"), *flags]) == 0
            assert main(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")]) == 0
            (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
        return made[flags]

    return make


@pytest.fixture
def published(
    publish: Callable[..., Path], tiny_models: list[str], tmp_path: Path, request: pytest.FixtureRequest
) -> Published:
    shutil.copytree(publish(*request.param), tmp_path / "copy")
    return Published(tmp_path / "copy", tiny_models)


THREADED, HALF = ("--threads", "2"), ("--dtype", "bfloat16")


@pytest.mark.parametrize("published", [(), THREADED, HALF], indirect=True)
def test_what_is_not_said_is_asked_again_as_the_evidence_has_it(published, capsys):
    published.reproduce()
    assert "settings" not in capsys.readouterr().out
    assert "note" not in published.report()
    assert digests(published.folder / "report-evidence") == digests(published.folder / "evidence")


@pytest.mark.parametrize(
    ("published", "flags", "difference", "how"),
    [
        (THREADED, ("--threads", "1"), "threads 1 instead of 2", "the tolerance class of their metric"),
        (THREADED, HALF, "dtype bfloat16 instead of float32", "as samples (class sampled)"),
        (HALF, ("--dtype", "float32"), "dtype float32 instead of bfloat16", "as samples (class sampled)"),
        (THREADED, ("--threads", "1", "--fresh-seed", "5"), "threads 1 instead of 2", "(class fresh_items)"),
    ],
    indirect=["published"],
)
def test_what_is_said_counts_and_the_report_says_what_differs(published, flags, difference, how, capsys):
    published.reproduce(*flags)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("this run's settings")]
    assert published.report()["note"] == line
    assert f"{difference} (teacher, student)" in line
    assert how in line
    name, value = flags[0].removeprefix("--"), flags[1]
    assert str(published.settings()[name]) == value


@pytest.mark.parametrize("published", [HALF], indirect=True)
def test_a_verifier_in_full_precision_compares_numbers_of_a_reduced_one_as_samples(published):
    published.reproduce("--dtype", "float32")
    assert {claim["tolerance_class"] for claim in published.report()["claims"]} == {"sampled"}


@pytest.mark.parametrize("published", [()], indirect=True)
def test_the_difference_stands_in_the_json_too(published, capsys):
    published.reproduce("--threads", "2", "--format", "json")
    assert "threads 2 instead of 1" in json.loads(capsys.readouterr().out)["summary"]["note"]


@pytest.mark.parametrize("published", [()], indirect=True)
def test_another_prompt_format_is_refused_since_it_asks_something_else(published, capsys):
    assert published.reproduce("--plain") == 2
    said = capsys.readouterr().err
    assert f"this run asks with prompt_format plain, evidence 'ev-{PROBE}' of the statement with chat" in said
    assert "leave it out" in said


@pytest.mark.parametrize("published", [("--plain",)], indirect=True)
def test_the_same_prompt_format_may_be_said(published):
    published.reproduce("--plain")
    assert "note" not in published.report()


@pytest.mark.parametrize(("name", "value"), [("dtype", "float8"), ("threads", 10**9), ("threads", "2"), ("frame", [])])
@pytest.mark.parametrize("published", [()], indirect=True)
def test_evidence_with_a_setting_that_nobody_knows_leaves_its_claims_open_by_name(published, name, value):
    path = published.folder / "evidence" / PROBE / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["settings"]["student"][name] = value
    path.write_text(json.dumps(manifest))
    repin(published.folder / "dls.yaml", path)
    assert published.reproduce() == 0  # nobody requires the headline
    told = {(claim["verdict"], claim["reason"]) for claim in published.report()["claims"]}
    assert told == {
        ("not_verifiable", f"its evidence was asked with {name} {value!r}, which this release does not know")
    }


def repin(statement: Path, manifest: Path) -> None:
    """Name the changed manifest by its new digest, as whoever changed it would."""
    from dls.canonical import file_sha256

    told = read(statement).value
    for entry in told["evidence"]:
        entry |= {"sha256": file_sha256(manifest), "bytes": manifest.stat().st_size}
    statement.write_text(yaml_text(told))
