"""The section of a card: the verdict of `dls validate`, numbers of the statement alone, and texts that stay texts."""

import re

import pytest
from markdown_it import MarkdownIt

from dls.card.markdown_text import code, prose
from dls.card.section import MOST_ROWS, section_lines
from dls.checking.validate import check
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.evidence.named_paths import folder_of
from dls.judging.context import RuleContext
from dls.judging.limit_use import share_of_limit
from dls.model import Claim, Loss, PrintedInterval, Reading, Statement, Target, frozen
from dls.page.composition import page_of
from dls.standard.registry import load_registry
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
EXAMPLES = spec_folder().parents[1] / "examples" / "published"
HOSTILE = (
    "*a* _b_ `c` ~~d~~ <script>alert(1)</script> <img src=x> <!-- dls:end --> --> @someone someone@example.org "
    "[link](javascript:x) ![p](x) https://evil.example www.evil.example | cell | $x$ $$y$$ &lt; # h \\(k\\) "
    "line\nbreak\r\n\n- item\n> quote\t\u202eback \u2066iso x\u0000y ^[1] == :smile: {% x %} \\"
)
FIELDS = (
    ("issuer", "name"),
    ("scenario", "intended_use"),
    ("scenario", "out_of_scope"),
    ("student", "name"),
    ("teacher", "name"),
)


def context_of(path):
    document = read(path)
    statement = frozen(document.value, Statement)
    return RuleContext(document, statement, folder_of(path, statement))


def lines_of(path, members=None):
    context = context_of(path)
    return section_lines(context, context.profile, "dls.yaml", members or {})


def statements():
    names = ("publisher.yaml", "third-party.yaml", "control.yaml", "fidelity-of-the-pair.yaml", "zero-events.yaml")
    return [*(DOCUMENTS / name for name in names), *sorted(EXAMPLES.glob("*.dls.yaml"))]


def rendered(text):
    return MarkdownIt("gfm-like", {"linkify": False}).render(text)


@pytest.mark.parametrize("path", statements(), ids=lambda path: path.name)
def test_the_verdict_is_that_of_validate(path):
    result = check(path)
    met, total = len(result.assessment.met_targets), len(result.profile.targets)
    assert f"**{met} of {total} target" in lines_of(path)
    assert f"assurance claimed: {result.claimed.replace('_', ' ')}.**" in lines_of(path)


@pytest.mark.parametrize("path", statements(), ids=lambda path: path.name)
def test_each_number_of_the_table_is_printed_in_the_statement(path):
    """But for the share of a limit, which has a column of its own and stands in per cent."""
    source = path.read_text()
    for row in re.findall(r"^\| (?:\w+) \| `.*", lines_of(path), re.MULTILINE):
        *cells, _share, _outcome = re.split(r"(?<!\\) \| ", row)
        for number in re.findall(r"-?\d+\.\d+", " ".join(cells[2:])):
            assert number in source, row


@pytest.mark.parametrize("path", statements(), ids=lambda path: path.name)
def test_every_lost_or_open_claim_and_every_absence_is_shown(path):
    statement, text = context_of(path).statement, lines_of(path)
    for claim in statement.claims:
        if claim.outcome in ("lost", "inconclusive"):
            assert re.search(rf"^- \*\*{claim.outcome}: .*\({re.escape(prose(claim.id))}\)", text, re.MULTILINE), (
                claim.id
            )
    assert text.count("| ∅ ") == len(statement.absences)
    assert text.count("| ✗ lost |") == sum(t.outcome == "lost" for claim in statement.claims for t in claim.targets)


def test_a_loss_stands_beside_the_whole_of_its_acceptance():
    text = lines_of(DOCUMENTS / "publisher.yaml")
    acceptance = read(DOCUMENTS / "publisher.yaml").value["acceptances"][0]
    assert [member for member, words in acceptance.items() if member != "claim" and prose(words) not in text] == []


def test_texts_of_strangers_stay_texts(tmp_path):
    """Nothing but the section's own markup comes out of a Markdown renderer."""
    value = read(DOCUMENTS / "publisher.yaml").value
    for part, member in FIELDS:
        value[part][member] = HOSTILE
    texts = dict.fromkeys(("reason", "borne_by", "mitigation", "monitoring", "accepted_by"), HOSTILE)
    value["acceptances"] = [entry | texts for entry in value["acceptances"]]
    path = tmp_path / "dls.yaml"
    path.write_text(yaml_text(value))
    (tmp_path / "profile.yaml").write_bytes((DOCUMENTS / "profile.yaml").read_bytes())
    text, plain = lines_of(path), lines_of(DOCUMENTS / "publisher.yaml")
    tags = [sorted(re.findall(r"<(/?\w+)[^>]*>", rendered(part))) for part in (text, plain)]
    assert tags[0] == tags[1]
    assert re.findall(r'href="([^"]*)"', rendered(text)) == ["dls.yaml"]
    assert "<!--" not in text
    assert "-->" not in text
    assert not re.search(r"@\w|://|www\.|[\u202a-\u202e\u2066-\u2069]", text)
    assert text.count("\n") == plain.count("\n")


