"""`dls attach`: what it writes, refuses, checks and removes; the card is whole whatever happens."""

import shutil
import subprocess
import sys

import pytest

from dls.commands.cli import main
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
CARD = "---\nlicense: mit\nbase_model: example/base-1b\n---\n# student-1b\n\nAnswers short questions.\n"
COMMAND = [sys.executable, "-m", "dls.commands.cli"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a repository with a statement, its profile and a card; it is the working folder."""
    shutil.copy(DOCUMENTS / "publisher.yaml", tmp_path / "dls.yaml")
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path / "profile.yaml")
    (tmp_path / "README.md").write_text(CARD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def attach(*words):
    return main(["attach", *words])


def card(folder):
    return (folder / "README.md").read_text()


def edit_statement(folder, old, new):
    text = (folder / "dls.yaml").read_text()
    assert old in text
    (folder / "dls.yaml").write_text(text.replace(old, new))


def test_the_card_points_to_the_statement_and_shows_it(folder, capsys):
    assert attach("dls.yaml", "--card", "README.md") == 0
    assert 'dls: {version: "1.0", path: "dls.yaml"}\n---\n' in card(folder)
    assert "**4 of 5 targets of the issuer's own profile met, 1 lost and accepted; 6 dimensions" in card(folder)
    assert "written" in capsys.readouterr().out


def test_twice_changes_nothing_and_removal_restores(folder, capsys):
    attach("dls.yaml", "--card", "README.md")
    first = card(folder)
    assert attach("dls.yaml", "--card", "README.md") == 0
    assert card(folder) == first
    assert "is up to date" in capsys.readouterr().out
    assert attach("--card", "README.md", "--remove") == 0
    assert card(folder) == CARD


def test_a_new_statement_gives_the_bytes_of_a_fresh_attach(folder):
    attach("dls.yaml", "--card", "README.md")
    edit_statement(folder, "Employees want one answer, not several.", "Nobody asked for several answers.")
    assert attach("--card", "README.md", "--check") == 1
    attach("--card", "README.md")
    again = card(folder)
    (folder / "README.md").write_text(CARD)
    attach("dls.yaml", "--card", "README.md")
    assert card(folder) == again
    assert "Nobody asked for several answers." in again


def test_a_statement_with_an_error_gets_no_section(folder, capsys):
    edit_statement(folder, "margin: 0.05, outcome: lost", "margin: 0.05, outcome: preserved")
    assert attach("dls.yaml", "--card", "README.md") == 1
    assert "a statement with" in capsys.readouterr().err
    assert card(folder) == CARD


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("dls.yaml", "--card", "nothing.md"), "cannot be opened"),
        (("nothing.yaml", "--card", "README.md"), "cannot be opened"),
        (("../dls.yaml", "--card", "README.md"), "climbs out"),
        (("dls.yaml", "--card", "README.md", "--picture", "nothing.svg"), "no such picture"),
        (("--card", "README.md"), "points to no statement"),
        (("profile.yaml", "--card", "README.md"), "leads to no statement"),
    ],
)
def test_bad_usage_is_a_sentence_and_leaves_the_card(folder, capsys, words, reason):
    assert attach(*words) in (1, 2)
    err = capsys.readouterr().err
    assert reason in err
    assert err.count("\n") == 1
    assert card(folder) == CARD


def test_a_broken_card_is_refused_with_its_line(folder, capsys):
    (folder / "README.md").write_text("---\nlicense: mit\nlicense: mit\n---\n")
    assert attach("dls.yaml", "--card", "README.md") == 2
    assert "README.md:3:1: key 'license' is a duplicate of line 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, 0),
        (CARD, 1),
        (CARD.replace("---\n#", 'dls: {version: "1.0", path: "dls.yaml"}\n---\n#'), 1),
        ("---\na: 1\n", 2),
    ],
    ids=["attached", "plain", "without a section", "broken"],
)
def test_check_writes_nothing_and_says_whether_the_card_is_up_to_date(folder, text, code):
    attach("dls.yaml", "--card", "README.md")
    if text is not None:
        (folder / "README.md").write_text(text)
    before = card(folder)
    assert attach("--card", "README.md", "--check") == code
    assert card(folder) == before


def test_check_names_a_card_of_another_statement(folder, capsys):
    attach("dls.yaml", "--card", "README.md")
    shutil.copy(folder / "dls.yaml", folder / "second.yaml")
    assert attach("second.yaml", "--card", "README.md", "--check") == 1
    assert "points to 'dls.yaml', not to 'second.yaml'" in capsys.readouterr().err


def test_a_picture_is_shown_and_asked_for(folder, capsys):
    (folder / "losses.svg").write_text("<svg/>")
    attach("dls.yaml", "--card", "README.md", "--picture", "losses.svg")
    assert "](losses.svg)" in card(folder)
    assert main(["validate", "README.md"]) == 0
    (folder / "losses.svg").unlink()
    assert main(["validate", "README.md"]) == 1
    assert "shows 'losses.svg', which is not beside the card" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["losses.svg", "losses.png"])
def test_a_picture_of_another_statement_is_noticed(folder, capsys, name):
    pytest.importorskip("vl_convert")
    assert main(["report", "dls.yaml", "-o", name]) == 0
    assert attach("dls.yaml", "--card", "README.md", "--picture", name) == 0
    assert attach("--card", "README.md", "--check") == 0
    edit_statement(folder, "Employees want one answer, not several.", "Employees ask for one answer.")
    assert attach("dls.yaml", "--card", "README.md") == 0
    assert attach("--card", "README.md", "--check") == 1
    assert f"shows '{name}', which was made from another statement" in capsys.readouterr().out
    assert attach("dls.yaml", "--card", "README.md", "--picture", name) == 2
    assert main(["report", "dls.yaml", "-o", name]) == 0
    assert attach("--card", "README.md", "--check") == 0


def test_the_mode_of_a_card_and_a_link_to_it_stay(folder):
    readme, real = folder / "README.md", folder / "real.md"
    readme.chmod(0o640)
    readme.rename(real)
    readme.symlink_to("real.md")
    attach("dls.yaml", "--card", "README.md")
    assert readme.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640


MAIN = f"from dls.commands.cli import main; raise SystemExit(main({['attach', 'dls.yaml', '--card', 'README.md']!r}))"
FULL_DISK = (
    "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    f"resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); {MAIN}"
)
KILL = f"import os, pathlib; pathlib.Path.replace = lambda *_: os.kill(os.getpid(), 9); {MAIN}"


def test_a_full_disk_leaves_the_old_card_whole(folder):
    """A process that may write a hundred bytes of a file, which is less than the card."""
    process = subprocess.run([sys.executable, "-B", "-c", FULL_DISK], capture_output=True, text=True, check=False)
    assert process.returncode == 2, process.stderr
    assert "cannot be written" in process.stderr
    assert card(folder) == CARD
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "dls.yaml", "profile.yaml"]


def test_a_kill_while_writing_leaves_the_old_card_whole(folder):
    """The process is killed where it has written the new bytes and not yet moved them."""
    assert subprocess.run([sys.executable, "-c", KILL], check=False).returncode == -9
    assert card(folder) == CARD


LIBRARIES = (
    "import sys; from dls.commands.cli import main; main(['validate', sys.argv[1]]); "
    "print(sorted({'ruamel.yaml', 'markdown_it'} & set(sys.modules)))"
)


def test_a_statement_is_validated_without_the_libraries_of_cards():
    command = [sys.executable, "-c", LIBRARIES, str(DOCUMENTS / "publisher.yaml")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.endswith("[]\n")
