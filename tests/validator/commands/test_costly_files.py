"""Files that are small to make and dear to read: each gets a clear finding, in bounded time and memory."""

import json
import os
import shutil
import subprocess
import sys

import msgspec
import pytest
from tests.some import every

from dls.checking.findings import MOST
from dls.commands.cli import main
from dls.document.reader import read
from dls.evidence import bundle
from dls.model import Evidence
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
MANIFEST = "evidence/diversity.open_answer/manifest.json"


@pytest.fixture
def folder(tmp_path):
    for name in ("publisher-with-evidence.yaml", "profile.yaml"):
        shutil.copy(DOCUMENTS / name, tmp_path)
    shutil.copytree(DOCUMENTS / "evidence", tmp_path / "evidence")
    return tmp_path


def validated(capsys, path):
    code = main(["validate", str(path)])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("entry", ["1", "{}", '"x"', "[[]]"])
def test_a_million_small_values_are_refused_where_the_limit_is_passed(capsys, tmp_path, entry):
    path = tmp_path / "dls.json"
    path.write_text(f'{{"dls_version": "1.0", "claims": [{",".join([entry] * 300_000)}]}}')
    code, out = validated(capsys, path)
    assert (code, out.count(": error ")) == (2, 1)
    assert "holds more than 250000 values" in out


def test_a_document_that_breaks_its_schema_everywhere_gets_a_hundred_findings_and_the_news_that_there_are_more(
    capsys, tmp_path
):
    path = tmp_path / "dls.json"
    path.write_text(f'{{"dls_version": "1.0", "claims": [{",".join(["1"] * 2_000)}]}}')
    code, out = validated(capsys, path)
    assert (code, out.count("error DLS003")) == (1, 101)
    assert "at least 1 more of the document's faults are not shown" in out.splitlines()[-2]


def test_a_huge_file_in_a_manifests_place_is_not_digested(capsys, folder, monkeypatch):
    with (folder / MANIFEST).open("wb") as file:
        file.truncate(9 << 20)
    monkeypatch.setattr(bundle, "file_sha256", lambda path: pytest.fail(f"{path} was read in full"))
    code, out = validated(capsys, folder / "publisher-with-evidence.yaml")
    assert code == 1
    assert "DLS305" in out
    assert "larger than 8 MiB" in out


def test_a_manifest_that_is_listed_twice_is_read_once(folder):
    entry = {
        "id": "ev", "kind": "regenerated", "measured_on": "2026-11-20", "availability": "bundled", "path": MANIFEST,
        "sha256": "0" * 64,
    }  # fmt: skip
    first, second = bundle.open_bundles(folder, [msgspec.convert(entry, Evidence)] * 2)
    assert first.manifest is second.manifest is not None


def test_files_beside_a_statement_are_read_up_to_the_size_of_one_document(folder):
    padding = json.loads((folder / MANIFEST).read_text()) | {"extensions": {"x-padding": [0] * 200_000}}
    entries = []
    for name in ("a", "b", "c"):
        (folder / f"{name}.json").write_text(json.dumps(padding))
        entry = {"id": name, "kind": "regenerated", "measured_on": "2026-11-20", "availability": "bundled"}
        entries.append(msgspec.convert(entry | {"path": f"{name}.json", "sha256": "0" * 64}, Evidence))
    assert [entry.is_in_excess for entry in bundle.open_bundles(folder, entries)] == [False, False, True]


LIKE_ANY_USER = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Root may list every folder, unless it gives that capability up."""


def test_a_folder_that_cannot_be_listed_is_reported_and_hides_nothing(folder):
    shutil.copy(folder / "publisher-with-evidence.yaml", folder / "dls.yaml")
    closed_folder = folder / "closed"
    closed_folder.mkdir(mode=0)
    command = [*LIKE_ANY_USER, sys.executable, "-m", "dls.commands.cli", "validate", str(folder)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    closed_folder.chmod(0o700)
    assert process.returncode == 2
    assert f"{closed_folder}:1:1: error DLS001" in process.stdout
    assert f"{folder / 'dls.yaml'}: 0 errors" in process.stdout


MEASURED = """
import resource, sys
from pathlib import Path

resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))  # a mistake shall not take the machine along
from dls.commands.cli import main