@pytest.mark.parametrize("text", ["a`b", "``", "`", "a|b", "", "x\ny", "\u202e", "a``b`c"])
def test_code_stays_code(text):
    html = rendered(f"x {code(text)} y")
    assert html.count("<code>") == 1
    assert html.startswith("<p>x <code>")
    assert rendered(f"| a |\n| --- |\n| {code(text)} |\n").count("<td>") == 1


def test_a_long_text_is_cut_and_says_so():
    assert prose("word " * 200).endswith("…")
    assert len(prose("word " * 200)) <= 301


def test_of_many_rows_the_worst_are_shown_and_the_rest_is_counted(tmp_path):
    value = read(DOCUMENTS / "publisher.yaml").value
    claim = next(entry for entry in value["claims"] if entry["outcome"] == "preserved")
    value["claims"] += [claim | {"id": f"more-{i}"} for i in range(400)]
    (tmp_path / "dls.yaml").write_text(yaml_text(value))
    (tmp_path / "profile.yaml").write_bytes((DOCUMENTS / "profile.yaml").read_bytes())
    text = lines_of(tmp_path / "dls.yaml")
    assert "| ✗ lost |" in text
    assert len(re.findall(r"^\| \w+ \| (?:`|—)", text, re.MULTILINE)) == MOST_ROWS
    assert re.search(r"\d+ more rows, none of them worse, stand in the statement", text)


def test_a_picture_has_its_verdict_as_text():
    text = lines_of(DOCUMENTS / "publisher.yaml", {"picture": "a b.svg"})
    assert re.search(r"!\[4 of 5 targets of the issuer's own profile met, .*\]\(a%20b\.svg\)", text)


@pytest.mark.parametrize("path", statements(), ids=lambda path: path.name)
def test_card_and_page_say_one_verdict(path):
    """The page goes on with the level that it establishes; where an error stands, it says so before."""
    verdict = re.search(r"^\*\*(.*)\.\*\*$", lines_of(path), re.MULTILINE)[1]
    assert f"{verdict}, established here: " in page_of(path, with_records=False).verdict.text


# --- the axis


def claim_of(**members):
    defaults = {"id": "c", "dimension": "headline", "metric": "accuracy", "comparator": "teacher", "targets": (),
                "outcome": "preserved", "evidence": ()}  # fmt: skip
    return Claim(**(defaults | members))


def interval(low, high):
    return PrintedInterval(low=low, high=high, level=0.9, method="wilson")


def target_of(kind, **limit):
    return Target(kind=kind, outcome="preserved", **limit)


USES = {
    "half of a margin": (
        claim_of(loss=Loss(value=0.01, interval=interval(0.0, 0.03))), target_of("non_inferiority", margin=0.02),
        (0.5, 0.0, 1.5),
    ),
    "a floor": (
        claim_of(teacher=Reading(value=0.9), student=Reading(value=0.85, interval=interval(0.8, 0.9))),
        target_of("absolute", floor=0.8), (0.5, 0.0, 1.0),
    ),
    "a cap": (
        claim_of(teacher=Reading(value=0.1), student=Reading(value=0.4)), target_of("absolute", cap=0.3),
        (1.5, None, None),
    ),
    "a retention": (
        claim_of(retention=Reading(value=0.9, interval=interval(0.8, 1.0))), target_of("retention", at_least=0.8),
        (0.5, 0.0, 1.0),
    ),
    "a gain": (claim_of(loss=Loss(value=-0.01)), target_of("non_inferiority", margin=0.02), (-0.5, None, None)),
    "no margin": (claim_of(loss=Loss(value=0.0)), target_of("non_inferiority", margin=0.0), None),
    "a teacher below the floor": (
        claim_of(teacher=Reading(value=0.7), student=Reading(value=0.7)), target_of("absolute", floor=0.8), None,
    ),
    "a teacher above the cap": (
        claim_of(teacher=Reading(value=0.7), student=Reading(value=0.7)), target_of("absolute", cap=0.5), None,
    ),
    "no teacher": (claim_of(student=Reading(value=0.7)), target_of("absolute", cap=0.5), None),
    "no number": (claim_of(), target_of("non_inferiority", margin=0.1), None),
}  # fmt: skip


@pytest.mark.parametrize(("claim", "target", "expected"), USES.values(), ids=USES)
def test_a_share_of_a_limit(claim, target, expected):
    use = share_of_limit(claim, target, load_registry().metrics["accuracy"])
    assert (use is None) == (expected is None)
    if use is not None:
        assert (use.value, use.low, use.high) == pytest.approx(expected)
