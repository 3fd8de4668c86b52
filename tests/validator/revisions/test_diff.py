"""`dls diff`: each change is named with its direction, and a statement that says less never passes as unchanged."""

import json
import shutil
import subprocess
from contextlib import suppress
from copy import deepcopy
from functools import cache

import pytest
from tests.validator.card.test_section import HOSTILE, rendered

from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.errors import DlsError
from dls.report.differences import difference_markdown
from dls.revisions.change import FAILURES
from dls.revisions.revision_changes import difference_of
from dls.revisions.sides import open_side
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
OLD = DOCUMENTS / "publisher.yaml"
BRIER, ENTROPY = 1, 2  # claims of the old statement


@pytest.fixture
def value():
    return read(OLD).value


@cache
def old_side():
    return open_side(str(OLD))


def changes(tmp_path, value):
    path = tmp_path / "new.yaml"
    path.write_text(json.dumps(value))
    return difference_of(old_side(), open_side(str(path))).changes


def put(value, *path):
    *names, last, content = path
    for name in names:
        value = value[name]
    value[last] = content


def drop(value, *path):
    *names, last = path
    for name in names:
        value = value[name]
    del value[last]


def loss(value, low, high):
    return {"value": value, "interval": {"low": low, "high": high, "level": 0.9, "method": "x"}}


EDITS = {
    "a claim fewer": ((drop, "claims", BRIER), "less", "claims", "disappeared"),
    "outcome fell": ((put, "claims", BRIER, "outcome", "lost"), "worse", "claims", "outcome"),
    "outcome rose": ((put, "claims", ENTROPY, "outcome", "inconclusive"), "better", "claims", "outcome"),
    "no longer judged": ((put, "claims", BRIER, "outcome", "reported"), "less", "claims", "outcome"),
    "laxer margin": ((put, "claims", BRIER, "targets", 0, "margin", 0.05), "less", "claims", "target: margin"),
    "stricter margin": ((put, "claims", BRIER, "targets", 0, "margin", 0.01), "more", "claims", "target: margin"),
    "lower floor": ((put, "claims", 0, "targets", 1, "floor", 0.5), "less", "claims", "target: floor"),
    "a target fewer": ((drop, "claims", 0, "targets", 1), "less", "claims", "target: floor"),
    "fewer items": ((put, "claims", BRIER, "items", "n", 100), "less", "claims", "items"),
    "higher loss": ((put, "claims", BRIER, "loss", loss(0.1, 0.09, 0.11)), "worse", "claims", "loss"),
    "lower loss": ((put, "claims", BRIER, "loss", loss(0.0, -0.001, 0.001)), "better", "claims", "loss"),
    "loss inside of the noise": ((put, "claims", BRIER, "loss", "value", 0.008), "changed", "claims", "loss"),
    "loss without its interval": ((drop, "claims", BRIER, "loss", "interval"), "less", "claims", "loss"),
    "another value": ((put, "claims", BRIER, "student", "value", 0.07), "changed", "claims", "value of the student"),
    "evidence only claimed": ((put, "evidence", 1, "kind", "claimed"), "less", "claims", "lost its evidence"),
    "evidence withheld": ((put, "evidence", 1, "availability", "withheld"), "less", "claims", "lost its evidence"),
    "other evidence": ((put, "evidence", 1, "sha256", "0" * 64), "changed", "claims", "evidence"),
    "another probe": ((put, "claims", BRIER, "probe", "version", "1.1"), "changed", "claims", "version of the probe"),
    "an absence fewer": ((drop, "absences", 0), "changed", "absences", "is no longer listed as absent"),
    "an absence of another reason": (
        (put, "absences", 0, "justification", "not_in_source"), "changed", "absences", "justification",
    ),
    "acceptance gone": ((drop, "acceptances", 0), "less", "acceptances", "disappeared"),
    "acceptance changed": ((put, "acceptances", 0, "borne_by", "The public."), "changed", "acceptances", "borne_by"),
    "lower assurance": ((put, "assurance", "declared"), "less", "assurance", "level"),
    "higher assurance": ((put, "assurance", "reproduced"), "more", "assurance", "level"),
    "other weights": ((put, "student", "weights_sha256", "0" * 64), "changed", "models", "weights_sha256"),
    "digest gone": ((drop, "teacher", "tensors_sha256"), "less", "models", "tensors_sha256"),
    "another use": ((put, "scenario", "intended_use", "All."), "changed", "scenario", "intended_use"),
    "another profile": ((put, "scenario", "sha256", "0" * 64), "changed", "scenario", "sha256"),
    "other limits": ((put, "limits", "None."), "changed", "statement", "limits"),
    "another objective": (
        (put, "distillation", "objective", "x"), "changed", "statement", "other values",
    ),
    "another issuer": ((put, "issuer", "name", "Y"), "changed", "statement", "name"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "kind", "part", "problem"), EDITS.values(), ids=EDITS)
