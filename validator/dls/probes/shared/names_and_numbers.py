"""The numbers and capitalised words that a text brings: the values of a kind that has no list."""

import re
import unicodedata
from functools import lru_cache

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_ORDINARY = frozenset({
    "a", "about", "according", "actually", "after", "all", "also", "although", "among", "an", "and", "another",
    "answer", "answers", "any", "apologies", "are", "article", "as", "at", "based", "be", "because", "been",
    "before", "being", "between", "both", "but", "by", "can", "cannot", "cant", "check", "consult", "contact",
    "context", "could", "data", "dear", "despite", "detail", "details", "did", "didnt", "do", "does", "doesnt",
    "don", "dont", "down", "due", "during", "each", "either", "error", "even", "every", "explicitly", "feel",
    "finally", "find", "first", "for", "from", "further", "given", "had", "has", "have", "he", "hello", "hence",
    "her", "here", "hers", "hes", "hi", "his", "hmm", "how", "however", "i", "id", "if", "ill", "im", "in",
    "information", "instead", "insufficient", "is", "isnt", "it", "its", "ive", "just", "lastly", "let", "lets",
    "many", "maybe", "me", "mention", "mentioned", "might", "more", "moreover", "most", "much", "must", "my",
    "neither", "never", "no", "nobody", "nobodys", "none", "nor", "not", "note", "nothing", "now", "nowhere", "of",
    "oh", "ok", "okay", "on", "once", "only", "or", "other", "our", "out", "over", "overall", "paragraph",
    "passage", "perhaps", "please", "provided", "question", "rather", "refer", "reference", "regarding",
    "regardless", "regrettably", "sadly", "said", "say", "second", "see", "she", "shes", "should", "simply",
    "since", "so", "some", "sorry", "specific", "specifically", "stated", "still", "such", "sure", "text", "than",
    "thank", "thanks", "that", "thats", "the", "their", "then", "there", "therefore", "theres", "these", "they",
    "theyre", "this", "those", "though", "thus", "to", "too", "try", "unable", "unanswerable", "unclear", "under",
    "undisclosed", "unfortunately", "unknown", "unless", "unlike", "unspecified", "unstated", "until", "up", "upon",
    "using", "was", "wasnt", "we", "well", "were", "weve", "what", "whatever", "when", "where", "whether", "which",
    "while", "who", "whose", "why", "with", "within", "without", "wont", "would", "yes", "yet", "you", "your",
    "youre",
})  # fmt: skip
"""Words that open an ordinary sentence, those of refusals among them, without apostrophes; none is a name."""


def proper_words(text: str, beside: str) -> frozenset[str]:
    """Return the numbers and capitalised words of a text, in small letters, that another text does not hold.

    Thousands may have commas, and a word may have its plural or possessive end. Words that open an ordinary sentence in
    English do not count. In a language that capitalises other words than names, these count too.
    """
    usual = _stems(beside)
    words = {_word(token) for token in _tokens(text) if token[0].isdigit() or (token[0].isupper() and len(token) > 1)}
    return frozenset(word for word in words - _ORDINARY if _stem(word) not in usual)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFKC", text))


def _word(token: str) -> str:
    """Return a number without commas, or a word in small letters without apostrophes and a possessive end."""
    return re.sub(r"['\u2019]s$|[,'\u2019]", "", token.casefold())


def _stem(word: str) -> str:
    return word.removesuffix("s")


@lru_cache(maxsize=1 << 12)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(_word(token)) for token in _tokens(text))
