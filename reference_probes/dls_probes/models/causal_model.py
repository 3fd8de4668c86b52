"""Causal language models of the transformers library, in this process."""

import inspect
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any

from dls.errors import DlsError
from dls_probes.engine.memory import run_within_memory
from dls_probes.engine.tie_tolerance import tolerance
from dls_probes.models.device import hardware
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.weights import unused_tensors
from dls_probes.packs import Pack, TextJob, generate_jobs, rows_after_prefix
from dls_probes.tokens.text import PromptTokenizer

_WINDOWED_KINDS = frozenset({"sliding_attention", "chunked_attention"})
_ATTENTION_KINDS = _WINDOWED_KINDS | {"full_attention"}


class CausalModel:
    """A causal language model in this process; answers packs (the protocol `ModelBackend`)."""

    def __init__(self, model: Any, text: PromptTokenizer, files: ModelFiles) -> None:
        self.model = model
        self.text = text
        self.files = files  # layers on the disk are read from there until the end
        self.memory_events: list[str] = []
        self._eos = frozenset(text.eos)
        self._prefixes: Any = None

    def score(self, pack: Pack) -> list[Any]:
        """Return a `Scored` for each job of the pack."""
        return run_within_memory(self._score, pack, self.memory_events)

    def generate(self, pack: Pack) -> list[Any]:
        """Return (tokens, ended, gap) for each job of the pack."""
        return run_within_memory(self._generate, pack, self.memory_events)

    def distribution(self, pack: Pack) -> list[Any]:
        """Return a `Distributed` for each job of the pack."""
        return run_within_memory(self._distribution, pack, self.memory_events)

    def _score(self, pack: Pack) -> list[Any]:
        import torch

        from dls_probes.arithmetic.scoring import scores  # start-up: loads torch

        rows = rows_after_prefix(pack)
        with torch.inference_mode():
            values, vocabulary, arrays = self._logits(pack, rows)
            return list(scores(values, vocabulary, arrays, [job for row in rows for job in row]))

    def _logits(self, pack: Pack, rows: Sequence[Sequence[TextJob]]) -> tuple[Any, int, Any]:
        """Return the logits of a pack's places block by block, their number at a place, and the pack's arrays.

        On a CPU in float32 the head runs block by block: it is faster, and takes a small part of the memory.
        """
        import torch

        from dls_probes.arithmetic.forward import head_input, logits  # start-up: loads torch
        from dls_probes.arithmetic.head import HeadLogits  # start-up: loads torch

        inputs, head = (self.model, rows, pack.layout, self.prefix(pack), self.last), self.head
        if head is None or self.width is None or (head.weight.dtype, head.weight.device.type) != (torch.float32, "cpu"):
            values, arrays = logits(*inputs)
            return lambda first, last: values[:, first:last], values.shape[1], arrays
        states, arrays = head_input(*inputs)
        return HeadLogits(head, states), self.width, arrays

    @property
    def head(self) -> Any:
        """The output head, where it gives the model's logits part by part; None for other models.

        While weights are on the disk, the head's are on no device, and only the model itself can apply them.
        """
        from dls_probes.arithmetic.head import Head  # start-up: loads torch

        weight = getattr(self.model.get_output_embeddings(), "weight", None)
        if weight is None or weight.device.type == "meta" or self.width is None:
            return None
        return Head.of(self.model)

    @cached_property
    def width(self) -> int | None:
        """The number of logits at a place, where the output head gives them part by part; otherwise None."""
        from dls_probes.models.checked_head import logits_width  # start-up: loads torch

        return logits_width(self)

    @cached_property
    def last(self) -> Any:
        """The last layer's part that may run at the places that are read alone; None for other models."""
        from dls_probes.models.checked_last_layer import narrow_part  # start-up: loads torch

        return narrow_part(self)

    def _generate(self, pack: Pack) -> list[Any]:
        from dls_probes.arithmetic.generation import generate  # start-up: loads torch

        answers = generate(self.model, generate_jobs(pack), pack.layout, self._eos, self.prefix(pack))
        return [(answer.tokens, answer.end_of_sequence, answer.gap) for answer in answers]

    def _distribution(self, pack: Pack) -> list[Any]:
        if pack.kind == "divergence":
            raise DlsError("one model has no divergence; open teacher and student as a pair")
        from dls_probes.arithmetic.distributions import distribution_answers  # start-up: loads torch
        from dls_probes.arithmetic.forward import logits  # start-up: loads torch

        rows = rows_after_prefix(pack)
        values, read = logits(self.model, rows, pack.layout, self.prefix(pack), self.last)
        return list(distribution_answers(values, read, [job for row in rows for job in row]))

    def prefix(self, pack: Pack) -> Any:
        """Return the cache of a pack's prefix, filled now if necessary; None for a pack without a prefix."""
        if self._prefixes is None:
            from dls_probes.arithmetic.prefix_cache import PrefixCache  # start-up: loads torch

            self._prefixes = PrefixCache(self.model)
        return self._prefixes.of(pack)

    def describe(self) -> dict[str, Any]:
        """Return the architecture, the attention implementation, the kind of device and more, as JSON values.

        `unused` names the stored tensors that the architecture itself leaves unused, sorted.
        """
        from dls_probes.arithmetic.cache import cache_bytes  # start-up: loads torch

        config = self.model.config
        return {
            "architecture": type(self.model).__name__,
            **hardware(self.model),
            "cache_bytes": cache_bytes(self.model),
            "parameters": _parameters(self.model),
            "vocabulary": int(config.get_text_config().vocab_size),
            "unused": unused_tensors(self.model, self.files.tensor_names),
            **self.files.computation(self.model),
        }

    def tree_layouts(self) -> tuple[str, ...]:
        """Return the tree layouts that the configuration suggests, the most exact one first."""
        config = self.model.config.get_text_config()
        kinds = set(getattr(config, "layer_types", None) or ())
        if not _takes(self.model, "position_ids") or kinds - _ATTENTION_KINDS:
            return ()
        by_layer = ("tree/layers",) if kinds & _WINDOWED_KINDS else ()
        by_window = ("tree/window",) if getattr(config, "sliding_window", None) and not by_layer else ()
        return (*by_layer, *by_window, "tree/plain")

    def tolerance(self) -> float:
        """Return by how many nats rounding alone may move the score of a short text."""
        return tolerance(str(self.model.dtype).removeprefix("torch."))

    def full_precision(self) -> AbstractContextManager[Any] | None:
        """Return a context in which the model computes in float32; None where it always does."""
        from dls_probes.arithmetic.full_precision import has_reduced_precision, in_float32  # start-up: loads torch

        return in_float32(self.model) if has_reduced_precision(self.model) else None


def _takes(model: Any, argument: str) -> bool:
    return argument in inspect.signature(model.forward).parameters


def _parameters(model: Any) -> int:
    """Return the number of parameters; tied ones count once, also where offloading to the disk has separated them."""
    ties = getattr(model, "all_tied_weights_keys", None) or {}
    parameters = dict(model.named_parameters(remove_duplicate=False))
    sizes = {id(parameter): parameter.numel() for name, parameter in parameters.items() if name not in ties}
    return sum(sizes.values())
