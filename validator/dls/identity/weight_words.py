"""The words of a statement for the type and the quantisation of stored weights."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from dls.identity.weight_header import StoredTensor, WeightHeader

_NUMBER = re.compile(r"(BF|F|I|U|C)([0-9].*)")
_SPELLINGS = {"BF": "bfloat", "F": "float", "I": "int", "U": "uint", "C": "complex"}
_PLAIN = frozenset({"float64", "float32", "float16", "bfloat16", "int8", "int16", "int32", "int64"})
"""The types of a GGUF file that is not quantised."""


def dtype_word(word: str) -> str:
    """Return the statement's word for a format's type: `BF16` is bfloat16, `F8_E4M3` float8_e4m3, `Q4_K` q4_k."""
    match = _NUMBER.fullmatch(word)
    return (f"{_SPELLINGS[match[1]]}{match[2]}" if match else word).lower()


def stored_dtype(tensors: Iterable[StoredTensor]) -> str | None:
    """Return the type that takes the most bytes, of two alike the first by its word; None without any tensor."""
    sizes: Counter[str] = Counter()
    for tensor in tensors:
        sizes[dtype_word(tensor.dtype)] += tensor.bytes
    return min(sizes, key=lambda word: (-sizes[word], word), default=None)


def gguf_scheme(header: WeightHeader) -> str | None:
    """Return the quantisation that a GGUF file names, otherwise its most frequent type; None for plain numbers."""
    dtype = stored_dtype(header.tensors)
    return header.scheme or (None if dtype is None or dtype in _PLAIN else dtype.upper())


def configuration_scheme(configuration: Any) -> str | None:
    """Return the scheme in the value of a ``config.json``, such as `gptq 4 bit`; None where there is none."""
    members = configuration.get("quantization_config") if isinstance(configuration, dict) else None
    if not isinstance(members, dict):
        return None
    bits = next((members[name] for name in ("bits", "w_bit") if isinstance(members.get(name), int)), None)
    words = (
        members.get("quant_method", "unnamed method"),
        None if bits is None else f"{bits} bit",
        members.get("bnb_4bit_quant_type") if members.get("load_in_4bit") else None,
        "int8" if members.get("load_in_8bit") else None,
        members.get("format") or members.get("fmt"),
    )
    return " ".join(word for word in words if isinstance(word, str) and word)[:300]
