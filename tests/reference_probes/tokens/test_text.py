import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from dls.errors import DlsError
from dls_probes.requests import Message, Prompt
from dls_probes.tokens.chat_template import refuse_unstable_template, supports_system_role
from dls_probes.tokens.text import ItemTooLong, PromptTokenizer
from dls_probes.tokens.token_ends import eos_tokens

BARE_TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
FULL_TEMPLATE = "<s>" + BARE_TEMPLATE


def byte_level(*, bos=True, opens=False, template=FULL_TEMPLATE):
    """Return a GPT-2-like tokenizer; with `opens` it puts BOS in front of every text by itself."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "</s>", "<|user|>", "<|assistant|>", "<|system|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=340,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["the answer is: yes", "the answer is: yesterday", "the answer is: no"] * 9, trainer)
    if opens:
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    names = {"bos_token": "<s>"} if bos else {}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=special[1],
        additional_special_tokens=special[2:],
        chat_template=template,
        **names,
    )


def text(tokenizer, prompt_format="chat", **rest):
    return PromptTokenizer(tokenizer, 64, (1,), prompt_format, **rest)


@pytest.mark.parametrize("prompt_format", ["chat", "plain"])
@pytest.mark.parametrize("template", [FULL_TEMPLATE, BARE_TEMPLATE, "<s>" + FULL_TEMPLATE])
def test_bos_stands_exactly_once_where_the_tokenizer_opens_with_it(prompt_format, template):
    encoder = text(byte_level(opens=True, template=template), prompt_format)
    ids = encoder.prompt_ids([Prompt.user("the answer is:")])[0]
    assert ids[0] == 0
    assert ids.count(0) == 1
    assert encoder.bos


def test_bos_is_not_added_where_neither_tokenizer_nor_template_writes_it():
    encoder = text(byte_level(template=BARE_TEMPLATE))
    assert 0 not in encoder.prompt_ids([Prompt.user("the answer is:")])[0]
    assert not encoder.bos


def test_a_tokenizer_without_bos_gets_none():
    encoder = text(byte_level(bos=False, template=BARE_TEMPLATE), "plain")
    assert encoder.tokenizer.decode(encoder.prompt_ids([Prompt.user("the answer")])[0]) == "the answer\n"


def test_a_straddling_token_belongs_to_the_continuation():
    encoder = text(byte_level())
    prompt = Prompt.user("question") + "the answer is: yes"
    ((tokens, start),) = encoder.pairs([(prompt, "terday")])
    alone = encoder.prompt_ids([prompt])[0]
    assert encoder.tokenizer.decode(tokens) == encoder.render(prompt) + "terday"
    assert start < len(alone), "the example must straddle"
    assert list(tokens[:start]) == alone[:start]


def test_the_continuation_is_all_that_follows_the_prompt_where_nothing_straddles():
    encoder = text(byte_level())
    prompt = Prompt.user("the answer")
    ((tokens, start),) = encoder.pairs([(prompt, "no")])
    assert list(tokens[:start]) == encoder.prompt_ids([prompt])[0]
    assert encoder.tokenizer.decode(tokens[start:]) == "no"


def test_the_template_is_rendered_up_to_the_assistants_turn():
    prompt = Prompt((Message("system", "be brief"), Message("user", "hello"))) + "so"
    assert text(byte_level()).render(prompt) == "<s><|system|>be brief<|user|>hello<|assistant|>so"
    assert text(byte_level(), fold_system=True).render(prompt) == "<s><|user|>be brief\n\nhello<|assistant|>so"
    assert text(byte_level(), "plain").render(prompt) == "be brief\nhello\nso"


def test_a_template_without_a_system_role_is_recognised():
    refusing = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}" + FULL_TEMPLATE
    dropping = FULL_TEMPLATE.replace("messages %}", "messages if m['role'] != 'system' %}")
    assert supports_system_role(byte_level())
    assert not supports_system_role(byte_level(template=refusing))
    assert not supports_system_role(byte_level(template=dropping))


def test_a_missing_chat_template_stops_with_a_remedy():
    with pytest.raises(DlsError, match="plain prompt format"):
        text(byte_level(template=None)).render(Prompt.user("hello"))


def test_the_templates_token_after_an_answer_ends_a_turn():
    closing = FULL_TEMPLATE.replace(
        "{% endfor %}", "{% if m['role'] == 'assistant' %}<|system|>{% endif %}{% endfor %}"
    )
    assert eos_tokens(byte_level(template=closing), {"eos_token_id": [1, 9]}, {"eos_token_id": 7}, "chat") == (
        1,
        4,
        7,
        9,
    )


def test_a_model_that_could_never_end_is_refused():
    tokenizer = byte_level(template=None)
    tokenizer.eos_token = None
    with pytest.raises(DlsError, match="no EOS token"):
        eos_tokens(tokenizer, {}, {}, "plain")


def test_nothing_is_ever_cut_off():
    encoder = text(byte_level())
    encoder.refuse_too_long(64)
    with pytest.raises(ItemTooLong, match="65 tokens, and the model reads at most 64"):
        encoder.refuse_too_long(65)


@pytest.mark.parametrize("answer", ["yes", " no", "the answer is: yesterday", "é", "日本"])
@pytest.mark.parametrize("prefill", ["", "the", "the answer is:"])
def test_generated_tokens_decode_to_the_continuation_of_the_prompt(answer, prefill):
    encoder = text(byte_level())
    prompt = Prompt.user("question") + prefill
    tokens = encoder.tokenizer(answer, add_special_tokens=False)["input_ids"]
    assert encoder.decode(encoder.prompt_ids([prompt])[0], tokens) == answer


@pytest.mark.parametrize(
    ("prefill", "answer"), [("", "7"), ("so 3 + 4 =", " 7"), ("so 12", "5 boxes"), ("", "red and é")]
)
def test_a_word_initial_space_survives_only_where_text_precedes_it(prefill, answer, llama):
    from dls_probes.models.transformers_model import ModelSpec, load_text

    encoder = load_text(ModelSpec(llama))
    prompt = Prompt.user("what is 3 + 4 ?") + prefill
    ((tokens, start),) = encoder.pairs([(prompt, answer)])
    assert encoder.decode(tokens[:start], tokens[start:]) == answer
    assert encoder.canonical(tokens[:start], tokens[start:])


def test_tokens_that_the_tokenizer_would_not_choose_are_not_canonical():
    encoder = text(byte_level())
    prompt = encoder.prompt_ids([Prompt.user("question")])[0]
    letters = [encoder.tokenizer.convert_tokens_to_ids(letter) for letter in "yes"]
    assert encoder.decode(prompt, letters) == "yes"
    assert not encoder.canonical(prompt, letters)
    assert encoder.canonical(prompt, encoder.tokenizer("yes", add_special_tokens=False)["input_ids"])


@pytest.mark.parametrize("change", ["no config", "no weights", "pickle", "broken tokenizer", "broken weights"])
def test_a_missing_or_broken_model_folder_gets_one_sentence(change, llama, tmp_path):
    import shutil

    from dls_probes.models.transformers_model import ModelSpec, load_model

    folder = shutil.copytree(llama, tmp_path / "model")
    weights = folder / "model.safetensors"
    if change == "no config":
        (folder / "config.json").unlink()
    elif change == "no weights":
        weights.unlink()
    elif change == "pickle":
        weights.rename(folder / "pytorch_model.bin")
    elif change == "broken tokenizer":
        (folder / "tokenizer.json").write_text("{")
    else:
        weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(DlsError) as error:
        load_model(ModelSpec(folder))
    assert str(folder) in str(error.value)
    assert "\n" not in str(error.value)


DATED = "<s>today {{ strftime_now('%d %b %Y') }}. " + BARE_TEMPLATE
DATED_UNLESS_GIVEN = (
    "{% if not date_string is defined %}{% set date_string = strftime_now('%Y-%m-%d') %}{% endif %}"
    "<s>today {{ date_string }}. " + BARE_TEMPLATE
)


@pytest.mark.parametrize(
    ("template", "day"), [(DATED, "01 Jan 2026"), (DATED_UNLESS_GIVEN, "2026-01-01")], ids=["always", "unless given"]
)
def test_a_template_sees_the_day_of_the_release_on_any_day(template, day):
    rendering = text(byte_level(template=template)).render(Prompt.user("hello"))
    assert rendering == f"<s>today {day}. <|user|>hello<|assistant|>"


def refusal(template):
    """The sentence that refuses a template; empty where it is taken."""
    try:
        refuse_unstable_template(byte_level(template=template))
    except DlsError as error:
        return str(error)
    return ""


def test_a_template_that_renders_at_random_is_refused():
    at_random = "<s>{{ ['now', 'then', 'soon'] | random }} " + BARE_TEMPLATE
    assert "renders one conversation in several ways" in refusal(at_random)


def test_a_template_with_a_date_renders_in_one_way():
    assert refusal(DATED) == ""