code = main(["validate", *sys.argv[1:]])
usage = resource.getrusage(resource.RUSAGE_SELF)
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]  # ru_maxrss begins with the parent's
print(code, usage.ru_utime + usage.ru_stime, int(peak) >> 10, file=sys.stderr)
"""
CPU_SECONDS, MEBIBYTES, LONGEST_LINE = 5, 500, 2000  # seconds on a busy machine; 3 on a quiet one
STATEMENT = read(DOCUMENTS / "publisher.yaml").value
CLAIM, EVIDENCE = STATEMENT["claims"][0], STATEMENT["evidence"][0]
BEAR = json.loads((DOCUMENTS / MANIFEST).read_text())
WRONG_NAMES = {f"org.example{i}": {"a": 1} for i in range(10_000)}
LONG_NUMBER = "0." + "1" * (7 << 20)


def bundled(folder, manifest, count=1):
    """Write a manifest beside a statement that lists it some times, and return the statement."""
    (folder / "m.json").write_text(json.dumps(manifest))
    entry = EVIDENCE | {"availability": "bundled", "path": "m.json"}
    return STATEMENT | {"evidence": [*STATEMENT["evidence"], *({**entry, "id": f"m{i}"} for i in range(count))]}


def reproduced(folder):
    """Return a statement that lists one large report 200 times, which lies in a folder."""
    statement = read(DOCUMENTS / "publisher-reproduced.yaml").value
    entry = statement["reproductions"][0]
    report = read(DOCUMENTS / entry["path"]).value
    report["claims"] = [{**report["claims"][0], "id": f"c{i}"} for i in range(1500)]
    (folder / entry["path"]).write_text(json.dumps(report))
    return statement | {"reproductions": [entry] * 200}


COSTLY = {
    "wrong names of extensions": lambda _: STATEMENT | {"extensions": WRONG_NAMES},
    "wrong names of a manifest's settings": lambda folder: bundled(folder, BEAR | {"settings": WRONG_NAMES}),
    "wrong names of a manifest's arms": lambda folder: bundled(folder, BEAR | {"arms": WRONG_NAMES}),
    "a manifest that is listed 1,500 times": lambda folder: bundled(folder, BEAR, 1500),
    "a large manifest that is listed 1,500 times": lambda folder: bundled(folder, [0] * 200_000, 1500),
    "empty absences": lambda _: STATEMENT | {"absences": [{}] * 240_000},
    "as many empty absences as there may be": lambda _: STATEMENT | {"absences": [{}] * 500},
    "unknown members": lambda _: STATEMENT | {f"u{i}": i for i in range(240_000)},
    "unknown members of each claim": lambda _: STATEMENT | {"claims": [{f"u{i}": 1 for i in range(100)}] * 2000},
    "unknown metrics": lambda _: (
        STATEMENT | {"claims": [CLAIM | {"id": f"c{i}", "metric": f"accuracy_{i}"} for i in range(2000)]}
    ),
    "a gap in each text": lambda _: STATEMENT | {"extensions": {}, "limits": ["TODO(dls)"] * 240_000},
    "a long text": lambda _: STATEMENT | {"limits": "x" * (7 << 20)},
    "a long name": lambda _: STATEMENT | {"u" * 1000: 1},
    "a long number": lambda _: json.dumps(STATEMENT).replace('"value": 0.934', f'"value": {LONG_NUMBER}', 1),
    "a report that is listed 200 times": reproduced,
}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no /proc")
@pytest.mark.parametrize("name", every(2, COSTLY))
def test_any_document_costs_seconds_and_megabytes(tmp_path, name):
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path)
    document = COSTLY[name](tmp_path)
    (tmp_path / "dls.json").write_text(document if isinstance(document, str) else json.dumps(document))
    command = [sys.executable, "-c", MEASURED, str(tmp_path / "dls.json")]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    code, seconds, mebibytes = process.stderr.split()
    assert int(code) in (0, 1)
    assert float(seconds) <= CPU_SECONDS
    assert int(mebibytes) <= MEBIBYTES
    assert max(map(len, process.stdout.splitlines())) <= LONGEST_LINE


TEXT = (DOCUMENTS / "publisher.yaml").read_text()
LIMITS = '"English only. Nothing is said about long conversations."'
SIZE = (8 << 20) - len(TEXT.encode()) - 100
DEEP = "[" * 60 + "]" * 60
ACCEPTANCE = STATEMENT["acceptances"][0]


def with_limits(text):
    return TEXT.replace(LIMITS, text)


def extended(text):
    return TEXT.replace("extensions: {}", f"extensions: {{x-a: {text}}}")


def of_claims(count, **members):
    return json.dumps(STATEMENT | {"claims": [CLAIM | {"id": f"c{i}"} for i in range(count)]} | members)


MASSES = {
    "comments and blank lines": (
        0,
        lambda: [f"{TEXT}#{'x' * SIZE}", TEXT + "#\U0001f600\n" * (SIZE // 6), TEXT + "\n" * SIZE],
    ),
    "a long text": (
        1,
        lambda: [
            with_limits(f'"{"x" * SIZE}"'),
            with_limits(f'"{chr(92)}u0041{(chr(92) + "u0041") * (SIZE // 6 - 1)}"'),
            *(with_limits(f"{sign}\n" + "  word word\n" * (SIZE // 12)) for sign in ">|"),
        ],
    ),
    "one character": (
        2,
        lambda: [unit * ((2 << 20) // len(unit)) for unit in ("[", "{", "- ", "? ", "a: ", "&a ", "\t", "!", '"')],
    ),
    "a long integer": (2, lambda: [with_limits(start + "7" * SIZE) for start in ("", "0x", "0o")]),
    "a small number with a long exponent": (1, lambda: [with_limits("1e-" + "9" * SIZE)]),
    "values of an extension": (
        0,
        lambda: [extended(text) for text in (DEEP, f"[{'0,' * 240_000}0]", '["\u202e"' + ',"\u202e"' * 240_000 + "]")],
    ),
    "more claims than there may be": (1, lambda: [of_claims(2_500)]),
    "more values than there may be": (2, lambda: [of_claims(15_000)]),
    "as many claims and acceptances as there may be": (
        1,
        lambda: [of_claims(2_000, acceptances=[ACCEPTANCE | {"claim": f"c{i}"} for i in range(2_000)])],
    ),
}
"""Exit code and texts, by name; the texts are checked in one process."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no /proc")
@pytest.mark.parametrize("name", every(2, MASSES))
def test_a_mass_of_one_thing_gets_its_answer_in_seconds(tmp_path, name):
    code, make = MASSES[name]
    texts = make()
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path)
    paths = [tmp_path / f"{i}.yaml" for i in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    process = subprocess.run([sys.executable, "-c", MEASURED, *paths], capture_output=True, text=True, check=True)
    answer, seconds, mebibytes = process.stderr.split()
    assert int(answer) == code
    assert float(seconds) <= CPU_SECONDS
    assert int(mebibytes) <= MEBIBYTES
    for path in paths:
        findings = [line for line in process.stdout.splitlines() if line.startswith(str(path)) and ": error " in line]
        assert (findings == []) is (code == 0)
        assert len(findings) <= MOST + 1
        assert max(map(len, findings), default=0) <= LONGEST_LINE
