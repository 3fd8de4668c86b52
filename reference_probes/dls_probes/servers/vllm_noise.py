"""A logits processor for vLLM that draws samples by keys: `vllm serve … --logits-processors dls_probes…:KeyedNoise`.

A request carries its key in `vllm_xargs`, and the temperature 0: the best sum of logit and noise is the sample. vLLM
has two runners with two interfaces of processors; this one is for the runner V1, as of version 0.32.
"""

from typing import Any

import torch
from vllm.v1.sample.logits_processor import LogitsProcessor, MoveDirectionality

from dls_probes.arithmetic.sampling import gumbel
from dls_probes.servers.vllm_rows import NOISE_ARGUMENT


def _key(parameters: Any) -> int | None:
    text = (parameters.extra_args or {}).get(NOISE_ARGUMENT)
    return None if text is None else int(text)


class KeyedNoise(LogitsProcessor):  # type: ignore[misc]  # vllm is in no environment of the checks
    """Adds the noise of each request's key to its logits; requests without a key stay as they are."""

    @classmethod
    def validate_params(cls, params: Any) -> None:
        """Refuse a key that is no integer."""
        _key(params)

    def __init__(self, vllm_config: Any, device: Any, is_pin_memory: bool) -> None:  # noqa: ARG002, FBT001  vLLM's
        self._rows: dict[int, tuple[int, list[int]]] = {}

    def is_argmax_invariant(self) -> bool:
        """Return False: the noise decides which token is the best."""
        return False

    def update_state(self, batch_update: Any) -> None:
        """Follow the requests through the rows of the batch."""
        if not batch_update:
            return
        for index in batch_update.removed:
            self._rows.pop(index, None)
        for index, parameters, _, answer in batch_update.added:
            self._rows.pop(index, None)
            if (key := _key(parameters)) is not None:
                self._rows[index] = key, answer
        for first, second, direction in batch_update.moved:
            row, neighbour = self._rows.pop(first, None), self._rows.pop(second, None)
            if row is not None:
                self._rows[second] = row
            if neighbour is not None and direction == MoveDirectionality.SWAP:
                self._rows[first] = neighbour

    def apply(self, logits: torch.Tensor) -> torch.Tensor:
        """Return the logits, [rows, vocabulary], with the noise of each key at the position of its next token."""
        for row, (key, answer) in self._rows.items():
            keys = torch.tensor([key], dtype=torch.int64, device=logits.device)
            logits[row] += gumbel(keys, len(answer), logits.shape[-1])[0].to(logits.dtype)
        return logits
