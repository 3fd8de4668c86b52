"""Read, write and interpolate the weights of students."""

from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM, PreTrainedTokenizerFast

from dls_probes import pair


def load(folder: Path) -> LlamaForCausalLM:
    """Load a model's weights in float32."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    assert isinstance(model, LlamaForCausalLM)
    model.train(mode=False)
    return model


def load_tokenizer() -> PreTrainedTokenizerFast:
    """Load the pair's tokenizer."""
    tokenizer = AutoTokenizer.from_pretrained(pair.TEACHER)
    assert isinstance(tokenizer, PreTrainedTokenizerFast)
    return tokenizer


def interpolate(start: Path, end: Path, share: float, folder: Path) -> Path:
    """Write the weights that lie this share of the way between two models, unless they are there; return the folder."""
    if not folder.exists():
        model, end_weights = load(start), load(end).state_dict()
        weights = {name: value.lerp(end_weights[name], share) for name, value in model.state_dict().items()}
        model.load_state_dict(weights)
        save_model(model, load_tokenizer(), folder)
    return folder


def save_model(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write weights and tokenizer; the folder appears whole, or another process has just written the same one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    tokenizer.save_pretrained(partial)
    model.save_pretrained(partial)
    try:
        partial.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        rmtree(partial)
