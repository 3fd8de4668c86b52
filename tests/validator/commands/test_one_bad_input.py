"""One bad input never silences another: the report on the others stays the same to the byte, in every format."""

import json
import os
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
COUNTS_OR_SOURCE = re.compile(r"dls: |::notice title=dls::\d+ more |\d+ files|    ")
GOOD, FAULTY = "publisher.yaml", "DLS203-smaller-loss.yaml"
LIKE_ANY_USER = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Root may open every file, unless it gives that capability up."""
EVERY_FORMAT = """
import contextlib, io, json, sys
from dls.commands.cli import main

reports = {}
for form in ("text", "json", "sarif", "github", "junit", "gitlab"):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = main(["validate", "--format", form, *sys.argv[1:]])
    reports[form] = [code, out.getvalue()]
print(json.dumps(reports))
"""


def closed(path):
    path.chmod(0)
    return path


def statement_on(folder, poison):
    """Write a statement with evidence beside it, of which one file is closed."""
    place = folder / "poison"
    shutil.copytree(DOCUMENTS / "evidence", place / "evidence")
    shutil.copy(DOCUMENTS / "profile.yaml", place)
    shutil.copy(DOCUMENTS / "publisher-with-evidence.yaml", place / "dls.yaml")
    closed(place / poison)
    return place / "dls.yaml"


def written(path, text):
    path.write_text(text)
    return path


def utf_16(path):
    path.write_bytes("a: 1".encode("utf-16"))
    return path


def made(make, path, *arguments):
    make(path, *arguments)
    return path


MANIFEST = "evidence/diversity.open_answer/manifest.json"
RECORDS = "evidence/diversity.open_answer/student.jsonl"
WRONG_NAMES = json.dumps({"dls_version": "1.0", "extensions": {f"org.{i}": 1 for i in range(10_000)}})
POISONS = {
    "an empty folder": (2, lambda folder: made(os.mkdir, folder / "poison")),
    "a folder that cannot be listed": (2, lambda folder: closed(made(os.mkdir, folder / "poison"))),
    "a file that is not there": (2, lambda folder: folder / "poison.yaml"),
    "a file that cannot be opened": (2, lambda folder: closed(written(folder / "poison.yaml", "a: 1"))),
    "a folder in the place of a file": (2, lambda folder: made(os.mkdir, folder / "poison.dls.yaml")),
    "a pipe": (2, lambda folder: made(os.mkfifo, folder / "poison.yaml")),
    "a link to itself": (2, lambda folder: made(lambda path: path.symlink_to(path), folder / "poison.yaml")),
    "a path longer than any": (2, lambda folder: folder / "poison" / "/".join(["x" * 200] * 25)),
    "a name longer than any": (2, lambda folder: folder / ("poison" + "x" * 300)),
    "a broken text": (2, lambda folder: written(folder / "poison.yaml", "a: [")),
    "text in UTF-16": (2, lambda folder: utf_16(folder / "poison.yaml")),
    "another document": (1, lambda folder: written(folder / "poison.yaml", "a: 1")),
    "ten thousand wrong names": (1, lambda folder: written(folder / "poison.yaml", WRONG_NAMES)),
    "a manifest that cannot be opened": (1, lambda folder: statement_on(folder, MANIFEST)),
    "records that cannot be opened": (1, lambda folder: statement_on(folder, RECORDS)),
    "a profile that cannot be opened": (1, lambda folder: statement_on(folder, "profile.yaml")),
    "a folder of evidence that cannot be entered": (1, lambda folder: statement_on(folder, "evidence")),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    for name in (GOOD, FAULTY, "profile.yaml"):
        shutil.copy(DOCUMENTS / name, folder)
    return folder


def reports(*paths):
    command = [*LIKE_ANY_USER, sys.executable, "-c", EVERY_FORMAT, *map(str, paths)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.fixture(scope="module")
def without_poison(folder):
    return reports(folder / GOOD, folder / FAULTY)


def about_others(form, report):
    """Return the parts of a report that are not about the poison, and count nothing."""
    if form == "json":
        content = json.loads(report)
        parts = [*content["findings"], *content["summary"]["statements"]]
        return [part for part in parts if "poison" not in part["path"]]
    if form == "sarif":
        return [result for result in json.loads(report)["runs"][0]["results"] if "poison" not in json.dumps(result)]
    if form == "junit":
        suites = ET.fromstring(report)  # noqa: S314 - our own
        return [ET.tostring(suite) for suite in suites if "poison" not in suite.get("name")]
    if form == "gitlab":
        return [entry for entry in json.loads(report) if "poison" not in entry["location"]["path"]]
    lines = report.splitlines()
    return [line for line in lines if "poison" not in line and not COUNTS_OR_SOURCE.match(line)]


@pytest.mark.parametrize("name", POISONS)
def test_a_bad_input_is_named_and_changes_nothing_about_the_others(name, folder, without_poison, tmp_path):
    code, make = POISONS[name]
    poison = make(tmp_path)
    for form, (form_code, report) in reports(folder / GOOD, poison, folder / FAULTY).items():
        assert (form, form_code) == (form, code)
        assert "poison" in report
        assert about_others(form, report) == about_others(form, without_poison[form][1])
    for path in (tmp_path / "poison", *tmp_path.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)


def test_the_comparison_sees_a_finding_that_is_lost(folder, without_poison):
    alone = reports(folder / GOOD)
    assert [
        form for form in alone if about_others(form, alone[form][1]) == about_others(form, without_poison[form][1])
    ] == []
