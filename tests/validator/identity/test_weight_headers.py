"""The headers of weight files: the same tensors as the formats' own packages, and no other error than DlsError."""

import contextlib
import json
import struct

import gguf
import numpy as np
import pytest
import safetensors
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save
from tests.validator.identity import oracle
from tests.validator.identity.vector_writer import FIRST, FOLDER, SECOND, entry, header_file

from dls.errors import DlsError
from dls.identity.file_digests import read_weight_header
from dls.identity.gguf_types import FILE_TYPES, TENSOR_TYPES, UINT32, VALUE_BYTES
from dls.identity.safetensors_header import BITS, parse_safetensors
from dls.identity.weight_header import LARGEST_HEADER, BrokenHeader
from dls.identity.weight_words import configuration_scheme, dtype_word

SAFETENSORS = save({"a": FIRST, "b": SECOND, "c": np.array(1.5, dtype=np.float16)}, metadata={"format": "pt"})
GGUF = (FOLDER / "gguf" / "model-Q8_0.gguf").read_bytes()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("headers")


def header_of(path, data):
    path.write_bytes(data)
    return read_weight_header(path)


def same_as_package(path, data):
    """Whether the tensors of a header have the bytes that the format's own package gives."""
    parts = {(t.name, t.dtype, t.shape, data[t.start : t.end]) for t in header_of(path, data).tensors}
    return parts == {(name, dtype, tuple(shape), part) for name, dtype, shape, part in oracle.stored_tensors(path)}


@pytest.mark.parametrize("word", BITS)
def test_every_type_of_safetensors_has_the_size_that_the_package_gives_it(place, word):
    data = header_file({"a": entry(word, [8], 0, BITS[word])}, bytes(BITS[word]))
    assert same_as_package(place / "a.safetensors", data)


def test_there_is_no_further_type_of_safetensors():
    with pytest.raises(safetensors.SafetensorError) as error:
        safetensors.deserialize(header_file({"a": entry("none", [1], 0, 1)}, b"x"))
    words = str(error.value).partition("expected one of ")[2].partition(" at line")[0]
    assert set(words.replace("`", "").split(", ")) == BITS.keys()


def test_the_types_of_gguf_tensors_are_those_of_the_package():
    sizes = {kind.value: (kind.name, *size) for kind, size in gguf.GGML_QUANT_SIZES.items()}
    assert {kind: tuple(entry) for kind, entry in TENSOR_TYPES.items()} == sizes


def test_the_types_of_gguf_values_are_those_of_the_package():
    numbers = {kind.value: np.dtype(word).itemsize for kind, word in gguf.GGUFReader.gguf_scalar_to_np.items()}
    assert numbers == VALUE_BYTES
    assert gguf.GGUFValueType.UINT32 == UINT32


def test_the_file_types_of_gguf_are_those_of_the_package():
    names = {kind.value: kind.name.partition("_")[2] for kind in gguf.LlamaFileType if "_" in kind.name}
    plain = {"F32", "F16", "BF16"}
    assert {kind: name for kind, name in names.items() if name not in plain} == FILE_TYPES


def test_a_gguf_file_has_the_tensors_that_the_package_reads(place):
    assert same_as_package(place / "a.gguf", GGUF)


def test_another_alignment_of_a_gguf_file_is_followed(place):
    path = place / "aligned.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_custom_alignment(64)
    for name in ("a", "b"):
        writer.add_tensor(name, SECOND)
    for write in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file):
        write()
    writer.close()
    assert same_as_package(path, path.read_bytes())


@given(data=st.data())
def test_a_damaged_safetensors_file_is_refused_or_read_as_the_package_reads_it(place, data):
    damaged = damage(data, SAFETENSORS)
    with contextlib.suppress(DlsError):
        assert same_as_package(place / "a.safetensors", damaged)


@given(data=st.data())
def test_a_damaged_gguf_file_raises_no_other_error(place, data):
    damaged = damage(data, GGUF)
    try:
        header = header_of(place / "a.gguf", damaged)
    except DlsError:
        return
    assert all(0 < tensor.start <= tensor.end <= len(damaged) for tensor in header.tensors)


def damage(data, whole):
    """Change some bytes of a file, or cut it."""
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 3))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    return bytes(damaged[: data.draw(st.integers(0, len(whole)) | st.just(len(whole)))])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "states a header of 0"),
        (struct.pack("<Q", 2**63) + b"{}", "states a header of"),
        (struct.pack("<Q", 3) + b"{}", "states a header of 3"),
        (header_file(b"[]", b""), "no JSON object"),
        (header_file(b"{,}", b""), "no JSON"),
        (header_file(b"\xff\xff", b""), "no JSON"),
        (header_file({"__metadata__": {"a": 1}}, b""), "no object of texts"),
        (header_file({"__metadata__": {"a": "\ud800"}}, b""), "no Unicode"),
        (header_file({"\ud800": entry("U8", [1], 0, 1)}, b"x"), "no Unicode"),
        (header_file({"a": entry("U8", [True], 0, 1)}, b"x"), "gives the tensor 'a' the numbers"),
        (header_file({"a": entry("U8", [-1, -1], 0, 1)}, b"x"), "gives the tensor 'a' the numbers"),
        (header_file({"a": entry("U8", [1.0], 0, 1)}, b"x"), "gives the tensor 'a' the numbers"),
        (header_file({"a": entry("U8", [2**60, 0], 0, 0)}, b""), "longer than"),
        (header_file({"a": entry("F4", [3], 0, 2)}, b"xx"), "does not take as many"),
        (header_file({"a": {"dtype": "U8"}}, b""), "which no reader knows"),
        (header_file({"a": 1}, b""), "which no reader knows"),
    ],
)
def test_a_broken_safetensors_header_is_told(place, data, words):
    with pytest.raises(DlsError, match=words):
        header_of(place / "a.safetensors", data)


