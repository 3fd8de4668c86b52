"""The inputs of public bug reports about validators: each gets its one right answer, in every format."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dls.commands.cli import main

INPUTS = Path(__file__).with_name("data") / "reported"
ANSWERS = {
    "01_indent.yaml": (2, 9, "DLS001", "found 3 spaces of indentation, wanted 2 or 0"),
    "10_tab.yaml": (2, 8, "DLS001", "a tab (U+0009) stands in the indentation"),
    "20_unclosed_quote.yaml": (2, 4, "DLS001", "a quote opens here and is not closed before line 5"),
    "unclosed_quote_last_line.yaml": (2, 398, "DLS001", "a quote opens here and is never closed"),
    "json_lone_surrogate.json": (2, 1245, "DLS001", "the escape stands for no character"),
    "json_long_key.json": (2, 1248, "DLS001", "the key has 1,100 characters"),
    "junit_ffff_key.yaml": (1, 5, "DLS003", r"unknown member 'na\uffffme'; did you mean 'name'?"),
    "junit_nonascii.yaml": (1, 5, "DLS003", "found text 'résumé \u2013 中文 😀', wanted one of"),
    "sarif_link_braces.yaml": (1, 5, "DLS003", "'[click here](https://example.org/x) {0} {name}'"),
    "three_missing_members.yaml": (1, 1, "DLS003", "member 'assurance' is missing"),
    "extension_names_1000.json": (1, 1, "DLS003", "found a mapping of 1000, wanted at most 50 members"),
    "long_number.yaml": (1, 46, "DLS207", "(20,006 characters)"),
}
"""By file: exit code, and of the finding line, code and words."""
APART = {"waiver_expired_basic_form.yaml", "waiver_target.dls.yaml"}
MOST_BYTES = 40_000  # of a report; the number of 20,000 digits made 99 KB


def reported(capsysbinary, form, name):
    code = main(["validate", "--format", form, str(INPUTS / name)])
    return code, capsysbinary.readouterr().out


def test_every_input_is_tried():
    assert {path.name for path in INPUTS.iterdir()} == {*ANSWERS, *APART}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_input_gets_its_answer(name, capsysbinary):
    expected, line, rule, words = ANSWERS[name]
    code, out = reported(capsysbinary, "json", name)
    findings = json.loads(out)["findings"]
    assert code == expected
    assert [(entry["line"], entry["code"]) for entry in findings if words in entry["message"]] == [(line, rule)]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
@pytest.mark.parametrize("name", ANSWERS)
def test_no_report_is_long_or_malformed(name, form, capsysbinary):
    _, out = reported(capsysbinary, form, name)
    assert 0 < len(out) < (MOST_BYTES if form != "sarif" else 4 * MOST_BYTES)  # it describes every rule
    if form == "junit":
        ET.fromstring(out)  # noqa: S314 - our own output
    if form in ("json", "sarif"):
        json.loads(out)


def test_a_waiver_in_another_form_of_a_date_is_refused(capsys):
    words = ["--waivers", str(INPUTS / "waiver_expired_basic_form.yaml"), str(INPUTS / "waiver_target.dls.yaml")]
    assert main(["validate", *words]) == 2
    assert 'expires: "YYYY-MM-DD"' in capsys.readouterr().err


BOUNDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
from dls.commands.cli import main
main(["validate", sys.argv[1]])
"""


@pytest.mark.parametrize("name", ["extension_names_1000.json", "long_number.yaml"])
def test_an_input_that_took_gigabytes_takes_less_than_a_tenth(name):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", BOUNDED, INPUTS / name], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, done.stderr) == (0, "")
    assert after.ru_utime - before.ru_utime < 3
