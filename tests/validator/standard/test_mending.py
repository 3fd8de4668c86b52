"""A value that a schema refuses is mended by the words of the finding, and misspelt names find their right one."""

import pytest

from dls.document.reader import parse
from dls.standard.form import violations
from dls.standard.mending import advice_on, as_share, nearest
from dls.standard.schemas import schema
from dls.standard.specification import spec_folder

DEFINITIONS = schema("statement")["$defs"]
NUMBER, DIGEST, DATE = {"type": "number"}, DEFINITIONS["sha256"], DEFINITIONS["date"]
ACCESS = {"enum": ["white_box", "logprobs", "text"]}


@pytest.mark.parametrize(
    ("node", "value", "words"),
    [
        (NUMBER, "0.9513", "; take the quotes off"),
        (NUMBER, "-1e-3", "; take the quotes off"),
        (NUMBER, "0,9513", "; write a point, not a comma: 0.9513"),
        (NUMBER, "95.13%", "; write a share, not per cent: 0.9513"),
        (NUMBER, "95,13 %", "; write a share, not per cent: 0.9513"),
        (NUMBER, "much", ""),
        (NUMBER, None, ""),
        ({"type": "string"}, 1.0, "; put it in quotes"),
        ({"type": "string"}, None, ""),
        ({"type": "boolean"}, "Yes", "; write true, without quotes"),
        ({"type": "boolean"}, "perhaps", ""),
        (ACCESS, "whitebox", "; did you mean 'white_box'?"),
        (ACCESS, "White-Box", "; did you mean 'white_box'?"),
        (ACCESS, "api", ""),
        (DIGEST, "a" * 63, "; it has 63 characters, wanted 64"),
        (DIGEST, "sha256:" + "a" * 64, "; take the prefix 'sha256:' off"),
        (DIGEST, "SHA-256=" + "a" * 64, "; take the prefix 'SHA-256=' off"),
        (DIGEST, "A" * 64, "; write it in lower case"),
        (DATE, "28.11.2026", '; write "2026-11-28"'),
        (DATE, "2026/1/5", '; write "2026-01-05"'),
        (DATE, "20261128", '; write "2026-11-28"'),
        (DATE, "2026-11-28T10:00:00Z", '; write "2026-11-28"'),
        (DATE, "soon", ""),
    ],
)
def test_a_refused_value_is_mended_in_words(node, value, words):
    assert advice_on(node, value) == words


@pytest.mark.parametrize(
    ("per_cent", "share"), [("95.13", "0.9513"), ("5", "0.05"), ("100", "1.00"), ("-0.5", "-0.005")]
)
def test_a_share_keeps_the_digits_of_its_percentage(per_cent, share):
    assert as_share(per_cent) == share


@pytest.mark.parametrize(
    ("name", "meant"), [("isued", "issued"), ("Issued", "issued"), ("xyz", None), ("i" * 200, None)]
)
def test_a_misspelt_name_finds_the_one_that_was_meant(name, meant):
    assert nearest(name, ("issued", "issuer", "claims")) == meant


def of_form(text, kind="statement"):
    return [violation.message for violation in violations(parse(text.encode(), "a.yaml"), kind)]


TEXT = (spec_folder() / "conformance" / "documents" / "publisher.yaml").read_text()


def test_each_of_several_missing_members_has_a_place_of_its_own():
    text = TEXT.replace("revision: 1\n", "", 1).replace('issued: "2026-11-24"\n', "")
    places = {violation.pointer for violation in violations(parse(text.encode(), "a.yaml"), "statement")}
    assert places == {"/revision", "/issued"}


def test_a_list_with_too_many_entries_is_one_violation_whatever_it_holds():
    (message,) = of_form(TEXT.replace("reproductions: []", f"reproductions: [{', '.join(['1'] * 201)}]"))
    assert message.startswith("found a list of 201, wanted at most 200 entries")


def test_a_value_that_may_be_null_is_measured_by_its_own_form():
    text = '{"dls_scenario": "1.0", "extends": {"id": "a"}}'
    assert "member 'sha256' is missing" in " ".join(of_form(text, "scenario"))


def test_a_target_without_the_number_of_its_kind_lacks_that_member():
    assert any("'margin' is missing" in message for message in of_form(TEXT.replace("margin: 0.02, ", "")))


def test_a_target_by_neither_bound_names_both():
    assert any(
        "wanted one of the members floor, cap" in message for message in of_form(TEXT.replace("floor: 0.85, ", ""))
    )
