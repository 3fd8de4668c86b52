"""The test vectors of model identity: `python -m tests.validator.identity.vector_writer` writes them again.

The expected digests come from the oracle, which shares no code with `dls.identity`.
"""

import hashlib
import json
import shutil
import struct
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from safetensors.numpy import save
from tests.validator.identity import oracle

from dls.standard.specification import spec_folder

FOLDER = spec_folder() / "vectors" / "identity"
EXPECTED = spec_folder() / "vectors" / "identity.json"

CONFIG = {"architectures": ["LlamaForCausalLM"], "hidden_size": 4, "model_type": "llama", "transformers_version": "5.0"}
INDEX = "model.safetensors.index.json"
FIRST = np.arange(12, dtype=np.float32).reshape(3, 4)
SECOND = np.arange(8, dtype=np.float32).reshape(2, 4) - 4


def shown(value: Any, **form: Any) -> bytes:
    return (json.dumps(value, **({"indent": 2} | form)) + "\n").encode()


def header_file(header: dict[str, Any] | bytes, data: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(dtype: str, shape: list[int], start: int, end: int) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def gguf_file(path: Path, name: str) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(name)
    writer.add_file_type(7)
    writer.add_token_list(["<s>", "a", "ä"])
    writer.add_tensor("token_embd.weight", FIRST)
    blocks = gguf.quants.quantize(np.arange(64, dtype=np.float32).reshape(2, 32), gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("blk.0.ffn_up.weight", blocks, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    for write in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file):
        write()
    writer.close()


def index_of(**shards: str) -> bytes:
    return shown({"metadata": {"total_size": 80}, "weight_map": shards})


WHOLE = save({"a": FIRST, "b": SECOND}, metadata={"format": "pt"})
NOTE = save({"a": FIRST, "b": SECOND}, metadata={"format": "pt", "é": "1"})
TORCHAO = {"quantization_config": {"quant_method": "torchao"}}
BF16 = header_file({"a": entry("BF16", [2, 2], 0, 8)}, bytes.fromhex("803f004040408040"))
MODELS: dict[str, dict[str, bytes]] = {
    "whole": {
        "model.safetensors": WHOLE,
        "generation_config.json": shown({"eos_token_id": 2}),
        "tokenizer.json": shown({"model": {"vocab": {"a": 0}}}),
        "tokenizer_config.json": shown({"eos_token": "</s>", "model_max_length": 10**30}),
        "chat_template.jinja": b"{{ messages }}",
        "additional_chat_templates/tools.jinja": b"{{ tools }}",
        "README.md": b"no part of the model\n",
        "consolidated.safetensors": WHOLE,
    },
    "two_shards": {
        "first.safetensors": save({"a": FIRST}),
        "second.safetensors": save({"b": SECOND}),
        INDEX: index_of(a="first.safetensors", b="second.safetensors"),
    },
    "one_file": {"model.safetensors": WHOLE},
    "stale_index_beside_one_file": {
        "model.safetensors": WHOLE,
        INDEX: index_of(a="first.safetensors"),
        "first.safetensors": save({"a": SECOND}),
    },
    "tied_once": {
        "model.safetensors": save({"embed": FIRST, "norm": SECOND}),
        "config.json": shown(CONFIG | {"tie_word_embeddings": True}),
    },
    "tied_twice": {
        "model.safetensors": save({"embed": FIRST, "lm_head": FIRST, "norm": SECOND}),
        "config.json": shown(CONFIG | {"tie_word_embeddings": True}),
    },
    "tied_to_another": {
        "model.safetensors": save({"embed": FIRST, "lm_head": FIRST + 1, "norm": SECOND}),
        "config.json": shown(CONFIG | {"tie_word_embeddings": True}),
    },
    "bf16": {"model.safetensors": BF16},
    "bf16_as_f32": {"model.safetensors": save({"a": np.array([[1, 2], [3, 4]], dtype=np.float32)})},
    "scalar": {"model.safetensors": save({"scale": np.array(0.5, dtype=np.float16)})},
    "empty": {"model.safetensors": save({"a": np.zeros((0, 4), dtype=np.float32), "b": SECOND})},
    "unusual_names": {
        "model.safetensors": save({"ﬁ": FIRST, "😀": SECOND, 'a"\\': SECOND}),  # UTF-8 and UTF-16 sort them apart
    },
    "note_in_the_header": {"model.safetensors": NOTE},
    "torchao": {"model.safetensors": WHOLE, "config.json": shown(CONFIG | TORCHAO)},
    "torchao_read_otherwise": {"model.safetensors": NOTE, "config.json": shown(CONFIG | TORCHAO)},
    "infinity": {"model.safetensors": WHOLE, "config.json": b'{"limit": [0.0, Infinity], "model_type": "mamba2"}'},
    "infinity_saved_again": {
        "model.safetensors": WHOLE,
        "config.json": b'{"_name_or_path": "x", "model_type": "mamba2",\n "limit": [0, Infinity]}',
    },
    "negative_infinity": {
        "model.safetensors": WHOLE,
        "config.json": b'{"limit": [0.0, -Infinity], "model_type": "mamba2"}',
    },
    "quantised": {
        "model.safetensors": save({"a": np.arange(6, dtype=np.int32)}),
        "config.json": shown(CONFIG | {"quantization_config": {"quant_method": "gptq", "bits": 4}}),
    },
    "another_template": {"model.safetensors": WHOLE, "chat_template.jinja": b"{{ messages[0] }}"},
    "adapter_beside_whole_weights": {
        "model.safetensors": WHOLE,
        "adapter_config.json": shown({"r": 1}),
        "adapter_model.safetensors": save({"lora_A": FIRST}),
    },
    "adapter": {
        "adapter_config.json": shown({"peft_type": "LORA", "r": 1}),
        "adapter_model.safetensors": save({"lora_A": FIRST, "lora_B": SECOND}),
    },
    "gguf": {"model-Q8_0.gguf": b""},
    "gguf_with_another_name": {"renamed.gguf": b""},
    "gguf_with_other_metadata": {"model-Q8_0.gguf": b""},
}
GGUF_NAMES = {"gguf": "tiny", "gguf_with_another_name": "tiny", "gguf_with_other_metadata": "tiny, read otherwise"}
WITHOUT_CONFIG = ("adapter", *GGUF_NAMES)

REFUSED: dict[str, tuple[dict[str, bytes], str]] = {
    "duplicate_name_in_a_header": (
        {"model.safetensors": header_file(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
                                          b'"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"x")},
        "a tensor is named twice",
    ),
    "duplicate_name_in_two_shards": (
        {"first.safetensors": save({"a": FIRST}), "second.safetensors": save({"a": FIRST, "b": SECOND}),
         INDEX: index_of(a="first.safetensors", b="second.safetensors")},
        "two shards hold a tensor of one name",
    ),
    "gap": ({"model.safetensors": header_file({"a": entry("U8", [1], 1, 2)}, b"xy")}, "bytes belong to no tensor"),
    "bytes_after_the_tensors": (
        {"model.safetensors": header_file({"a": entry("U8", [1], 0, 1)}, b"xy")}, "bytes belong to no tensor",
    ),
    "shared_bytes": (
        {"model.safetensors": header_file({"a": entry("U8", [2], 0, 2), "b": entry("U8", [1], 1, 2)}, b"xy")},
        "two tensors share bytes",
    ),
    "shape_of_another_size": (
        {"model.safetensors": header_file({"a": entry("F32", [2], 0, 4)}, b"wxyz")}, "the shape takes other bytes",
    ),
    "short_file": ({"model.safetensors": WHOLE[:-1]}, "the file ends before its tensors"),
    "unknown_dtype": ({"model.safetensors": header_file({"a": entry("F17", [1], 0, 1)}, b"x")}, "no such dtype"),
    "index_to_another_folder": (
        {INDEX: index_of(a="hidden/m.safetensors"), "hidden/m.safetensors": save({"a": FIRST})}, "a name with a slash",
    ),
    "index_to_another_format": ({INDEX: index_of(a="model.bin"), "model.bin": b"x"}, "another format"),
    "index_to_a_missing_shard": ({INDEX: index_of(a="first.safetensors")}, "the shard is not there"),
    "index_without_a_tensor": (
        {INDEX: index_of(a="first.safetensors"), "first.safetensors": WHOLE}, "the index does not name a stored tensor",
    ),
    "index_with_a_dtype": (
        {INDEX: shown({"metadata": {"dtype": "float16"}, "weight_map": {"a": "first.safetensors"}}),
         "first.safetensors": save({"a": FIRST})},
        "the index states a dtype",
    ),
    "transformers_weights": (
        {"model.safetensors": WHOLE, "config.json": shown(CONFIG | {"transformers_weights": "b.safetensors"})},
        "the configuration sends the loader to another file",
    ),
    "only_binaries": ({"pytorch_model.bin": b"x"}, "weights that can run code"),
    "two_gguf_files": ({"a.gguf": b"GGUF", "b.gguf": b"GGUF"}, "two models"),
    "git_lfs_pointer": (
        {"model.safetensors": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"}, "no content",
    ),
    "no_configuration": ({"model.safetensors": WHOLE}, "no configuration"),
}  # fmt: skip

COMPARISONS: list[dict[str, Any]] = [
    {"reference": "one_file", "copy": "two_shards", "differences": [], "by_behaviour": []},
    {"reference": "one_file", "copy": "stale_index_beside_one_file", "same_files": True, "differences": [],
     "by_behaviour": []},
    {"reference": "tied_once", "copy": "tied_twice", "tied": True, "differences": [], "by_behaviour": []},
    {"reference": "tied_twice", "copy": "tied_once", "tied": True, "differences": [], "by_behaviour": []},
    {"reference": "tied_once", "copy": "tied_twice", "tied": False, "differences": ["lm_head"], "by_behaviour": []},
    {"reference": "tied_once", "copy": "tied_to_another", "tied": True, "differences": ["lm_head"], "by_behaviour": []},
    {"reference": "bf16", "copy": "bf16_as_f32", "differences": ["a"], "by_behaviour": []},
    {"reference": "infinity", "copy": "infinity_saved_again", "differences": [],
     "by_behaviour": ["config.json"]},
    {"reference": "infinity", "copy": "negative_infinity", "differences": ["config.json"], "by_behaviour": []},
    {"reference": "one_file", "copy": "another_template", "differences": [], "by_behaviour": ["chat_template.jinja"]},
    {"reference": "one_file", "copy": "note_in_the_header", "differences": [], "by_behaviour": []},
    {"reference": "torchao", "copy": "torchao_read_otherwise", "differences": ["model.safetensors#metadata"],
     "by_behaviour": []},
    {"reference": "gguf", "copy": "gguf_with_another_name", "differences": [], "by_behaviour": []},
    {"reference": "gguf", "copy": "gguf_with_other_metadata", "differences": ["GGUF"], "by_behaviour": []},
]  # fmt: skip

VALUES: list[list[str]] = [
    ['{"a": 1, "b": 2}', '{"b": 2.0, "a": 1}', '{"transformers_version": "5", "a": 1, "b": 2}'],
    ['{"a": {"transformers_version": "5"}}'],
    ['{"a": {"transformers_version": "4"}}'],
    ['{"a": 1e-05}', '{"a": 0.00001}'],
    ['{"a": 1000000000000000019884624838656}', '{"a": 1e30}'],
    ['{"a": Infinity}', '{"a": 1e999}'],
    ['{"a": -Infinity}'],
    ['{"a": NaN}'],
    ['{"a": "Infinity"}'],
    ['{"a": true}'],
    ['{"\ue000": 1, "\U0001f600": 2}', '{"\U0001f600": 2, "\\ue000": 1}'],
    ["{}", '{"_commit_hash": null, "_name_or_path": ""}'],
]
WITHOUT_VALUE = [
    "[]", "1", "", "{", '{"a": 1, "a": 1}', '{"a": 9007199254740993}', '{"a": "\\ud800"}', '{"a": {"dls_number": 1}}',
]  # fmt: skip


def canonical_values() -> list[str]:
    """Return by hand the RFC 8785 form of each group of VALUES."""
    return [
        '{"a":1,"b":2}', '{"a":{"transformers_version":"5"}}', '{"a":{"transformers_version":"4"}}', '{"a":0.00001}',
        '{"a":1e+30}', '{"a":{"dls_number":"Infinity"}}', '{"a":{"dls_number":"-Infinity"}}',
        '{"a":{"dls_number":"NaN"}}', '{"a":"Infinity"}', '{"a":true}', '{"\U0001f600":2,"\ue000":1}', "{}",
    ]  # fmt: skip


def write_folder(path: Path, files: dict[str, bytes], name: str) -> None:
    for file, data in files.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        if file.endswith(".gguf") and not data:
            gguf_file(path / file, GGUF_NAMES[name])
        else:
            (path / file).write_bytes(data)


def expected_identity(path: Path, name: str) -> dict[str, Any]:
    """Return the identity as the oracle has it; by hand is only which files are weights and which are read."""
    unread = {"README.md", "consolidated.safetensors"}
    names = {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()} - unread
    if "model.safetensors" in names:
        names -= {INDEX, "first.safetensors", "adapter_config.json", "adapter_model.safetensors"}
    weights = sorted(file for file in names if file.endswith((".safetensors", ".gguf")))
    metadata = beside_tensors(path, name, weights)
    listing = {file: hashlib.sha256((path / file).read_bytes()).hexdigest() for file in names}
    listing |= {file: hashlib.sha256(data).hexdigest() for file, data in metadata.items()}
    reading = sorted(names - {*weights, INDEX} | metadata.keys())
    lines = oracle.tensor_lines([path / file for file in weights])
    return {
        "files": [
            {"name": file, "bytes": len(metadata[file]) if file in metadata else (path / file).stat().st_size,
             "sha256": listing[file]}
            for file in sorted(listing)
        ],
        "weights_sha256": oracle.listing_sha256(path, weights),
        "reading_sha256": listed(listing, reading),
        "tokenizer_sha256": listed(listing, [file for file in reading if "token" in file or "templ" in file or
                                             file.endswith(".gguf#metadata")]),
        "tensors_sha256": oracle.tensors_sha256(lines),
        "tensors": lines,
    } | WORDS.get(name, {"format": "safetensors", "dtype": "float32"})  # fmt: skip


WORDS = {
    "bf16": {"format": "safetensors", "dtype": "bfloat16"},
    "scalar": {"format": "safetensors", "dtype": "float16"},
    "quantised": {"format": "safetensors", "dtype": "int32", "quantisation": "gptq 4 bit"},
    **{
        name: {"format": "safetensors", "dtype": "float32", "quantisation": "torchao"}
        for name in ("torchao", "torchao_read_otherwise")
    },
} | {name: {"format": "gguf", "dtype": "q8_0", "quantisation": "Q8_0"} for name in GGUF_NAMES}


def beside_tensors(path: Path, name: str, weights: list[str]) -> dict[str, bytes]:
    if name == "torchao_read_otherwise":
        return {"model.safetensors#metadata": '{"é":"1"}'.encode()}
    return {f"{file}#metadata": oracle.gguf_metadata(path / file) for file in weights if file.endswith(".gguf")}


def listed(listing: dict[str, str], names: list[str]) -> str | None:
    lines = sorted(f"{listing[name]}  {name}\n" for name in names)
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else None


def main() -> None:
    """Write all folders and the file of expected results."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, files in MODELS.items():
        default = {} if name in WITHOUT_CONFIG else {"config.json": shown(CONFIG)}
        write_folder(FOLDER / name, default | files, name)
    for name, (files, _) in REFUSED.items():
        default = {} if name == "no_configuration" else {"config.json": shown(CONFIG)}
        write_folder(FOLDER / name, default | files, name)
    expected = {
        "vectors": "1",
        "identities": {name: expected_identity(FOLDER / name, name) for name in MODELS},
        "refused": {name: reason for name, (_, reason) in REFUSED.items()},
        "comparisons": COMPARISONS,
        "values": [
            {"texts": texts, "canonical": text, "value_sha256": hashlib.sha256(text.encode()).hexdigest()}
            for texts, text in zip(VALUES, canonical_values(), strict=True)
        ],
        "without_value": WITHOUT_VALUE,
    }
    EXPECTED.write_bytes(shown(expected, indent=1, ensure_ascii=True))


if __name__ == "__main__":
    main()
