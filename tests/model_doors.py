"""Kinds of models that people have, and whether a run measures them: the table of the page of models.

`python -m tests.model_doors` prints the table for `docs/models.md`; tests hold the page to it and make every kind.
"""

from typing import NamedTuple

MEASURED, REFUSED, NEVER = "measured", "refused", "never run here"


class Door(NamedTuple):
    """A kind of model, what a run does with it, and what to know or to do."""

    name: str
    verdict: str
    words: str


TABLE = (
    Door("a folder with `model.safetensors`, or with shards", MEASURED, "`--student FOLDER`"),
    Door("a GGUF file", MEASURED, "`--student FILE.gguf`; the library unpacks it when it loads"),
    Door("a LoRA or other PEFT adapter on its base", MEASURED, "`--student ADAPTER --student-base BASE`"),
    Door("an adapter that added tokens", MEASURED, "the same; the adapter holds its embeddings whole"),
    Door("a name in the hub's cache, or the root of a cache", MEASURED, "`--student ORG/NAME`; nothing is fetched"),
    Door("a training folder with one checkpoint", MEASURED, "`--student RUN`"),
    Door("a sequence classifier", MEASURED, "[Classifiers](classifiers.md)"),
    Door("bitsandbytes, 8 or 4 bits", MEASURED, "pip install bitsandbytes"),
    Door("fp8 in blocks", MEASURED, "without a graphics card it is unpacked when it loads"),
    Door("compressed-tensors", MEASURED, "pip install compressed-tensors"),
    Door("GPTQ, AWQ and other schemes of transformers", NEVER, "needs the package that the message names"),
    Door("whole weights beside an adapter", REFUSED, "which are two models. Say which you mean"),
    Door("an adapter without its base", REFUSED, "name its folder with --student-base FOLDER"),
    Door("an adapter of learned prompts", REFUSED, "which puts learned vectors before each prompt"),
    Door("a training folder with several checkpoints", REFUSED, "name a checkpoint"),
    Door("a folder with several GGUF files", REFUSED, "name the one you mean by its path"),
    Door("`pytorch_model.bin` alone", REFUSED, "since others can run code"),
    Door("a name that the hub's cache lacks", REFUSED, "fetch it with `hf download"),
    Door("a quantisation that transformers does not know", REFUSED, "does not know and would skip"),
    Door("an architecture with code of its own", REFUSED, "is never run"),
    Door("an architecture of a newer transformers", REFUSED, "pip install --upgrade transformers"),
    Door("an encoder with a decoder", REFUSED, "an encoder with a decoder"),
    Door("a masked language model", REFUSED, "which reads the answer that it scores"),
    Door("a model of images and text", REFUSED, "as of most models for images and sound"),
    Door("weights that give NaN", REFUSED, "train, merge or convert the model again"),
)  # fmt: skip


def as_markdown() -> str:
    """Return the table of the page of models."""
    lines = ["| you have | a run | how, or the words of the refusal |", "| --- | --- | --- |"]
    for door in TABLE:
        words = f"“… {door.words} …”" if door.verdict == REFUSED else door.words
        lines.append(f"| {door.name} | {door.verdict} | {words} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(as_markdown())  # noqa: T201
