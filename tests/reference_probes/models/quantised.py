"""Makes a tiny Llama, quantises it, and prints how far its logits are from the library's own and from the plain ones.

`python -m tests.reference_probes.models.quantised SCHEME FOLDER`, in an environment with the scheme's package.
"""

import json
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tests.reference_probes.models.saved import change_json, llama
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

from dls_probes.models.transformers_model import ModelSpec, load_model

TOKENS, BLOCK, WIDEST, LARGEST = [5, 6, 7, 8, 9], 64, 127, 448.0  # the last: of float8_e4m3fn
SIZES = {"hidden_size": 128, "intermediate_size": 256}
CHANNELS = {"num_bits": 8, "type": "int", "symmetric": True, "strategy": "channel", "dynamic": False}


def by_bitsandbytes(base: Path, folder: Path, **settings: Any) -> None:
    config = BitsAndBytesConfig(**settings)
    model = AutoModelForCausalLM.from_pretrained(base, quantization_config=config, dtype=torch.float32)
    model.save_pretrained(folder)
    for path in base.glob("*token*"):
        shutil.copy(path, folder)


def rewrite(base: Path, folder: Path, change: Any, **config: Any) -> None:
    """Write a copy of a folder in which `change` gives the tensors in the place of each projection's weight."""
    shutil.copytree(base, folder)
    tensors: dict[str, Any] = {}
    for name, tensor in load_file(base / "model.safetensors").items():
        tensors |= change(name, tensor) if "proj" in name else {name: tensor}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    change_json(folder / "config.json", quantization_config=config)


def in_blocks(name: str, weight: Any) -> dict[str, Any]:
    """Return float8 numbers and a scale for each block of 64 x 64."""
    rows, columns = (length // BLOCK for length in weight.shape)
    blocks = weight.reshape(rows, BLOCK, columns, BLOCK)
    scales = blocks.abs().amax(dim=(1, 3)) / LARGEST
    numbers = (blocks / scales[:, None, :, None]).reshape(weight.shape).to(torch.float8_e4m3fn)
    return {name: numbers, f"{name}_scale_inv": scales}


def packed(name: str, weight: Any) -> dict[str, Any]:
    """Return int8 numbers, four in an int32, and a scale for each row."""
    from compressed_tensors.compressors.pack_quantized.helpers import pack_to_int32

    scales = weight.abs().amax(1, keepdim=True) / WIDEST
    numbers = pack_to_int32((weight / scales).round().to(torch.int8), 8)
    return {f"{name}_packed": numbers, f"{name}_scale": scales, f"{name}_shape": torch.tensor(weight.shape)}


def quantise(scheme: str, base: Path, folder: Path) -> None:
    if scheme == "int8":
        by_bitsandbytes(base, folder, load_in_8bit=True)
    elif scheme == "nf4":
        by_bitsandbytes(base, folder, load_in_4bit=True, bnb_4bit_quant_type="nf4")
    elif scheme == "fp8":
        blocks = {"quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic"}
        rewrite(base, folder, in_blocks, **blocks, weight_block_size=[BLOCK, BLOCK])
    else:
        group = {"group_0": {"targets": ["Linear"], "weights": CHANNELS}}
        method = {"quant_method": "compressed-tensors", "format": "pack-quantized"}
        rewrite(base, folder, packed, **method, quantization_status="compressed", ignore=["lm_head"],
                config_groups=group)  # fmt: skip


def main(scheme: str, out: Path) -> None:
    base, folder = llama(out / "base", **SIZES), out / "quantised"
    quantise(scheme, base, folder)
    spec, tokens = ModelSpec(folder), torch.tensor([TOKENS])
    loaded = load_model(spec)
    models = (
        loaded.model,
        *(AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32) for path in (folder, base)),
    )
    with torch.no_grad():
        own, library, plain = (model.eval()(tokens).logits.float() for model in models)
    print(json.dumps({  # noqa: T201
        "quantisation": spec.files.identity.quantisation,
        "layers": loaded.describe()["quantised_layers"],
        "from_library": float((own - library).abs().max()),
        "from_plain": float((own - plain).abs().max()),
    }))  # fmt: skip


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1], Path(sys.argv[2]))
