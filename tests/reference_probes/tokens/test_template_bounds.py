"""A chat template is a program of another author: hostile ones end soon, and honest ones give the library's text."""

import threading
import time

import pytest
from tests.reference_probes.tokens.test_text import BARE_TEMPLATE, byte_level

from dls.errors import DlsError
from dls_probes.requests import Message
from dls_probes.tokens.chat_template import render_chat
from dls_probes.tokens.template_size import TemplateTooLong
from dls_probes.tokens.token_ends import end_of_turn_token

CONVERSATION = (Message("user", "what is 3 + 4 ? " * 40),)
DOUBLE = "{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 45
MANY_STEPS = {
    "nested loops": "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "loops of a generator": "{% for a in range(999)|select %}{% for b in range(999)|select %}{% endfor %}{% endfor %}",
    "a macro that calls itself twice": (
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}"
        "{{ f(60) }}"
    ),
    "a filter for each element": "{{ range(9999)|map('center', 9999)|join }}",
    "lists written into a macro": (
        "{% macro m() %}{% for a in range(9999) %}{{ range(9999)|list }}{% endfor %}{% endmacro %}"
        "{{ m() }}"
    ),
}  # fmt: skip
LONG_TEXTS = {
    "text doubled in silence": DOUBLE,
    "text doubled and written": DOUBLE + "{{ x }}",
    "text added to itself": DOUBLE.replace("~", "+") + "{{ x }}",
    "a block of itself": "{% set x = 'ab' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 45,
    "a namespace in a loop": (
        "{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}"
        "{% endfor %}"
    ),
    "a literal in a loop": "{% for a in range(20000) %}" + "x" * 5000 + "{% endfor %}",
    "a product": "{{ 'a' * 10 ** 10 }}",
    "a product of lists": "{{ [1] * 10 ** 10 }}",
    "a list of itself": "{% set x = [1] %}" + "{% set x = [x, x] %}" * 45 + "{{ x }}",
    "a mapping of itself": "{% set x = {} %}" + "{% set x = {'a': x, 'b': x} %}" * 45 + "{{ x }}",
    "a namespace of itself": "{% set n = namespace() %}{% set n.a = [n] %}{{ n }}",
    "a width": "{{ 'a'|center(10 ** 10) }}{{ 'a'.ljust(10 ** 10) }}",
    "a width among the arguments": "{{ '%*d' % (10 ** 10, 1) }}",
    "a nested width": "{{ '{:{w}}'.format_map({'w': 10 ** 10}) }}",
    "replacements": "{% set a = 'a' * 9999 %}{{ a.replace('a', a)|length }}",
    "joined by a long text": "{{ ('a' * 9999)|join('b' * 9999)|length }}",
    "a table of long texts": "{{ ('a' * 9999).translate({97: 'b' * 9999}) }}",
    "bytes of a number": "{{ (5).to_bytes(10 ** 10, 'big') }}",
    "an indented object": "{{ [1, 2]|tojson(indent=10 ** 10) }}",
    "a batch filled up": "{{ [1]|batch(10 ** 10, 'x')|list }}",
    "a precision": "{{ 1.5|round(10 ** 10) }}",
}  # fmt: skip
OTHER_BOUNDS = {
    "a written width": "{{ '%10000000000d' % 1 }}",
    "a width of a day": "{{ strftime_now('%999999999d') }}",
    "a power": "{{ 10 ** (10 ** 10) }}",
    "a power of powers": "{% set x = 10 ** 1000 %}{{ x ** 100000 }}",
    "a long program": "{# " + "x" * 1_000_001 + " #}",
}
REFUSED = {
    "a range": "{{ range(10 ** 9) }}",
    "paragraphs": "{{ lipsum(10 ** 6) }}",
    "links": "{{ ('a' * 9999)|urlize }}",
}
HOSTILE = MANY_STEPS | LONG_TEXTS | OTHER_BOUNDS
SECONDS = 20  # the slowest takes one on an idle core


