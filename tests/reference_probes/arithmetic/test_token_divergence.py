import json
import math

import pytest
import torch
import transformers as t
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr, softmax
from scipy.stats import entropy as scipy_entropy
from tests.reference_probes.conftest import build_model, build_tokenizer
from tests.reference_probes.records import record_of

from dls.errors import DlsError
from dls_probes.arithmetic.distributions import entropy
from dls_probes.arithmetic.head import Head
from dls_probes.arithmetic.token_divergence import kullback_leibler, symmetric
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.requests import Distribution, Divergence, Generate, Prompt
from dls_probes.runs.open_models import open_model, open_pair
from dls_probes.runs.run import ProbeRun, elicit_model

logits = st.lists(st.floats(-40, 40, width=32), min_size=7, max_size=7)


def parts(values):
    return lambda first, last: torch.tensor([values])[:, first:last].clone()


@settings(deadline=None)
@given(logits, logits, st.integers(1, 9))
def test_block_by_block_is_the_textbook_formula(a, b, block):
    p, q = softmax(torch.tensor(a).double().numpy()), softmax(torch.tensor(b).double().numpy())
    divergence = kullback_leibler(parts(a), parts(b), 7, block)
    comparison = symmetric(parts(a), parts(b), (divergence.total, divergence.other_total), 7, block)
    assert float(divergence.forward) == pytest.approx(rel_entr(p, q).sum(), rel=1e-4, abs=1e-5)
    assert float(divergence.reverse) == pytest.approx(rel_entr(q, p).sum(), rel=1e-4, abs=1e-5)
    mixture = (p + q) / 2
    jsd = (rel_entr(p, mixture).sum() + rel_entr(q, mixture).sum()) / 2
    assert float(comparison.jensen_shannon) == pytest.approx(jsd, rel=1e-4, abs=1e-5)
    assert float(comparison.total_variation) == pytest.approx(abs(p - q).sum() / 2, abs=1e-5)


@given(st.integers(1, 9))
def test_a_model_is_at_distance_zero_from_itself(block):
    divergence = kullback_leibler(parts([3.0, -1.0, 9.0] * 3), parts([3.0, -1.0, 9.0] * 3), 9, block)
    comparison = symmetric(
        parts([3.0, -1.0, 9.0] * 3), parts([3.0, -1.0, 9.0] * 3), (divergence.total, divergence.other_total), 9, block
    )
    assert (
        float(divergence.forward)
        == float(divergence.reverse)
        == float(comparison.jensen_shannon)
        == float(comparison.total_variation)
        == 0
    )
    assert bool(comparison.same_top)


def test_disjoint_models_are_as_far_apart_as_can_be():
    comparison = symmetric(parts([100.0, 0.0]), parts([0.0, 100.0]), (torch.tensor([100.0]).double(),) * 2, 2)
    assert float(comparison.jensen_shannon) == pytest.approx(math.log(2))
    assert float(comparison.total_variation) == pytest.approx(1)
    assert not bool(comparison.same_top)


@settings(deadline=None)
@given(logits)
def test_entropy_is_that_of_the_softmax(values):
    value = float(entropy(torch.tensor([values])))
    assert value == pytest.approx(scipy_entropy(softmax(torch.tensor(values).double().numpy())), rel=1e-4, abs=1e-5)


SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "num_key_value_heads": 2,
    "head_dim": 8,
}
TAILS = {
    "soft cap": (t.Gemma2Config, {**SIZES, "final_logit_softcapping": 3.0}),
    "multiplied": (t.CohereConfig, {**SIZES, "logit_scale": 0.25}),
    "divided": (t.GraniteConfig, {**SIZES, "logits_scaling": 4.0}),
    "bias": (t.PhiConfig, {**SIZES}),
    "plain": (t.LlamaConfig, {**SIZES}),
}
ITEMS = [
    {
        "id": str(k),
        "prompt": Prompt.user("name a colour : " * (k % 3) + "green ?"),
        "answer": ("a red box", "", "7")[k % 3],
    }
    for k in range(9)
]


def elicit(item):
    divergence = yield Divergence(item["prompt"], item["answer"])
    yield record_of(
        item,
        forward=divergence.forward,
        reverse=divergence.reverse,
        jsd=divergence.jensen_shannon,
        tv=divergence.total_variation,
        same=divergence.same_top,
    )


@pytest.mark.parametrize("tail", TAILS)
def test_a_pair_answers_with_the_divergence_of_its_full_distributions(tail, tiny, tmp_path):
    config, arguments = TAILS[tail]
    teacher, student = (ModelSpec(tiny(config, seed=seed, **arguments)) for seed in (0, 1))
    with open_pair(teacher, student) as pair, Ledger(tmp_path / "ledger") as ledger:
        records = elicit_model(
            ProbeRun("test", "1.0", elicit, ITEMS, 1), pair, ledger, budget=Budget(tokens=128)
        ).records
        model, text = pair.executor.model, pair.text
        assert all(head is not None for head in model._heads)  # noqa: SLF001
        for item, record in zip(ITEMS, records, strict=True):
            ((tokens, start),) = text.pairs([(item["prompt"], item["answer"])])
            path = tokens[:-1] if item["answer"] else tokens
            with torch.no_grad():
                pair_logits = [
                    arm.model(torch.tensor([path])).logits[0, start - 1 :, : len(text.tokenizer)].double()
                    for arm in (model.teacher, model.student)
                ]
            p, q = (values.softmax(-1).numpy() for values in pair_logits)
            assert record.forward == pytest.approx(rel_entr(p, q).sum(-1).tolist(), abs=1e-4)
            assert record.reverse == pytest.approx(rel_entr(q, p).sum(-1).tolist(), abs=1e-4)
            assert record.jsd == pytest.approx((jensenshannon(p, q, axis=-1) ** 2).tolist(), abs=1e-4)
            assert record.tv == pytest.approx((abs(p - q).sum(-1) / 2).tolist(), abs=1e-4)
            assert list(record.same) == (p.argmax(-1) == q.argmax(-1)).tolist()


