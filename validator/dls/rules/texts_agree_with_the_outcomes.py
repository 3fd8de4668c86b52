"""DLS809: texts agree with the outcomes."""

import re
from collections.abc import Iterator
from functools import cache

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_EVERYWHERE = r"in (?:every|all|each) (?:single )?(?:respects?|ways?|regards?|aspects?|dimensions?|tasks?)"
_OF_NOTHING = r"(?! (?:of|in|on|for|to|is|was|that|with|beyond|above|larger)\b)"  # of one capability it may be true
_DENIALS = (
    rf"(?:better|superior|stronger) (?:than [^.;]{{1,40}} )?{_EVERYWHERE}",
    rf"(?:equals?|identical|equivalent|on par|as good|match(?:es)?)\b[^.;]{{0,60}} {_EVERYWHERE}",
    rf"{_EVERYWHERE},? [^.;]{{0,40}}\b(?:better|equal|identical|on par|as good)",
    rf"no (?:(?:measurable|noticeable|relevant) )?(?:loss(?:es)?|drops?|degradation|regressions?)\b{_OF_NOTHING}",
    r"(?:nothing|no (?:capability|ability|skill)) (?:is|was|has been|were|got) lost",
    r"(?:loses|lost) nothing",
    r"(?:fully|completely|entirely|wholly) (?:preserv|retain)(?:es|ed|s)?",
    r"(?:preserv|retain|keep)(?:es|ed|s)? (?:all|every) (?:of )?(?:its |the )?(?:teacher's )?(?:cap)?abilit",
    r"all (?:capabilities|abilities|skills) (?:are|were) (?:preserved|retained|kept)",
)
"""The phrases that say of a whole student that nothing was lost: add one here, and a test for it."""

_WORDS = (
    *("in every", "in all", "in each", "lost nothing", "loses nothing"),
    *("no loss", "no drop", "no degradation", "no regression", "no measurable", "no noticeable", "no relevant"),
    *("is lost", "was lost", "been lost", "were lost", "got lost", "abilit", "all skills"),
    *("ly preserv", "ly retain"),
)
"""Every match of a phrase holds one of them. Most statements hold none, and the phrases are slow to compile."""
_MOST_TEXT = 1 << 20  # characters that are read of all texts together: more is no text for people
_NEGATION = r"\b(?:not|never|nor|cannot|hardly|nothing says|no text says)\b[^.;]{0,40}$|n't\b[^.;]{0,40}$"


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{phrase})" for phrase in _DENIALS))


def _has_words(folded: str) -> bool:
    return any(word in folded for word in _WORDS)


def _denial(text: str) -> str | None:
    """Return the first phrase of a text that denies any loss; None where the text negates it, or has none."""
    plain = text.casefold()
    for match in _phrases().finditer(plain) if _has_words(plain) else ():
        if not re.search(_NEGATION, plain[max(0, match.start() - 60) : match.start()]):
            return match[0]
    return None


@rule("DLS809", spec="text", severity="warning", waivable=True)
def texts_agree_with_the_outcomes(context: RuleContext) -> Iterator[Violation]:
    """No text of a statement with a lost claim says that nothing was lost.

    ## Why

    People read the sentence and skip the table. "Better in every respect" beside a claim that is `lost` tells them the
    contrary of what was measured. A text about one claim that was preserved can name it.
    """
    losses = [claim.id for claim in context.statement.claims if claim.outcome == "lost"]
    if not losses or not _has_words(context.folded_text):
        return
    left = _MOST_TEXT
    for pointer, text in context.texts:
        left -= len(text)
        if left > 0 and (phrase := _denial(text)) is not None:
            yield Violation(pointer, f"the text says '{phrase}', and claim '{losses[0]}' is lost; name the losses")
