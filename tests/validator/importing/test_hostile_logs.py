"""Hostile logs are refused in one sentence, in little memory, and nothing is written."""

import json
import subprocess
import sys
import zipfile

import pytest
import zstandard
from tests.lm_eval_runs import lm_eval_run

PROGRAM = """
import contextlib, io, json, sys
from pathlib import Path
from dls.commands.cli import main
results = []
for arguments in json.loads(sys.stdin.read()):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = main(arguments)
    results.append((code, printed.getvalue()))
(peak,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
print(json.dumps([results, int(peak)]))
"""
MOST_KIBIBYTES = 700 << 10
RESULT = {"score_details": {"score": "1"}}
RECORD = {"schema_version": "0.3.0", "evaluation_id": "a", "model_info": {"id": "a"}, "evaluation_results": [RESULT]}
SPLIT = 2 << 30


def huge(path):
    """Make a file of 2 GiB that takes no room on the disk."""
    path.write_text('{"version": 2, "results": ')
    with path.open("r+b") as file:
        file.truncate(SPLIT)
    return path


def text(path, content):
    path.write_text(content)
    return path


def archive(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in members:
            file.writestr(name, data)
    return path


def zstandard_bomb(path):
    """Make an archive whose member is compressed with Zstandard and says that it is small."""
    packed = zstandard.compress(b" " * (256 << 20))
    archive(path, [("header.json", packed)], zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    for sign, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.index(sign) + place
        data[at : at + 2] = (93).to_bytes(2, "little")
    path.write_bytes(data)
    return path


def long_directory(path):
    """Make an archive whose last record promises a list of members of 1 GiB, in a file of that size."""
    archive(path, [("header.json", b"{}")])
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x05\x06")
    end = bytearray(data[at:])
    end[12:16] = (1 << 30).to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(data[:at])
        file.truncate(at + (1 << 30))
        file.seek(0, 2)
        file.write(end)
    return path


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Form, file and words of the refusal of each hostile log."""
    folder = tmp_path_factory.mktemp("hostile")
    deep, row = "[" * 200_000, ", ".join(f'"c{i}": 1' for i in range(100_000)) + "}\n"
    wide = "".join(f'{{"id": {k}, {row}' for k in range(60))
    run = lm_eval_run(folder / "long_line", [[-1.0, -2.0]] * 3, answers=[0, 0, 0])
    next(run.glob("samples*")).write_bytes(b'{"doc_id": "' + b"a" * (17 << 20) + b'"}\n')
    text_scores = lm_eval_run(
        folder / "text", [[-1.0, -2.0]] * 3, answers=[0, 0, 0],
        changes=[lambda _results, lines: [line.update(acc="1.0", metrics=["acc", "f1"], f1="0.9") for line in lines]],
    )  # fmt: skip
    config = json.loads((text_scores / "results_2026-11-28.json").read_text())
    config["configs"]["quiz"]["output_type"] = "generate_until"
    (text_scores / "results_2026-11-28.json").write_text(json.dumps(config))
    return {
        "2 GiB of results": ("lm-eval", huge(folder / "results.json"), "is larger than 64 MiB"),
        "2 GiB of a log": ("inspect", huge(folder / "log.json"), "is larger than 64 MiB"),
        "2 GiB of a record": ("eee", huge(folder / "record.json"), "is larger than 64 MiB"),
        "2 GiB of a table": ("table", huge(folder / "table.csv"), "is larger than 512 MiB"),
        "2 GiB of rows": ("table", huge(folder / "table.jsonl"), "is larger than 512 MiB"),
        "2 GiB of a card": ("hf", huge(folder / "README.md"), "README.md"),
        "deep results": ("lm-eval", text(folder / "deep.json", '{"results":' + deep), "cannot be read as JSON"),
        "a deep log": ("inspect", text(folder / "deep_log.json", '{"eval":' + deep), "cannot be read as JSON"),
        "a deep card": ("hf", text(folder / "deep.md", f"---\nmodel-index: {deep}\n---\n"), "deep.md"),
        "a long line": ("lm-eval", run, "too large to be a log"),
        "a score in quotes": ("lm-eval", text_scores, "no item has a score that is a number"),
        "a record in quotes": (
            "eee",
            text(folder / "quotes.json", json.dumps(RECORD)),
            "wanted a finite number",
        ),
        "a wide table": ("table", text(folder / "wide.jsonl", wide), "more than 5000000 cells"),
        "half an archive": (
            "inspect", text(folder / "half.eval", "PK\x03\x04 half of an archive"), "cannot be read as JSON",
        ),
        "a bomb": ("inspect", archive(folder / "bomb.eval", [("header.json", b"[" + b" " * (65 << 20))]), "64 MiB"),
        "a bomb of Zstandard": ("inspect", zstandard_bomb(folder / "zstd.eval"), "is damaged, or unpacks to more"),
        "a list of members of 1 GiB": ("inspect", long_directory(folder / "long.eval"), "more members than a log has"),
        "a member that is a path": (
            "inspect", archive(folder / "path.eval", [("../../header.json", b"{}")]), "has no header.json",
        ),
        "a folder": ("inspect", folder, "is no regular file"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def refusals(cases, tmp_path_factory):
    """Exit code and text of each case, and the peak of memory in KiB of the process that read all of them."""
    out = tmp_path_factory.mktemp("out")
    arguments = [
        ["import", form, "--teacher", str(path), "--student", str(path), "-o", str(out / str(number))]
        for number, (form, path, _) in enumerate(cases.values())
    ]
    process = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(arguments), check=True, capture_output=True, text=True
    )
    results, peak = json.loads(process.stdout)
    return dict(zip(cases, results, strict=True)), peak, sorted(path.name for path in out.iterdir())


def test_each_is_refused_in_one_sentence(cases, refusals):
    results, _, _ = refusals
    for name, (_, _, words) in cases.items():
        code, printed = results[name]
        assert (name, code, printed.count("\n"), words in printed) == (name, 2, 1, True), printed


def test_nothing_is_written(refusals):
    assert refusals[2] == []


def test_the_memory_is_bounded(refusals):
    assert refusals[1] < MOST_KIBIBYTES
