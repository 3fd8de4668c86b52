"""JUnit output passes its readers: the schema of Jenkins and pytest, parsers, and those that merge equal names."""

import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dls.checking.validate import Report, check
from dls.document.reader import read
from dls.finding import Finding
from dls.report.junit import render
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
SCHEMA = Path(__file__).with_name("data") / "junit-10.xsd"
TAG = "{http://www.w3.org/2001/XMLSchema}"
COMMAND = [sys.executable, "-m", "dls.commands.cli", "validate", "--format", "junit"]
HOSTILE = "<&\"'>\x00\x0b\x1b[31m\ufffe\uffff\ufdd0\U0001fffe\ud800]]>\u2028\x85##[error]é漢🎈"
AWKWARD = Finding("DLS003", "error", HOSTILE, HOSTILE, 1, 1, f"/{HOSTILE}")


def restrictions():
    """Return the attributes of each element of the schema, and those that are required, read without a library."""
    root = ET.parse(SCHEMA).getroot()  # noqa: S314 - our own file
    types = {entry.get("name"): entry for entry in root.findall(f"{TAG}complexType")}
    table = {}
    for element in root.findall(f"{TAG}element"):
        definition = types.get(element.get("type"), element)
        attributes = list(definition.iter(f"{TAG}attribute"))
        required = {entry.get("name") for entry in attributes if entry.get("use") == "required"}
        children = {entry.get("ref") for entry in definition.iter(f"{TAG}element") if entry.get("ref")}
        table[element.get("name")] = ({entry.get("name") for entry in attributes}, required, children)
    return table


def breaches(text):
    """Return what the schema forbids in a report."""
    table, problems = restrictions(), []
    for element in ET.fromstring(text.encode()).iter():  # noqa: S314 - our own output
        allowed, required, children = table[element.tag]
        problems += [f"{element.tag}@{name}" for name in set(element.attrib) - allowed | required - set(element.attrib)]
        problems += [f"{element.tag}/{child.tag}" for child in element if child.tag not in children]
    return problems


@cache
def reports():
    """Return reports of every kind: each document of the conformance suite, a hostile finding, and no finding."""
    hostile = (AWKWARD, AWKWARD._replace(waived=True), AWKWARD._replace(severity="warning"))
    suite = [check(path) for path in sorted(DOCUMENTS.glob("*.yaml"))]
    return tuple(map(render, (suite, [Report(HOSTILE, hostile)], [])))


def test_every_report_follows_the_schema_of_jenkins_and_pytest():
    assert [breaches(text) for text in reports()] == [[], [], []]


def test_lxml_agrees_where_it_is_installed():
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    for text in reports():
        schema.assertValid(etree.fromstring(text.encode()))


@pytest.mark.parametrize(
    "change", [(' errors="0"', ""), (' classname="', ' file="'), ("<failure ", "<system-out "), (' name="', ' nom="')]
)
def test_the_schema_notices_a_report_that_does_not_follow_it(change):
    text = render([check(DOCUMENTS / "DLS203-smaller-loss.yaml")]).replace(*change)
    text = text.replace("</failure>", "</system-out>") if "system-out" in change[1] else text
    assert breaches(text) != []


def test_the_counts_are_those_of_the_cases():
    (text, *_) = reports()
    root = ET.fromstring(text.encode())  # noqa: S314 - our own output
    cases, failures = list(root.iter("testcase")), list(root.iter("failure"))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == (str(len(cases)), str(len(failures)), "0")
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("skipped") == str(len(list(suite.iter("skipped"))))


@pytest.fixture
def three_missing_members(tmp_path):
    value = read(DOCUMENTS / "publisher.yaml").value
    path = tmp_path / "dls.json"
    path.write_text(json.dumps({name: part for name, part in value.items() if name not in ("id", "issued", "limits")}))
    return path


def test_missing_members_of_one_level_have_names_of_their_own(three_missing_members):
    root = ET.fromstring(render([check(three_missing_members)]).encode())  # noqa: S314 - our own output
    names = [case.get("name") for case in root.iter("testcase")]
    assert sorted(name.split()[1] for name in names) == ["/id", "/issued", "/limits"]


def test_equal_findings_of_a_file_have_names_of_their_own():
    root = ET.fromstring(render([Report("x", (AWKWARD, AWKWARD, AWKWARD))]).encode())  # noqa: S314 - our own output
    assert Counter(case.get("name") for case in root.iter("testcase")).most_common(1)[0][1] == 1


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16", "utf-8"])
def test_the_bytes_are_in_the_declared_encoding_on_any_console(tmp_path, encoding):
    path = tmp_path / "é漢.dls.yaml"
    path.write_text('dls_version: "1.0"\né漢: 1\n', encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    output = subprocess.run([*COMMAND, path], env=environment, capture_output=True, check=False).stdout
    names = [case.get("name") for case in ET.fromstring(output).iter("testcase")]  # noqa: S314 - our own output
    assert any("é漢" in name for name in names)
