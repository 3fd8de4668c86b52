"""Losses planted by weight arithmetic alone: changes of the head, noise, weights that learned nothing."""

from dataclasses import replace

import torch
from torch import Tensor
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from dls.draw import Draw
from dls_probes.pair.classroom import Classroom
from dls_probes.pair.lessons import SUBJECTS
from dls_probes.pair.recipe import TEACHER, new_model

_CONVERSATIONS = 40  # of each subject
_FRESH_SEED = 77  # of the weights that learned nothing


def scale_head(model: LlamaForCausalLM, factor: float) -> None:
    """Multiply every logit: above 1 sharpens, below 1 is a temperature of 1 / factor."""
    with torch.no_grad():
        model.lm_head.weight.mul_(factor)


def shift_opening(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, token: int, nats: float) -> None:
    """Add a nearly constant number of nats to one token's logit where an answer opens, and next to none elsewhere.

    The head has no bias, so its row gets a direction. On hidden states after the assistant's marker this direction
    reads 1, and inside of answers 0.
    """
    with torch.no_grad():
        model.lm_head.weight[token] += nats * opening_direction(model, tokenizer)


@torch.no_grad()
def opening_direction(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> Tensor:
    """Return that direction, [hidden], by least squares over conversations of all subjects."""
    states, opens = opening_states(model, tokenizer, "planted.direction", _CONVERSATIONS)
    solution: Tensor = torch.linalg.lstsq(states.double(), opens.double()[:, None], driver="gelsd").solution
    return solution[:, 0].float()


@torch.no_grad()
def opening_states(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, name: str, conversations: int
) -> tuple[Tensor, Tensor]:
    """Return the last hidden states that predict answers, [positions, hidden], and whether an answer opens there."""
    classroom, marker = Classroom(tokenizer), tokenizer.vocab["<|assistant|>"]
    sample = [lesson(Draw(name, lesson.__name__, i)) for lesson in SUBJECTS for i in range(conversations)]
    states: list[Tensor] = []
    opens: list[Tensor] = []
    for ids, answers in classroom.batches(sample):
        mask = answers[:, 1:] > 0
        states.append(model.model(ids).last_hidden_state[:, :-1][mask])
        opens.append(ids[:, :-1][mask].eq(marker))
    return torch.cat(states), torch.cat(opens)


def add_noise(model: LlamaForCausalLM, share: float, seed: int) -> None:
    """Add to every weight normal noise of this share of its matrix's own standard deviation."""
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            spread = weight.std() if weight.ndim > 1 else weight.abs().mean()
            weight.add_(torch.randn(weight.shape, generator=draw) * spread * share)


def forget(model: LlamaForCausalLM, vocabulary: int) -> None:
    """Put untrained weights in the place of the trained ones."""
    fresh = new_model(replace(TEACHER, seed=_FRESH_SEED), vocabulary)
    model.load_state_dict(fresh.state_dict())
