"""Settings on the command line count; all others are those of the statement's evidence."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.reference_probes.stated import NO_DRAW, digests, filled, tiny_model

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text

PROBE = "headline.multiple_choice"
PRIVATE = str(Path("examples/private_phrasings.txt").resolve())


class Publication(NamedTuple):
    """A statement's folder with the pair that it is about."""

    folder: Path
    models: list[str]

    def reproduce(self, *options: str) -> int:
        report = str(self.folder / "report.yaml")
        return main(
            [
                "reproduce",
                str(self.folder / "dls.yaml"),
                *self.models,
                "-o",
                report,
                "--by",
                "A test",
                *NO_DRAW,
                *options,
            ]
        )

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
    folders: dict[tuple[str, ...], Path] = {}

    def make(*flags: str) -> Path:
        if flags not in folders:
            folder = folders[flags] = tmp_path_factory.mktemp("published")
            run = ["probe", "run", *tiny_models, "--scenario", "demo", "--dimension", "headline", "--n", "20"]
            assert main([*run, "--out", str(folder / "evidence"), *flags]) == 0
            assert main(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")]) == 0
            (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
        return folders[flags]

    return make


@pytest.fixture
def publication(
    publish: Callable[..., Path], tiny_models: list[str], tmp_path: Path, request: pytest.FixtureRequest
) -> Publication:
    shutil.copytree(publish(*request.param), tmp_path / "copy")
    return Publication(tmp_path / "copy", tiny_models)


THREADED, HALF = ("--threads", "2"), ("--dtype", "bfloat16")


@pytest.mark.parametrize("publication", [(), THREADED, HALF], indirect=True)
def test_what_is_not_said_is_asked_again_as_the_evidence_has_it(publication, capsys):
    publication.reproduce()
    assert "settings" not in capsys.readouterr().out
    assert "note" not in publication.report()
    assert digests(publication.folder / "report-evidence") == digests(publication.folder / "evidence")


@pytest.mark.parametrize(
    ("publication", "flags", "difference", "how"),
    [
        (THREADED, ("--threads", "1"), "threads 1 instead of 2", "the tolerance class of their metric"),
        (THREADED, HALF, "dtype bfloat16 instead of float32", "as samples (class sampled)"),
        (HALF, ("--dtype", "float32"), "dtype float32 instead of bfloat16", "as samples (class sampled)"),
        (THREADED, ("--threads", "1", "--private-phrasings", PRIVATE), "threads 1 instead of 2", "(class fresh_items)"),
    ],
    indirect=["publication"],
)
def test_what_is_said_counts_and_the_report_says_what_differs(publication, flags, difference, how, capsys):
    publication.reproduce(*flags)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("this run's settings")]
    assert publication.report()["note"] == line
    assert f"{difference} (teacher, student)" in line
    assert how in line
    name, value = flags[0].removeprefix("--"), flags[1]
    assert str(publication.settings()[name]) == value


@pytest.mark.parametrize("publication", [HALF], indirect=True)
def test_a_verifier_in_full_precision_compares_numbers_of_a_reduced_one_as_samples(publication):
    publication.reproduce("--dtype", "float32")
    assert {claim["tolerance_class"] for claim in publication.report()["claims"]} == {"sampled"}


@pytest.mark.parametrize("publication", [()], indirect=True)
def test_the_difference_stands_in_the_json_too(publication, capsys):
    publication.reproduce("--threads", "2", "--format", "json")
    assert "threads 2 instead of 1" in json.loads(capsys.readouterr().out)["summary"]["note"]


@pytest.mark.parametrize("publication", [()], indirect=True)
def test_another_prompt_format_is_refused_since_it_asks_something_else(publication, capsys):
    assert publication.reproduce("--plain") == 2
    message = capsys.readouterr().err
    assert f"this run asks with prompt_format plain, evidence 'ev-{PROBE}' of the statement with chat" in message
    assert "leave the option out" in message


@pytest.mark.parametrize("publication", [("--plain",)], indirect=True)
def test_the_same_prompt_format_may_be_said(publication):
    publication.reproduce("--plain")
    assert "note" not in publication.report()


@pytest.mark.parametrize(("name", "value"), [("dtype", "float8"), ("threads", 10**9), ("threads", "2"), ("frame", [])])
@pytest.mark.parametrize("publication", [()], indirect=True)
def test_evidence_with_an_unknown_setting_leaves_its_claims_open_by_name(publication, name, value):
    path = publication.folder / "evidence" / PROBE / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["settings"]["student"][name] = value
    path.write_text(json.dumps(manifest))
    repin(publication.folder / "dls.yaml", path)
    assert publication.reproduce("--allow-unverified") == 0
    verdicts = {(claim["verdict"], claim["reason"]) for claim in publication.report()["claims"]}
    assert verdicts == {
        ("not_verifiable", f"its evidence was asked with {name} {value!r}, which this release does not know")
    }


def repin(statement: Path, manifest: Path) -> None:
    """Name the changed manifest by its new digest, as a forger would."""
    from dls.canonical import file_sha256

    document = read(statement).value
    for entry in document["evidence"]:
        entry |= {"sha256": file_sha256(manifest), "bytes": manifest.stat().st_size}
    statement.write_text(yaml_text(document))
