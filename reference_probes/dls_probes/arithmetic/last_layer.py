"""The last layer's feed-forward part, at the places that are read: no later step looks at the others."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from torch import Tensor, nn


def feed_forward(model: Any) -> nn.Module | None:
    """Return the dense feed-forward part of a transformers model's last layer; None where it has no such part.

    Experts, quantised matrices and adapters are no such part: what one place gets there may depend on the others.
    """
    layers = getattr(getattr(model, "model", None), "layers", None)
    part = getattr(layers[-1], "mlp", None) if isinstance(layers, nn.ModuleList) and len(layers) else None
    if not isinstance(part, nn.Module):
        return None
    matrices = [module for module in part.modules() if next(module.parameters(recurse=False), None) is not None]
    return part if matrices and all(type(module) is nn.Linear for module in matrices) else None


@contextmanager
def only_at(part: nn.Module | None, indices: Tensor) -> Iterator[None]:
    """Let a part run at some places alone; its output is 0 at the others. None changes nothing.

    Args:
        part: takes hidden states [rows, places, hidden].
        indices: flat indices (row * places + place), [read].

    """

    def narrow(_module: Any, arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        states = arguments[0]
        shapes.append(states.shape)
        return (states.reshape(-1, states.shape[-1])[indices.to(states.device)], *arguments[1:])

    def widen(_module: Any, _arguments: Any, output: Tensor) -> Tensor:
        shape = shapes.pop()
        states = output.new_zeros(shape[:-1].numel(), output.shape[-1])
        return states.index_copy_(0, indices.to(output.device), output).reshape(*shape[:-1], -1)

    shapes: list[Any] = []
    with ExitStack() as hooks:
        if part is not None:
            hooks.callback(part.register_forward_pre_hook(narrow).remove)
            hooks.callback(part.register_forward_hook(widen).remove)
        yield
