"""Computing in float32 with weights of a reduced precision, a layer at a time: what rounding would hide can be seen.

Every bfloat16 and float16 number is a float32 number too, so nothing about the weights changes, and a layer's weights
are taken in float32 only while it runs: the memory is that of the model and one layer more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

_REDUCED = frozenset({torch.bfloat16, torch.float16})
_Known: TypeAlias = dict[int, nn.Parameter]  # parameters that several modules share, by identity


def has_reduced_precision(model: Any) -> bool:
    """Tell whether a model computes in a precision of which float32 is a better one."""
    return model.dtype in _REDUCED


@contextmanager
def in_float32(model: nn.Module) -> Iterator[None]:
    """Let a model compute in float32; afterwards it holds the tensors that it held before."""
    layers = list(_layers(model))
    inside = {id(module) for layer in layers for module in layer.modules()}
    known: _Known = {}
    outside = [_Held(module, known) for module in model.modules() if id(module) not in inside]
    hooks = [hook for layer in layers for hook in _while_running(layer)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        for held in outside:
            held.restore()


class _Held:
    """A module's own tensors, which it has back when they are restored; until then it has them in float32."""

    def __init__(self, module: nn.Module, known: _Known) -> None:
        self.module = module
        self.parameters, self.buffers = dict(module._parameters), dict(module._buffers)  # noqa: SLF001
        module._parameters.update({name: _widened(one, known) for name, one in self.parameters.items()})  # noqa: SLF001
        module._buffers.update({name: _float(one) for name, one in self.buffers.items()})  # noqa: SLF001

    def restore(self) -> None:
        self.module._parameters.update(self.parameters)  # noqa: SLF001
        self.module._buffers.update(self.buffers)  # noqa: SLF001


def _layers(module: nn.Module) -> Iterator[nn.Module]:
    """Yield the members of the outermost lists of modules."""
    for child in module.children():
        if isinstance(child, nn.ModuleList):
            yield from child
        else:
            yield from _layers(child)


def _while_running(layer: nn.Module) -> Iterator[Any]:
    held: list[_Held] = []

    def before(*_: Any) -> None:
        known: _Known = {}
        held.extend(_Held(module, known) for module in layer.modules())

    def after(*_: Any) -> None:
        while held:
            held.pop().restore()

    yield layer.register_forward_pre_hook(before)
    yield layer.register_forward_hook(after, always_call=True)


def _widened(parameter: nn.Parameter | None, known: _Known) -> nn.Parameter | None:
    if parameter is None or parameter.dtype not in _REDUCED:
        return parameter
    if id(parameter) not in known:
        known[id(parameter)] = nn.Parameter(parameter.detach().float(), requires_grad=False)
    return known[id(parameter)]


def _float(buffer: Tensor | None) -> Tensor | None:
    return buffer.float() if buffer is not None and buffer.dtype in _REDUCED else buffer
