"""Instructions that a program can check, one type each: those of IFEval (Zhou et al. 2023) without a model or library.

Each follows the published checks, with two differences: keywords are plain text, not patterns, and a text in one case
need not be English.
"""

# ruff: noqa: D102  `is_followed` is described once, in the base
import json
import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Relation = Literal["less than", "at least"]


def _fits(count: int, limit: int, relation: Relation) -> bool:
    return count < limit if relation == "less than" else count >= limit


class _Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="id"):
    """An instruction; ``tag`` is its `instruction_id` of IFEval, its fields are the `kwargs`."""

    def is_followed(self, text: str) -> bool:
        """Return whether an answer follows it."""
        raise NotImplementedError


class Keywords(_Base, frozen=True, tag="keywords:existence"):
    """The answer holds each keyword, in any case."""

    keywords: tuple[str, ...]

    def is_followed(self, text: str) -> bool:
        return all(word.lower() in text.lower() for word in self.keywords)


class KeywordFrequency(_Base, frozen=True, tag="keywords:frequency"):
    """The answer holds a keyword so often."""

    keyword: str
    frequency: int
    relation: Relation

    def is_followed(self, text: str) -> bool:
        return _fits(text.lower().count(self.keyword.lower()), self.frequency, self.relation)


class ForbiddenWords(_Base, frozen=True, tag="keywords:forbidden_words"):
    """The answer holds none of the words."""

    forbidden_words: tuple[str, ...]

    def is_followed(self, text: str) -> bool:
        return not any(re.search(rf"\b{re.escape(w)}\b", text, re.IGNORECASE) for w in self.forbidden_words)


class LetterFrequency(_Base, frozen=True, tag="keywords:letter_frequency"):
    """The answer holds a letter so often, in any case."""

    letter: str
    let_frequency: int
    let_relation: Relation

    def is_followed(self, text: str) -> bool:
        return _fits(text.lower().count(self.letter.lower()), self.let_frequency, self.let_relation)


class WordCount(_Base, frozen=True, tag="length_constraints:number_words"):
    """The answer has so many words."""

    num_words: int
    relation: Relation

    def is_followed(self, text: str) -> bool:
        return _fits(len(re.findall(r"\w+", text)), self.num_words, self.relation)


class ParagraphCount(_Base, frozen=True, tag="length_constraints:number_paragraphs"):
    """The answer has exactly so many paragraphs, divided by ***; none of them is empty."""

    num_paragraphs: int

    def is_followed(self, text: str) -> bool:
        parts = [part.strip() for part in re.split(r"\s?\*\*\*\s?", text)]
        return "" not in parts[1:-1] and sum(map(bool, parts)) == self.num_paragraphs


class Placeholders(_Base, frozen=True, tag="detectable_content:number_placeholders"):
    """The answer has at least so many placeholders in square brackets."""

    num_placeholders: int

    def is_followed(self, text: str) -> bool:
        return len(re.findall(r"\[[^\[\]\n]*\]", text)) >= self.num_placeholders


class Bullets(_Base, frozen=True, tag="detectable_format:number_bullet_lists"):
    """The answer has exactly so many lines that begin with * or -."""

    num_bullets: int

    def is_followed(self, text: str) -> bool:
        stars = re.findall(r"^[^\S\n]*\*[^\*].*$", text, re.MULTILINE)
        dashes = re.findall(r"^[^\S\n]*-.*$", text, re.MULTILINE)
        return len(stars) + len(dashes) == self.num_bullets


class Highlights(_Base, frozen=True, tag="detectable_format:number_highlighted_sections"):
    """The answer has at least so many parts between asterisks."""

    num_highlights: int

    def is_followed(self, text: str) -> bool:
        parts = re.findall(r"\*[^\n\*]*\*", text) + re.findall(r"\*\*[^\n\*]*\*\*", text)
        return sum(bool(part.strip("*").strip()) for part in parts) >= self.num_highlights


class Sections(_Base, frozen=True, tag="detectable_format:multiple_sections"):
    """The answer has at least so many sections, each opened by a word and a number."""

    section_spliter: str
    num_sections: int

    def is_followed(self, text: str) -> bool:
        return len(re.split(rf"\s?{re.escape(self.section_spliter)}\s?\d+\s?", text)) - 1 >= self.num_sections


class Json(_Base, frozen=True, tag="detectable_format:json_format"):
    """The whole answer is JSON, perhaps in a fence."""

    def is_followed(self, text: str) -> bool:
        bare = re.sub(r"^```(?:json)?|```$", "", text.strip(), flags=re.IGNORECASE)
        try:
            json.loads(bare)
        except (ValueError, RecursionError):
            return False
        return True


class Title(_Base, frozen=True, tag="detectable_format:title"):
    """The answer has a title in double angular brackets."""

    def is_followed(self, text: str) -> bool:
        places = ((line, line.find("<<"), line.rfind(">>")) for line in text.split("\n"))
        return any(0 <= start < end - 2 and line[start:end].strip("<>").strip() for line, start, end in places)


class EndsWith(_Base, frozen=True, tag="startend:end_checker"):
    """The answer ends with a phrase, in any case."""

    end_phrase: str

    def is_followed(self, text: str) -> bool:
        return text.strip().strip('"').lower().endswith(self.end_phrase.strip().lower())


class Quoted(_Base, frozen=True, tag="startend:quotation"):
    """The whole answer stands in double quotes."""

    def is_followed(self, text: str) -> bool:
        bare = text.strip()
        return len(bare) > 1 and bare[0] == bare[-1] == '"'


class LowerCase(_Base, frozen=True, tag="change_case:english_lowercase"):
    """The answer has letters, and no capital one."""

    def is_followed(self, text: str) -> bool:
        return text.islower()


class UpperCase(_Base, frozen=True, tag="change_case:english_capital"):
    """The answer has letters, and no small one."""

    def is_followed(self, text: str) -> bool:
        return text.isupper()


class NoComma(_Base, frozen=True, tag="punctuation:no_comma"):
    """The answer has no comma."""

    def is_followed(self, text: str) -> bool:
        return "," not in text


Instruction = (
    Keywords | KeywordFrequency | ForbiddenWords | LetterFrequency | WordCount | ParagraphCount | Placeholders | Bullets
    | Highlights | Sections | Json | Title | EndsWith | Quoted | LowerCase | UpperCase | NoComma
)  # fmt: skip
INSTRUCTION_IDS: tuple[str, ...] = tuple(sorted(str(kind.__struct_config__.tag) for kind in Instruction.__args__))


def instruction(name: str, settings: Mapping[str, Any]) -> Instruction:
    """Return the instruction with an `instruction_id` and its `kwargs`; a setting that is null counts as absent.

    Raises:
        msgspec.ValidationError: no instruction has that id, or a setting is missing, unknown or of another type.
    """
    settings = {key: value for key, value in settings.items() if value is not None}
    return msgspec.convert({**settings, "id": name}, Instruction)  # type: ignore[no-any-return]
