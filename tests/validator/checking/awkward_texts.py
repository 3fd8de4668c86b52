"""Texts at which parsers of YAML differ, and readable statements with a slip of the hand."""

from dls.draw import Draw
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
AWKWARD = (
    *('a: "\x7f"', 'a: "x\ufeff"', 'a: "\ufffe"', "a: \ufeffx", "\ufeffa: 1", 'a: "\\U00110000"', 'a: "\\q \\ud800"'),
    *(
        'a: "\\q\\ud800"',
        '{"a": "\\ud83d\\ude00"}',
        'a: "\\x4"',
        'a: "x\\\n  y"',
        "a: 'it''s'",
        "a: '\\x'",
        'a: "\\\t"',
    ),
    *("a: |\n  x\n y\n", "a: >-\n  x\n\n  y\n", "a: |2\n    x\n", "a: |9x\n", "a: |\n\tx", "a: >\n", "a: |+\n x\n\n"),
    *("a: |-\n x\n\nb: c", "a: |0\n x", "a: | #c\n x", "a: b: c", "- a\n- b\n c", "a:\n- b\nc: [1,\n2]", "a: - b"),
    *(
        "\"a\": 1\n'b': 2",
        'a: "x" "y"',
        "a: [a b, c]",
        "a: {b, c: d}",
        "a: [b: c]",
        "a: {? b : c}",
        "? a\n: b",
        "?x: 1",
    ),
    *("%YAML 1.2\n---\na: 1", "%YAML 2.0\n---\na: 1", "%TAG ! x:\n---\na: 1", "%x: 1\n", "---\na: 1\n...\n", "...\n"),
    *("a: 1\n...\nb: 2", "a: !x y", "a: !<x> y", "a: ! y", "!!map {a: 1}", "a: &b", "*a : b", "*a: b", "&a b: c"),
    *(
        'a: "x\n---\ny"',
        "a: x\n--- b",
        "a: \n  b\n  c\nd: e",
        "a: b #c",
        "a: b#c",
        "a: http://x:80/y",
        "{a:b}",
        "{a: b,}",
    ),
    *("[a,]", "[,]", "{,}", "a: {x: [1, {y: z}]", "a: @x", "a: `x", "a: %x", "a: x%", "a:: b", "a :b", "a : b", "-\ta"),
    *(
        "- - a\n  - b\n-\n  - c",
        "-",
        "- ",
        "a: ?x",
        "a: ? x",
        "[?x]",
        "[? x]",
        "[-x, -]",
        '[a:b, "c":d]',
        "a: ,",
        "a: ]",
    ),
    *('["c":d, e: :f]', '{"c":d}', "{c: :f}", '{a:"b"}', "{a:{b: c}}", f"{'x' * 1025}: 1", f'"{"x" * 1030}": 1'),
    *(f"? {'x' * 1030}\n: 1", "[" * 70 + "]" * 70, "- " * 70 + "x", "{a: " * 70, "a: \r b", 'a: "b\r\nc"', "\ta: 1"),
    *(
        "a:\n\t- b",
        "a: 'x\ty'",
        "a: x\ty",
        "a\t: 1",
        "{a: b\tc, d: e}",
        "a: x\t#c",
        'a:\t"x"',
        "# c\n",
        "",
        "\t",
        "~: 1",
    ),
    *(
        "null",
        '"x"',
        "x",
        "3",
        "[]",
        ": a",
        "=: 1",
        "a: =",
        "a: <<",
        '"<<": 1',
        "a: \xa0b",
        "a:\xa0b",
        "\xa0a: b",
        "a: \\x",
    ),
    *(
        'a: "\\N\\_\\L\\P\\e\\v"',
        "a: [x\n,y]",
        "a: [\nx]",
        "a: {\nb\n: c}",
        'a: "b\n\n c\n"',
        "a: b\n\n\n  c",
        "a: - - b",
    ),
    *("a:\n  - b\n  c", "a: {b: c} d", "a: [b] c", 'a: "b"#c', '{a: "b"#c}', "a: [*x:]", "[*x y]", "a: &x,"),
)
_SLIPS = (
    *(
        '"',
        "'",
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        "- ",
        "-",
        "#",
        " #",
        "\t",
        " ",
        "  ",
        "\n",
        "&a ",
        "*a",
        "!t ",
        "|",
        ">",
    ),
    *("%", "@", "`", "?", "? ", ",", "\\", "\xa0", "---\n", "...\n", "\r", "\x07", "é", "<<: ", "0x", ".nan", "~"),
)
_MOST_LINES = 60


def slipped(seed):
    """Return the beginning of a statement or a profile in which one or two characters or indentations are wrong."""
    draw = Draw("slips", seed)
    text = (DOCUMENTS / draw.choice(("publisher.yaml", "profile.yaml"))).read_text()
    lines = text.split("\n")
    text = "\n".join(lines[: draw.between(3, min(_MOST_LINES, len(lines)))]) + "\n"
    for _ in range(draw.between(1, 2)):
        text = _slip(text, draw)
    return text


def _slip(text, draw):
    kind, place = draw.below(4), draw.below(len(text))
    if kind == 0:
        return text[:place] + draw.choice(_SLIPS) + text[place:]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    if kind == 2:
        return text[:place] + draw.choice(_SLIPS) + text[place + draw.between(1, 2) :]
    lines = text.split("\n")
    number = draw.below(len(lines))
    lines[number] = draw.choice(("", " ", "  ", "\t")) + lines[number][draw.below(2) :]
    return "\n".join(lines)