def test_an_edit_is_named_with_its_direction(tmp_path, value, edit, kind, part, problem):
    function, *path = edit
    function(value, *path)
    assert (kind, part, problem) in [(entry.kind, entry.part, entry.problem) for entry in changes(tmp_path, value)]


def test_equal_statements_have_no_change(tmp_path, value):
    assert changes(tmp_path, value) == ()


def test_the_other_order_turns_every_direction(tmp_path, value):
    del value["claims"][ENTROPY]
    (tmp_path / "new.yaml").write_text(json.dumps(value))
    old, new = open_side(str(OLD)), open_side(str(tmp_path / "new.yaml"))
    assert "less" in {change.kind for change in difference_of(old, new).changes}
    assert "appeared" in {change.problem for change in difference_of(new, old).changes if change.kind == "more"}


REPEATED = (1, 2)  # entries of lists that are like their neighbours, but for the claims of the edits above


def leaves(value, path=()):
    """Yield the path of each member and entry of a document."""
    for name, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, name)
        if isinstance(child, dict | list):
            yield from leaves(child, (*path, name))


def test_no_deletion_passes_as_unchanged_or_as_better(tmp_path, value):
    """The law of the statement: whatever is deleted, the difference shows it, and not as a gain alone."""
    silent = []
    for path in leaves(value):
        is_repeated = any(name in REPEATED for name in path)
        if path[0] == "dls_version" or (len(path) == 1 and not value[path[0]]) or is_repeated:
            continue
        shorter = deepcopy(value)
        drop(shorter, *path)
        with suppress(DlsError):  # the schema refuses most deletions
            kinds = {change.kind for change in changes(tmp_path, shorter)}
            silent += [path] if kinds <= {"better", "more"} else []
    assert silent == []


def test_fewer_claims_are_counted_in_words(tmp_path, value, capsys):
    del value["claims"][1:3]
    (tmp_path / "new.yaml").write_text(json.dumps(value))
    assert main(["diff", str(OLD), str(tmp_path / "new.yaml")]) == 0
    assert "2 claims fewer (4 → 2)" in capsys.readouterr().out
    assert main(["diff", "--fail-on", "worse", str(OLD), str(tmp_path / "new.yaml")]) == 1


def test_a_change_that_is_neither_worse_nor_less_does_not_fail(tmp_path, value):
    value["limits"] = "English only, and only short questions."
    (tmp_path / "new.yaml").write_text(json.dumps(value))
    assert main(["diff", "--fail-on", "worse", str(OLD), str(tmp_path / "new.yaml")]) == 0


def test_json_holds_each_change_and_the_counts(tmp_path, value, capsys):
    del value["claims"][ENTROPY]
    (tmp_path / "new.yaml").write_text(json.dumps(value))
    main(["diff", "--format", "json", str(OLD), str(tmp_path / "new.yaml")])
    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["sizes"]["claims"] == {"old": 4, "new": 3}
    assert sum(report["summary"][kind] for kind in (*FAILURES, "better", "more", "changed")) == len(report["changes"])
    assert {"kind": "less", "part": "claims", "problem": "disappeared", "new": None, "old": "lost",
            "subject": "valid_answer_entropy by diversity.open_answer"} in report["changes"]  # fmt: skip


def test_markdown_keeps_texts_of_strangers_texts(tmp_path, value):
    value["scenario"]["intended_use"] = HOSTILE
    value["acceptances"][0]["reason"] = HOSTILE
    (tmp_path / "new.yaml").write_text(json.dumps(value))
    text = difference_markdown(difference_of(open_side(str(OLD)), open_side(str(tmp_path / "new.yaml"))))
    html = rendered(text)
    assert "<a " not in html
    assert "<script" not in html
    assert "@someone" not in html
    assert "<!--" not in text


def test_two_revisions_of_a_file_are_read_from_git(tmp_path, value, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    shutil.copy(OLD, tmp_path / "sub" / "dls.yaml")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True)
    value["claims"][BRIER]["outcome"] = "lost"
    (tmp_path / "sub" / "dls.yaml").write_text(yaml_text(value))
    assert main(["diff", "--fail-on", "worse", "HEAD:sub/dls.yaml", "sub/dls.yaml"]) == 1
    assert "outcome preserved → lost" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path / "sub")
    assert main(["diff", "HEAD:dls.yaml", "dls.yaml"]) == 0


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing.yaml", "cannot be opened"),
        ("nothing:dls.yaml", "no such revision"),
        ("-c:dls.yaml", "starts with a dash"),
        (str(DOCUMENTS / "profile.yaml"), "is no statement"),
        (str(DOCUMENTS / "DLS003-missing-member.yaml"), "member 'comparator' is missing"),
        (str(DOCUMENTS / "DLS001-anchor.yaml"), "anchor"),
    ],
)
def test_a_side_that_cannot_be_read_is_a_sentence(name, reason, capsys):
    words = ["diff", "--", name, str(OLD)] if name.startswith("-") else ["diff", name, str(OLD)]
    assert main(words) == 2
    err = capsys.readouterr().err
    assert reason in err
    assert err.count("\n") == 1