def test_a_header_over_its_bound_is_refused_before_it_is_read():
    class Endless:
        def read(self, size):
            assert size <= LARGEST_HEADER
            return (LARGEST_HEADER + 1).to_bytes(size, "little")

    with pytest.raises(BrokenHeader, match="states a header"):
        parse_safetensors(Endless(), 1 << 40)


def gguf_bytes(head=(b"GGUF", 3), *, tensors=b"", n_tensors=0, values=b"", n_values=0, rest=b""):
    magic, version = head
    return magic + struct.pack("<IQQ", version, n_tensors, n_values) + values + tensors + rest


def text(value):
    return struct.pack("<Q", len(value)) + value


def described(name=b"a", shape=(32,), kind=0, offset=0):
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


U32 = struct.pack("<I", 4)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gguf_bytes((b"GGML", 3)), "does not begin"),
        (gguf_bytes((b"GGUF", 1)), "version 1"),
        (gguf_bytes((b"GGUF", 3 << 24)), "version"),
        (gguf_bytes(n_values=1 << 60), "beyond byte"),
        (gguf_bytes(n_values=1, values=struct.pack("<Q", 1 << 62)), "beyond byte"),
        (gguf_bytes(n_values=1, values=text(b"a") + struct.pack("<I", 99)), "the type 99"),
        (gguf_bytes(n_values=1, values=text(b"a") + struct.pack("<IIQ", 9, 9, 1)), "an array of the type 9"),
        (gguf_bytes(n_values=1, values=text(b"a") + struct.pack("<IIQ", 9, 0, 1 << 62)), "beyond byte"),
        (gguf_bytes(n_values=2, values=2 * (text(b"a") + U32 + U32)), "'a' twice"),
        (gguf_bytes(n_values=1, values=text(b"\xff") + U32 + U32), "not UTF-8"),
        (gguf_bytes(n_values=1, values=text(b"general.alignment") + U32 + struct.pack("<I", 24)), "power of two"),
        (gguf_bytes(n_values=1, values=text(b"general.alignment") + U32 + struct.pack("<I", 0)), "power of two"),
        (gguf_bytes(n_values=1, values=text(b"general.alignment") + struct.pack("<IB", 0, 8)), "power of two"),
        (gguf_bytes(n_tensors=1, tensors=described(shape=(1,) * 5)), "5 dimensions"),
        (gguf_bytes(n_tensors=1, tensors=described(kind=4)), "the type 4"),
        (gguf_bytes(n_tensors=1, tensors=described(kind=12)), "no whole blocks"),
        (gguf_bytes(n_tensors=1, tensors=described(offset=32), rest=bytes(224)), "unused"),
        (gguf_bytes(n_tensors=1, tensors=described()), "its tensors end at"),
        (gguf_bytes(n_tensors=1, tensors=described(), rest=bytes(400)), "belong to no tensor"),
        (gguf_bytes(n_tensors=2, tensors=2 * described(), rest=bytes(400)), "names two tensors alike"),
        (gguf_bytes(n_tensors=2, tensors=described() + described(b"b"), rest=bytes(400)), "shares bytes"),
    ],
)
def test_a_broken_gguf_header_is_told(place, data, words):
    with pytest.raises(DlsError, match=words):
        header_of(place / "a.gguf", data)


@pytest.mark.parametrize(
    ("word", "dtype"),
    [("F32", "float32"), ("BF16", "bfloat16"), ("F8_E4M3", "float8_e4m3"), ("U8", "uint8"), ("BOOL", "bool"),
     ("Q4_K", "q4_k"), ("IQ2_XXS", "iq2_xxs"), ("C64", "complex64"), ("MXFP4", "mxfp4")],
)  # fmt: skip
def test_a_type_has_the_word_of_a_statement(word, dtype):
    assert dtype_word(word) == dtype


@pytest.mark.parametrize(
    ("members", "scheme"),
    [
        ({"quant_method": "gptq", "bits": 4}, "gptq 4 bit"),
        ({"quant_method": "awq", "w_bit": 4}, "awq 4 bit"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}, "bitsandbytes nf4"),
        ({"quant_method": "bitsandbytes", "load_in_8bit": True, "bnb_4bit_quant_type": "fp4"}, "bitsandbytes int8"),
        ({"quant_method": "fp8", "fmt": "e4m3"}, "fp8 e4m3"),
        ({"quant_method": "compressed-tensors", "format": "pack-quantized"}, "compressed-tensors pack-quantized"),
        ({}, "unnamed method"),
        (None, None),
    ],
)
def test_a_configuration_names_its_scheme(members, scheme):
    assert configuration_scheme(json.loads(json.dumps({"quantization_config": members}))) == scheme
