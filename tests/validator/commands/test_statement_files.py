"""The files that paths stand for: each once, none of a tool, and a linked folder is named where it is not entered."""

import shutil
import subprocess
import sys

import pytest

from dls.commands._statement_files import statement_files
from dls.commands.cli import main
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
COMMAND = [sys.executable, "-m", "dls.commands.cli"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('dls_version: "1.0"\n')


def test_statements_are_told_from_other_files_by_their_names(folder):
    write(folder, "dls.yaml", "b/dls.json", "b/x.dls.yml", "DLS.YAML", "b/X.Dls.Yaml", "dls.txt", "notdls.yaml")
    assert statement_files(["."]) == ["./DLS.YAML", "./dls.yaml", "./b/X.Dls.Yaml", "./b/dls.json", "./b/x.dls.yml"]


@pytest.mark.parametrize("name", [".git", ".venv", "node_modules", ".hg", "__pycache__"])
def test_the_files_of_a_tool_are_passed_over(folder, name):
    write(folder, "dls.yaml", f"{name}/dls.yaml", f"a/{name}/dls.yaml")
    assert statement_files(["."]) == ["./dls.yaml"]


def test_a_tools_folder_that_you_name_is_looked_into(folder):
    write(folder, ".venv/dls.yaml")
    assert statement_files([".venv"]) == [".venv/dls.yaml"]


def test_a_file_counts_once_however_often_it_is_named(folder):
    write(folder, "a/dls.yaml", "b/dls.yaml")
    names = ["b/dls.yaml", "a", "./b/dls.yaml", str(folder / "a" / "dls.yaml"), "."]
    assert statement_files(names) == ["b/dls.yaml", "a/dls.yaml"]


def test_a_linked_file_is_found_and_a_linked_folder_elsewhere_is_named(folder, capsys):
    write(folder, "away/dls.yaml", "here/real/dls.yaml")
    (folder / "here" / "link.dls.yaml").symlink_to(folder / "away" / "dls.yaml")
    (folder / "here" / "again").symlink_to("real")
    (folder / "here" / "linked").symlink_to(folder / "away")
    assert statement_files(["here"]) == ["here/link.dls.yaml", "here/real/dls.yaml"]
    assert capsys.readouterr().err == (
        "dls: here/linked: is a link to a folder elsewhere and was passed over; name it to check it\n"
    )
    assert statement_files(["here/linked"]) == ["here/linked/dls.yaml"]


def test_folders_linked_in_a_circle_end(folder):
    write(folder, "a/dls.yaml")
    (folder / "a" / "up").symlink_to("..")
    assert statement_files(["."]) == ["./a/dls.yaml"]


def test_without_a_path_the_present_folder_is_checked(folder, capsys):
    for name, to in (("publisher.yaml", "dls.yaml"), ("profile.yaml", "profile.yaml")):
        shutil.copy(DOCUMENTS / name, folder / to)
    assert main(["validate"]) == 0
    assert capsys.readouterr().out.startswith("./dls.yaml: 0 errors")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit", "gitlab"])
def test_an_empty_folder_is_a_finding_and_hides_no_other_file(folder, capsys, form):
    write(folder, "a/dls.yaml")
    (folder / "empty").mkdir()
    assert main(["validate", "--format", form, "empty", "a"]) == 2
    out = capsys.readouterr().out
    assert "holds no dls.yaml" in out
    assert "DLS003" in out


@pytest.mark.parametrize("command", [["validate"], ["recompute"]])
@pytest.mark.parametrize("path", ["-", "/dev/stdin"])
def test_standard_input_is_refused_in_a_sentence_that_says_why(command, path):
    process = subprocess.run(
        [*COMMAND, *command, path], input='dls_version: "1.0"\n', capture_output=True, text=True, check=False
    )
    assert process.returncode == 2
    assert "is a stream, which has no folder in which evidence could lie" in process.stdout + process.stderr


@pytest.mark.parametrize("command", [["validate", "dls.yaml"], ["metrics"], ["explain"], ["validate", "nothing.yaml"]])
def test_a_stream_that_the_caller_closed_is_no_error_of_its_own(folder, command):
    write(folder, "dls.yaml")
    shell = ["sh", "-c", 'exec "$@" >&-', "sh"]
    closed = subprocess.run([*shell, *COMMAND, *command], capture_output=True, check=False)
    opened = subprocess.run([*COMMAND, *command], capture_output=True, check=False)
    assert (closed.returncode, closed.stderr) == (opened.returncode, opened.stderr)


CARDS = {
    "key": '---\nlicense: mit\ndls: {version: "1.0", path: "dls.yaml"}\n---\n',
    "key in block style": "\ufeff---\r\n'dls':\r\n  path: dls.yaml\r\n---\r\n",
    "marker": "# x\n\n<!-- dls:begin pointer=line breaks=1 -->\n",
}
NO_CARDS = {
    "no mark": "---\nlicense: mit\n---\n# dls\n",
    "key below the front matter": "---\nlicense: mit\n---\ndls: x\n",
    "key in the text": "dls: x\n",
    "marker inside of a line": "Write `<!-- dls:begin -->` where you want it.\n",
    "empty": "",
    "of another key": "---\nx-dls: 1\ndlsx: 2\n---\n",
}


@pytest.mark.parametrize("text", CARDS.values(), ids=CARDS)
def test_a_readme_with_a_mark_is_a_card(folder, text):
    write(folder, "dls.yaml")
    (folder / "README.md").write_text(text, newline="")
    assert statement_files(["."]) == ["./README.md", "./dls.yaml"]


@pytest.mark.parametrize("text", NO_CARDS.values(), ids=NO_CARDS)
def test_a_readme_without_a_mark_is_passed_over(folder, text):
    write(folder, "dls.yaml")
    (folder / "README.md").write_text(text, newline="")
    assert statement_files(["."]) == ["./dls.yaml"]


def test_a_readme_without_a_mark_that_you_name_is_a_finding(folder, capsys):
    (folder / "README.md").write_text("# x\n")
    assert main(["validate", "README.md"]) == 1
    assert "DLS902" in capsys.readouterr().out


def test_a_large_readme_is_read_to_a_bound_and_without_backtracking(folder):
    from time import process_time

    write(folder, "dls.yaml")
    (folder / "README.md").write_text("---\n" + "a: dls\n\n\n" * 3_000_000)
    start = process_time()
    assert statement_files(["."]) == ["./dls.yaml"]
    assert process_time() - start < 2


def test_a_readme_that_is_a_pipe_is_not_opened(folder):
    import os

    write(folder, "dls.yaml")
    os.mkfifo(folder / "README.md")
    assert statement_files(["."]) == ["./dls.yaml"]
