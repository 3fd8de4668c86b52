"""Float32 computation with weights of a reduced precision, one layer at a time.

It shows the differences that rounding would hide. Every bfloat16 and float16 number is a float32 number too, so the
weights do not change. A layer's weights are float32 only while the layer runs: the memory is that of the model and one
layer more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

_REDUCED_DTYPES = frozenset({torch.bfloat16, torch.float16})
_Copies: TypeAlias = dict[int, nn.Parameter]  # float32 copies by the identity of a parameter, which modules may share


def has_reduced_precision(model: Any) -> bool:
    """Tell whether a model computes in a lower precision than float32."""
    return model.dtype in _REDUCED_DTYPES


@contextmanager
def in_float32(model: nn.Module) -> Iterator[None]:
    """Let a model compute in float32; afterwards it holds its original tensors again."""
    layers = list(_layers(model))
    inside = {id(module) for layer in layers for module in layer.modules()}
    copies: _Copies = {}
    outside = [_Originals(module, copies) for module in model.modules() if id(module) not in inside]
    hooks = [hook for layer in layers for hook in _while_running(layer)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        for originals in outside:
            originals.restore()


class _Originals:
    """A module's original tensors; the module holds float32 copies until they are restored."""

    def __init__(self, module: nn.Module, copies: _Copies) -> None:
        self.module = module
        self.parameters, self.buffers = dict(module._parameters), dict(module._buffers)  # noqa: SLF001
        float_parameters = {name: _parameter_copy(tensor, copies) for name, tensor in self.parameters.items()}
        module._parameters.update(float_parameters)  # noqa: SLF001
        module._buffers.update({name: _float(tensor) for name, tensor in self.buffers.items()})  # noqa: SLF001

    def restore(self) -> None:
        self.module._parameters.update(self.parameters)  # noqa: SLF001
        self.module._buffers.update(self.buffers)  # noqa: SLF001


def _layers(module: nn.Module) -> Iterator[nn.Module]:
    """Yield the members of the outermost module lists."""
    for child in module.children():
        if isinstance(child, nn.ModuleList):
            yield from child
        else:
            yield from _layers(child)


def _while_running(layer: nn.Module) -> Iterator[Any]:
    modules: list[_Originals] = []

    def before(*_: Any) -> None:
        copies: _Copies = {}
        modules.extend(_Originals(module, copies) for module in layer.modules())

    def after(*_: Any) -> None:
        while modules:
            modules.pop().restore()

    yield layer.register_forward_pre_hook(before)
    yield layer.register_forward_hook(after, always_call=True)


def _parameter_copy(parameter: nn.Parameter | None, copies: _Copies) -> nn.Parameter | None:
    if parameter is None or parameter.dtype not in _REDUCED_DTYPES:
        return parameter
    if id(parameter) not in copies:
        copies[id(parameter)] = nn.Parameter(parameter.detach().float(), requires_grad=False)
    return copies[id(parameter)]


def _float(buffer: Tensor | None) -> Tensor | None:
    return buffer.float() if buffer is not None and buffer.dtype in _REDUCED_DTYPES else buffer
