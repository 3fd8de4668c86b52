"""The expected members of the test vectors, by hashlib, json and ruamel.yaml: no code of this project."""

import hashlib
import json
import struct
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML

FREE_TEXTS = ("title", "rationale", "justification", "population", "extensions")

Case = dict[str, Any]


def sha256(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


# --- RFC 8785


def number_text(value: float) -> str:
    """Return a double as ECMAScript writes it: the shortest digits, a plain point from 1e-6 to below 1e21."""
    if value == 0:
        return "0"
    sign, figures, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, figures))
    point = len(digits) + int(exponent)  # digits before the point
    if 0 < point <= 21:
        text = f"{digits[:point].ljust(point, '0')}.{digits[point:]}".removesuffix(".")
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        text = f"{digits[0]}.{digits[1:]}".removesuffix(".") + f"e{point - 1:+d}"
    return f"{'-' * sign}{text}"


def canonical(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(canonical, value)) + "]"
    return number_text(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def value_of(text: str) -> Any:
    """Return the value of a text in JSON or YAML 1.2."""
    try:
        return json.loads(text)
    except ValueError:
        return YAML(typ="safe", pure=True).load(text)


def one_text(values: Iterator[Any]) -> str:
    """Return the canonical text of equal values."""
    (text,) = {canonical(value) for value in values}
    return text


def value_members(case: Case) -> Case:
    text = one_text(map(value_of, case["texts"]))
    return {"canonical": text, "sha256": sha256(text)}


def number_members(case: Case) -> Case:
    return {"canonical": number_text(struct.unpack(">d", bytes.fromhex(case["ieee754"]))[0])}


# --- the digests of profile and core, the seed


def without(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {name: without(part, names) for name, part in value.items() if name not in names}
    return [without(part, names) for part in value] if isinstance(value, list) else value


def profile_members(case: Case) -> Case:
    text = one_text(without(value_of(text), FREE_TEXTS) for text in case["texts"])
    return {"canonical": text, "sha256": sha256(text)}


def core_text(text: str) -> str:
    return canonical(
        {name: part for name, part in value_of(text).items() if name not in ("assurance", "reproductions")}
    )


def core_members(case: Case) -> Case:
    (text,) = set(map(core_text, case["texts"]))
    return {"canonical": text, "core_sha256": sha256(text)}


def seed_members(case: Case) -> Case:
    names = ("n", "probe", "profile", "student", "teacher", "draw")
    text = canonical({"dls_seed": 1} | {name: case[name] for name in names if name in case})
    digest = hashlib.sha256(text.encode()).digest()
    return {"canonical": text, "sha256": digest.hex(), "seed": int.from_bytes(digest[:8], "big") % 2**53}


# --- the key of a model


def key_members(case: Case) -> Case:
    text, key, is_declared = model_key(case["model"])
    return {"hashed": text, "key": key, "declared": is_declared}


def model_key(model: Case) -> tuple[str | None, str | None, bool | None]:
    """Return the text whose digest is the key, the key, and whether it is declared."""
    if members := model.get("members"):
        keys = [model_key(member)[1:] for member in members]
        if any(key is None for key, _ in keys):
            return None, None, None
        text = "".join(f"{key}\n" for key, _ in keys)
        return text, sha256(text), any(is_declared for _, is_declared in keys)
    is_declared = model["access"] != "white_box" and "snapshot" in model
    if "tensors_sha256" in model and "adapter" in model:
        text = f"{model['tensors_sha256']}\n{model['adapter']['tensors_sha256']}\n"
        return text, sha256(text), is_declared
    if "tensors_sha256" in model:
        return None, model["tensors_sha256"], is_declared
    if "snapshot" in model:
        members = {"source": "source", "snapshot": "snapshot", "tokenizer": "tokenizer_sha256"}
        text = canonical({name: model.get(member) for name, member in members.items()})
        return text, sha256(text), True
    return None, None, None


# --- items


def words(key: str) -> Iterator[int]:
    """Yield the 64-bit words of a stream."""
    block = 0
    while True:
        yield from struct.unpack(">4Q", hashlib.sha256(f"{key}/{block}".encode()).digest())
        block += 1


def stream_members(case: Case) -> Case:
    numbers = [word for word, _ in zip(words(case["key"]), case["bounds"], strict=False)]
    below = [word * bound // 2**64 for word, bound in zip(numbers, case["bounds"], strict=True)]
    return {"words": [f"{word:016x}" for word in numbers], "below": below}


def first_chains(seed: int) -> list[Case]:
    """Return the first two items of `process.chain`: three steps of 2 to 9 that stay between 10 and 99."""
    return [chain(words(f"process.chain/{seed}/{index}"), index) for index in range(2)]


def chain(stream: Iterator[int], index: int) -> Case:
    start = 10 + (next(stream) * 90 >> 64)
    total, terms = start, []
    for _ in range(3):
        size = 2 + (next(stream) * 8 >> 64)
        is_down = total + size > 99 or (total - size >= 10 and next(stream) * 2 >> 64 == 1)
        terms.append(-size if is_down else size)
        total += terms[-1]
    steps = " ".join(f"{'-' if term < 0 else '+'} {abs(term)}" for term in terms)
    question = f"{('', 'please tell me: ')[index]}what is {start} {steps} step by step?"
    return {"id": f"{index:06d}", "question": question, "start": start, "terms": terms}
