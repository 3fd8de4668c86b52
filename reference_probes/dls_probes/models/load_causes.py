"""Why the library cannot load a model, with a remedy for each cause."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from dls.errors import DlsError

_FILE_ERRORS = (OSError, UnicodeDecodeError, json.JSONDecodeError, EOFError)  # a file is missing, cut or garbled
_LONGEST_LINE = 300  # characters of the library's own sentence


class _Cause(NamedTuple):
    pattern: str
    sentence: str


_CAUSES = (
    _Cause(
        "contains custom code|trust_remote_code",
        "it needs code from its folder, which could do anything on your machine and is never run; name a model of an "
        "architecture that is part of transformers",
    ),
    _Cause(
        "does not recognize this architecture|Unrecognized model in",
        "the installed transformers {version} does not know its architecture{origin}; pip install --upgrade "
        "transformers, and name another model where the newest release does not know it either",
    ),
    _Cause(
        "for this kind of AutoModel",
        "transformers {version} has no class of this architecture that continues one text, as of most models for "
        "images and sound; name a language model",
    ),
    _Cause(
        "Tokenizer class .* does not exist",
        "the installed transformers {version} does not know its class{origin}; pip install --upgrade transformers",
    ),
    _Cause(
        "Couldn't instantiate the backend tokenizer",
        "the folder lacks its files; put those of the teacher or of the base model beside the weights, such as "
        "tokenizer.json and tokenizer_config.json",
    ),
    _Cause(
        "out of memory|can't allocate memory|not enough memory",
        "its weights do not fit the memory; choose a smaller --dtype, another --device or fewer --workers",
    ),
    _Cause(
        "GPU is needed|[Nn]o GPU|requires? (a|an) (GPU|accelerator)|CUDA is (required|not available)",
        "its quantisation is computed on a GPU alone; run on a machine with one (--device cuda), or name the folder of "
        "the weights before they were quantised",
    ),
)
"""Words of the library's errors, and the sentence in their place; the first that match count."""


def load_failure(folder: Path, part: str, error: Exception) -> DlsError:
    """Return the error about a part of a model that the library could not load.

    Args:
        folder: of the model.
        part: the noun that the message begins with, such as `model` or `tokenizer`.
        error: of the library, or of a package that it calls.
    """
    from transformers import __version__

    sentence = next((cause.sentence for cause in _CAUSES if re.search(cause.pattern, str(error))), None)
    reason = (
        f"{_line(error)}; {_remedy(folder, error)}"
        if sentence is None
        else sentence.format(version=__version__, origin=_origin(folder))
    )
    return DlsError(f"the {part} in {folder} cannot be loaded: {reason}")


def _remedy(folder: Path, error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"pip install {error.name.partition('.')[0]}"
    if isinstance(error, ImportError):
        return "install the package that this names"
    if isinstance(error, MemoryError):
        return "choose a smaller --dtype, another --device or fewer --workers"
    if isinstance(error, _FILE_ERRORS):
        return "fetch the folder again, whole"
    if _configuration(folder).get("quantization_config"):
        return (
            "weights and `quantization_config` do not fit the installed package of this quantisation; install the "
            "release that wrote them, or name the folder of the weights before they were quantised"
        )
    return "config.json asks for a model that this release of transformers cannot build; correct it or fetch it again"


def _origin(folder: Path) -> str:
    """Return which release of the library wrote a configuration, as a part of a sentence; empty where unknown."""
    version = _configuration(folder).get("transformers_version")
    return f" of this folder, which {version} wrote" if isinstance(version, str) else ""


def _configuration(folder: Path) -> dict[str, Any]:
    try:
        value = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _line(error: Exception) -> str:
    """Return the first line of an error; the text of a KeyError is the key alone, so it gets the error's name."""
    line = next(iter(str(error).strip().splitlines()), "")
    return (line if line and not isinstance(error, KeyError) else f"{type(error).__name__} {line}")[:_LONGEST_LINE]
