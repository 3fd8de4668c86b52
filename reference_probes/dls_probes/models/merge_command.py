"""Why the folder of an adapter is no model folder, with the command that makes one from it."""

from pathlib import Path

from dls.errors import DlsError

_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "tokenizer.model")
_COMMAND = """
python -c "from peft import AutoPeftModelForCausalLM as A; from transformers import AutoTokenizer as T; \
m = A.from_pretrained('{folder}').merge_and_unload(); m.save_pretrained('{target}'); \
T.from_pretrained({tokenizer}).save_pretrained('{target}')"
""".strip()


def adapter_refusal(folder: Path) -> DlsError:
    """Return the error about a folder that holds an adapter alone; the command in it takes the base model's files.

    Where the adapter has no tokenizer, the command takes that of its base model.
    """
    has_tokenizer = any((folder / name).is_file() for name in _TOKENIZER_FILES)
    target = f"{folder}-merged"
    command = _COMMAND.format(
        folder=folder, target=target, tokenizer=f"'{folder}'" if has_tokenizer else "m.name_or_path"
    )
    return DlsError(
        f"{folder} holds an adapter and no whole model; pip install peft, merge it with `{command}`, and name {target}"
    )