def with_holes(folder, config_class, seed):
    """Save a model of 448 rows whose tokenizer leaves out the ids between the last ordinary token and 399."""
    folder.mkdir()
    build_tokenizer(folder)
    raw = json.loads((folder / "tokenizer.json").read_text())
    raw["model"]["vocab"]["<|assistant|>"] = 399
    next(token for token in raw["added_tokens"] if token["content"] == "<|assistant|>")["id"] = 399
    (folder / "tokenizer.json").write_text(json.dumps(raw))
    return build_model(
        folder, config_class(vocab_size=448, bos_token_id=0, eos_token_id=1, **SIZES), seed=seed, scale=2
    )


@pytest.mark.parametrize("config", [t.LlamaConfig, t.Gemma2Config])
def test_a_pair_compares_all_ids_up_to_the_highest_one(config, tmp_path):
    teacher, student = (ModelSpec(with_holes(tmp_path / str(seed), config, seed)) for seed in (0, 1))
    with open_pair(teacher, student) as pair, Ledger(tmp_path / "ledger") as ledger:
        records = elicit_model(ProbeRun("test", "1.0", elicit, ITEMS, 1), pair, ledger).records
        arms, text = (pair.executor.model.teacher, pair.executor.model.student), pair.text
        assert len(text.tokenizer) < 399
        for item, record in zip(ITEMS, records, strict=True):
            ((tokens, start),) = text.pairs([(item["prompt"], item["answer"])])
            assert 399 in tokens
            path = torch.tensor([tokens[:-1] if item["answer"] else tokens])
            with torch.no_grad():
                p, q = (arm.model(path).logits[0, start - 1 :, :400].double().softmax(-1).numpy() for arm in arms)
            assert record.forward == pytest.approx(rel_entr(p, q).sum(-1).tolist(), abs=1e-6)
            assert record.reverse == pytest.approx(rel_entr(q, p).sum(-1).tolist(), abs=1e-6)
            assert record.jsd == pytest.approx((jensenshannon(p, q, axis=-1) ** 2).tolist(), abs=1e-6)
            assert record.tv == pytest.approx((abs(p - q).sum(-1) / 2).tolist(), abs=1e-6)
            assert list(record.same) == (p.argmax(-1) == q.argmax(-1)).tolist()


def test_an_unknown_tail_falls_back_to_full_logits(llama, monkeypatch):
    from dls_probes.models.pair_model import load_pair

    monkeypatch.setattr(Head, "of", lambda model: Head(model.get_output_embeddings().weight * 1.01, None, 1.0, None))
    assert load_pair(ModelSpec(llama), ModelSpec(llama))._heads == (None, None)  # noqa: SLF001


def test_models_with_other_tokens_are_no_pair(llama, tmp_path):
    import shutil

    second = shutil.copytree(llama, tmp_path / "other")
    raw = json.loads((second / "tokenizer.json").read_text())
    (second / "tokenizer.json").write_text(json.dumps({**raw, "normalizer": {"type": "Lowercase"}}))
    with pytest.raises(DlsError, match=r"the tokenizers of .* differ"), open_pair(ModelSpec(llama), ModelSpec(second)):
        pass


def test_one_model_answers_no_divergence_and_a_pair_nothing_else(llama, tmp_path):
    def elicit_text(item):
        yield Generate(item["prompt"], 3)

    spec = ModelSpec(llama)
    with open_model(spec) as model, Ledger(tmp_path / "one") as ledger, pytest.raises(DlsError, match="as a pair"):
        elicit_model(ProbeRun("test", "1.0", elicit, ITEMS, 1), model, ledger)
    with (
        open_pair(spec, spec) as pair,
        Ledger(tmp_path / "two") as ledger,
        pytest.raises(DlsError, match="ask the teacher or the student"),
    ):
        elicit_model(ProbeRun("test", "1.0", elicit_text, ITEMS, 1), pair, ledger)


def test_the_distribution_after_a_prompt_is_the_models(llama, tmp_path):
    def elicit_distributions(item):
        after = yield Distribution(item["prompt"], options=("a", "not"))
        along = yield Distribution(item["prompt"], "a red box")
        yield record_of(item, entropy=after.entropies, options=after.options, along=along.entropies, top=along.top)

    with open_model(ModelSpec(llama)) as model, Ledger(tmp_path / "ledger") as ledger:
        records = elicit_model(ProbeRun("test", "1.0", elicit_distributions, ITEMS, 1), model, ledger).records
        for item, record in zip(ITEMS, records, strict=True):
            ((tokens, start),) = model.text.pairs([(item["prompt"], "a red box")])
            with torch.no_grad():
                p = model.executor.model.model(torch.tensor([tokens])).logits[0].double().softmax(-1).numpy()
            assert record.along == pytest.approx(scipy_entropy(p[start - 1 : -1], axis=-1).tolist(), abs=1e-4)
            assert list(record.top) == p[start - 1 : -1].argmax(-1).tolist()
            assert record.entropy == pytest.approx([scipy_entropy(p[start - 1])], abs=1e-4)
            first = [model.text.pairs([(item["prompt"], option)])[0][0][start] for option in ("a", "not")]
            assert record.options == pytest.approx([math.log(p[start - 1, token]) for token in first], abs=1e-4)
