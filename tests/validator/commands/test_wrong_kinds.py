"""A document of another kind, or a folder, in a command's place: the answer says which it is and which is wanted."""

import shutil

import pytest

from dls.commands.cli import main
from dls.standard.specification import spec_folder

pytest.importorskip("securesystemslib", reason="sign needs the extra [sign]")
DOCUMENTS = spec_folder() / "conformance" / "documents"
CASES = {
    "a report to recompute": (["recompute", "report.yaml"], "is a reproduction report; wanted a statement"),
    "a profile to recompute": (["recompute", "profile.yaml"], "; wanted a statement"),
    "a statement to sign": (
        ["sign", "publisher.yaml", "--key", "key"],
        "is a statement; wanted the reproduction report",
    ),
    "a profile to sign": (["sign", "profile.yaml", "--key", "key"], "; wanted the reproduction report"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_kind_is_named_and_no_command_that_shows_nothing(case, tmp_path, monkeypatch, capsys):
    words, answer = CASES[case]
    for name in ("report.yaml", "profile.yaml", "publisher.yaml"):
        shutil.copy(DOCUMENTS / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["sign", "--new-key", "key"]) == 0
    capsys.readouterr()
    assert main(words) == 2
    problem = capsys.readouterr().err
    assert answer in problem
    assert "shows every finding" not in problem


def test_recompute_takes_the_folder_of_a_statement(publication, capsys):
    (publication.folder / "small.yaml").stat()
    assert main(["recompute", str(publication.folder)]) == 0
    assert "0 refuted" in capsys.readouterr().out


def test_recompute_takes_no_folder_of_several_or_none(publication, tmp_path, capsys):
    shutil.copy(publication.folder / "dls.yaml", publication.folder / "b.dls.yaml")
    (tmp_path / "empty").mkdir()
    for folder, words in ((publication.folder, "b.dls.yaml"), (tmp_path / "empty", "holds no dls.yaml")):
        assert main(["recompute", str(folder)]) == 2
        problem = capsys.readouterr().err
        assert words in problem
        assert "name one statement" in problem
