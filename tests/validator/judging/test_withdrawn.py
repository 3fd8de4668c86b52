"""A withdrawn statement meets no target, and each form of a report says that it is withdrawn."""

import json

import pytest

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
WITHDRAWN, IN_FORCE = DOCUMENTS / "DLS112-withdrawn.yaml", DOCUMENTS / "second-revision.yaml"
REASON = "The student was trained on items of the probes."
SUCCESSOR = "urn:uuid:0b9c2b1e-4f0c-4c2b-8d2e-6a1e5f3c7d20"


def test_it_meets_no_target_that_it_met_in_force():
    assert len(check(IN_FORCE).met_targets) > 0
    assert check(WITHDRAWN).met_targets == ()


def test_a_readers_profile_hears_of_the_withdrawal(capsys):
    assert main(["validate", "--scenario", str(DOCUMENTS / "profile.yaml"), str(WITHDRAWN)]) == 0
    out = capsys.readouterr().out
    assert out.count("a withdrawn statement meets no target") == out.count("DLS509") > 0


@pytest.mark.parametrize(
    ("form", "word"),
    [("text", "WITHDRAWN"), ("github", "WITHDRAWN"), ("junit", "WITHDRAWN"), ("sarif", "DLS112"), ("gitlab", "DLS112")],
)
def test_validation_passes_and_says_it(form, word, capsys):
    assert main(["validate", "--format", form, str(WITHDRAWN)]) == 0
    out = capsys.readouterr().out
    assert word in out
    assert REASON in out


def test_json_says_it(capsys):
    main(["validate", "--format", "json", str(WITHDRAWN), str(IN_FORCE)])
    statements = json.loads(capsys.readouterr().out)["summary"]["statements"]
    assert [statement["withdrawn"] for statement in statements] == [True, False]


def test_strict_validation_fails():
    assert main(["validate", "--strict", str(WITHDRAWN)]) == 1


def test_no_waiver_sets_it_aside(tmp_path, capsys):
    waiver = {"code": "DLS112", "reason": "We know.", "owner": "a@example.org", "expires": "2099-01-01"}
    (tmp_path / "waivers.yaml").write_text(yaml_text({"dls_waivers": "1.0", "waivers": [waiver]}))
    main(["validate", "--strict", "--waivers", str(tmp_path / "waivers.yaml"), str(WITHDRAWN)])
    assert "1 warning" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["page.md", "page.json"])
def test_a_page_says_it_with_reason_and_successor_before_its_numbers(name, tmp_path):
    assert main(["report", str(WITHDRAWN), "-o", str(tmp_path / name)]) == 0
    text = (tmp_path / name).read_text().replace("\\", "")
    assert text.index("withdrawn on 2026-12-24") < text.index("brier_top_label" if name == "page.json" else "Brier")
    assert REASON in text
    assert SUCCESSOR in text


def test_a_page_for_readers_says_it_before_its_numbers(tmp_path):
    pytest.importorskip("altair")
    assert main(["report", str(WITHDRAWN), "-o", str(tmp_path / "page.html")]) == 0
    text = (tmp_path / "page.html").read_text()
    assert text.index("Withdrawn on 2026-12-24") < text.index("Kept and lost")
    assert REASON in text
    assert SUCCESSOR in text


def test_a_badge_says_nothing_else(tmp_path):
    assert main(["report", str(WITHDRAWN), "--format", "badge", "-o", str(tmp_path / "badge.json")]) == 0
    badge = json.loads((tmp_path / "badge.json").read_text())
    assert (badge["message"], badge["color"]) == ("withdrawn", "#b3261e")


def test_a_card_says_it_with_reason_and_successor(tmp_path):
    for source in (WITHDRAWN, DOCUMENTS / "profile.yaml"):
        (tmp_path / source.name.replace(WITHDRAWN.name, "dls.yaml")).write_text(source.read_text())
    (tmp_path / "README.md").write_text("# A student\n")
    assert main(["attach", str(tmp_path / "dls.yaml"), "--card", str(tmp_path / "README.md")]) == 0
    card = (tmp_path / "README.md").read_text()
    assert "**withdrawn on 2026-12-24, 0 of 5 targets" in card
    assert f"{REASON} In its place: {SUCCESSOR}" in card.replace("\\", "")


def test_a_difference_calls_it_worse(capsys):
    main(["diff", str(IN_FORCE), str(WITHDRAWN)])
    assert "worse" in capsys.readouterr().out


def test_a_format_that_cannot_say_it_is_refused(tmp_path, capsys):
    assert main(["export", str(WITHDRAWN), "--to", "cyclonedx", "-o", str(tmp_path / "bom.json")]) == 2
    assert "is withdrawn, and cyclonedx cannot say so" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_in_toto_carries_it(tmp_path):
    assert main(["export", str(WITHDRAWN), "--to", "in-toto", "-o", str(tmp_path / "a.json")]) == 0
    assert read(tmp_path / "a.json").value["predicate"]["statement"]["status"] == "withdrawn"