def render(template):
    return render_chat(byte_level(template=template), CONVERSATION)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_ends_soon(name):
    start = time.process_time()
    with pytest.raises(TemplateTooLong, match="--plain"):
        render(HOSTILE[name])
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(("names", "words"), [(MANY_STEPS, "100,000 steps"), (LONG_TEXTS, "makes a text of more than")])
def test_the_message_names_the_bound(names, words):
    for template in names.values():
        with pytest.raises(TemplateTooLong, match=words):
            render(template)


@pytest.mark.parametrize("name", REFUSED)
def test_what_writes_without_bound_is_not_there(name):
    with pytest.raises(DlsError, match="cannot render"):
        render(REFUSED[name])


def test_the_bound_holds_in_every_thread():
    errors = []

    def work():
        try:
            render(MANY_STEPS["nested loops"])
        except TemplateTooLong as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(SECONDS)
    assert len(errors) == 1


def test_a_template_that_is_hostile_after_an_answer_alone_is_not_passed_over():
    template = (
        BARE_TEMPLATE + "{% if messages[-1]['role'] == 'assistant' %}" + MANY_STEPS["nested loops"] + "{% endif %}"
    )
    with pytest.raises(TemplateTooLong):
        end_of_turn_token(byte_level(template=template), "chat")


def test_each_conversation_has_the_whole_bound():
    tokenizer = byte_level(template="{% for a in range(20000) %}{% endfor %}" + BARE_TEMPLATE)
    assert len({render_chat(tokenizer, CONVERSATION) for _ in range(20)}) == 1


HONEST = {
    "loops over parts": (
        "{% for m in messages[::-1] %}{{ loop.index }}{{ loop.last }}{{ loop.length }}{{ m.content }}"
        "{% endfor %}"
    ),
    "namespace": (
        "{% set n = namespace(i=messages|length - 1) %}{% for m in messages %}{% set n.i = n.i - 1 %}"
        "{{ n.i }}{% endfor %}"
    ),
    "filters": (
        "{{ messages|map(attribute='content')|join('\n')|trim|upper }}{{ messages|tojson(indent=2) }}"
        "{{ 'a'|center(9) }}"
    ),
    "methods": (
        "{{ messages[0].content.split('?')[-1].strip() }}{{ '{:>5}'.format(7) }}{{ '%03d' % 7 }}"
        "{{ 'x'.replace('x', 'y') }}"
    ),
    "macro": (
        "{% macro turn(m) %}<{{ m.role }}>{{ m.content|trim }}{% endmacro %}{% for m in messages %}"
        "{{ turn(m) }}{% endfor %}"
    ),
    "blocks": (
        "{% set text %}{% for m in messages %}{{ m.content ~ '|' ~ loop.index0 }}{% endfor %}{% endset %}"
        "{{ text|length }}{{ text }}"
    ),
    "loops over pairs": (
        "{% for key, value in messages[0].items() %}{{ key, value }}{% endfor %}{{ (1, 2) }}"
        "{{ {'a': [1, 2]} }}{{ none }}"
    ),
    "arithmetic": "{{ 7 // 2 + 2 ** 10 - 7 % 4 }}{{ messages[:1] + messages[1:] }}{{ 2.5 * 2 }}{{ '-' * 8 }}",
    "generation": (
        "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% if loop.first %}"
        "{% continue %}{% endif %}{% endfor %}"
    ),
    "selected": (
        "{% for m in messages|selectattr('role', 'equalto', 'user') %}{{ loop.revindex }}{{ m.content }}"
        "{% endfor %}"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_template_gives_the_text_that_the_library_gives(name):
    tokenizer = byte_level(template=HONEST[name])
    messages = [Message("system", "be brief"), *CONVERSATION, Message("assistant", "7"), *CONVERSATION]
    turns = [{"role": message.role, "content": message.content} for message in messages]
    plain = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    assert render_chat(tokenizer, messages) == plain


def test_a_document_of_a_million_characters_is_no_hostile_one():
    document = "what is 3 + 4 ? " * 70_000
    template = "{% for m in messages %}{{ m.content|trim }}{% if '<think>' in m.content %}x{% endif %}{% endfor %}"
    assert render_chat(byte_level(template=template), (Message("user", document),)) == document.strip()
