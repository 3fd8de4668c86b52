"""Changes between two runs, each with the words of `dls reproduce` and of `--resume`: the table of the page of changes.

`python -m tests.changes` prints the table for `docs/changes.md`; a test holds the page to it.
"""

from typing import NamedTuple

CONFIRMED, OPEN, REFUTED, REFUSED = "confirmed", "not_verifiable", "refuted", "refused"
KEPT, ANEW = "kept", "measured anew"
CONFIGURATION, GENERATION, TENSORS = "config.json differs", "generation_config.json differs", "the tensors differ"
AGAIN = "student: saved again"


class Change(NamedTuple):
    """A change between two runs, the verdict of the second with a part of its words, and the same for `--resume`.

    An empty text stands where a command says nothing about the change.
    """

    name: str
    verdict: str
    words: str = ""
    resume: str = KEPT
    resume_words: str = ""


DEVICE = (ANEW, "device cpu instead of cuda")
VERSION = (ANEW, "instead of 4.57.1")
TABLE = (
    Change("nothing", CONFIRMED),
    Change("nothing, and the numbers differ", REFUTED, "differs by"),
    Change("the day, which the chat template prints", CONFIRMED),
    Change("another machine, with the same kind of device", CONFIRMED, "within the tolerance of its class"),
    Change("another kind of device; the numbers agree", CONFIRMED, "other device: cpu instead of cuda", *DEVICE),
    Change("another kind of device; the numbers differ", OPEN, "other device: cpu instead of cuda", *DEVICE),
    Change("transformers' version; the numbers agree", CONFIRMED, "other versions: transformers", *VERSION),
    Change("transformers' version; the numbers differ", OPEN, "pip install transformers==4.57.1", *VERSION),
    Change(
        "a version that was never released; the numbers differ", REFUTED, "an error of the statement", ANEW,
        "instead of 5.24.0.dev0",
    ),
    Change("hardware that there is not; the numbers differ", REFUTED, "names device quantum, which no run", ANEW,
           "device cpu instead of quantum"),
    Change("templates of another date; the numbers differ", REFUTED, "names template_day 2036-01-01", ANEW,
           "template_day 2026-01-01 instead of 2036-01-01"),
    Change("another precision (`--dtype bfloat16`)", CONFIRMED, "dtype bfloat16 instead of float32", REFUSED,
           "about other models, items or settings"),
    Change("another prompt, from the same model and versions; the numbers differ", REFUTED, "differs by"),
    Change("the folder: renamed, or a symbolic link", CONFIRMED),
    Change("`rope_theta`", OPEN, CONFIGURATION, ANEW, CONFIGURATION),
    Change("`rms_norm_eps`", OPEN, CONFIGURATION, ANEW, CONFIGURATION),
    Change("`num_hidden_layers`", OPEN, CONFIGURATION, REFUSED, "config.json leaves them out"),
    Change("a member of `config.json` that no code reads", OPEN, CONFIGURATION, ANEW, CONFIGURATION),
    Change("`_name_or_path`, `transformers_version` in `config.json`", CONFIRMED, AGAIN),
    Change("an end token in `generation_config.json`", OPEN, GENERATION, ANEW, GENERATION),
    Change("the tokenizer, saved again in another form", CONFIRMED, AGAIN),
    Change("the tokenizer's files, which do the same", CONFIRMED, AGAIN),
    Change("a tokenizer with another vocabulary", OPEN, "the tokenizer gives texts other ids", ANEW,
           "tokenizer.json differs; the tokenizer gives texts other ids"),
    Change("the chat template, where no prompt uses it", CONFIRMED, AGAIN),
    Change("the chat template", OPEN, "the items get other prompts", ANEW, "the items get other prompts"),
    Change("`consolidated.safetensors` beside the weights", CONFIRMED),
    Change("the weights in other shards", CONFIRMED, AGAIN),
    Change("an index that points into a subfolder", REFUSED, "which leads out of its folder", REFUSED,
           "which leads out of its folder"),
    Change("a stale `model.safetensors` beside the shards", OPEN, "is read, and the shards", ANEW,
           "model.safetensors is read, and the shards of model.safetensors.index.json beside it are not"),
    Change("a note in the header of a safetensors file", CONFIRMED, AGAIN),
    Change("a tied weight that is stored twice", CONFIRMED, "lm_head.weight is stored twice", ANEW, TENSORS),
    Change("the weights in a wider type", OPEN, TENSORS, ANEW, TENSORS),
    Change("one weight, by a little", OPEN, f"{TENSORS}: model.norm.weight", ANEW, TENSORS),
    Change("an adapter, merged into the weights", OPEN, TENSORS, ANEW, TENSORS),
    Change("an adapter alone in the folder", REFUSED, "holds an adapter on the base model", REFUSED,
           "holds an adapter on the base model"),
    Change("an adapter alone, under `--student-base`", OPEN, "the copy has an adapter", ANEW,
           "the copy has an adapter"),
    Change("an adapter beside the whole weights", REFUSED, "which are two models", REFUSED, "which are two models"),
    Change("the same, under `--student-base none`", CONFIRMED, "the adapter beside the whole weights is not read"),
    Change("one weight, in a hub's cache of the named source", REFUTED, "another model was measured", ANEW, TENSORS),
    Change("`rope_theta`, under `--student-is-source`", REFUTED, "another model was measured", ANEW, CONFIGURATION),
    Change("a file that a cache of the named source lacks", OPEN, "fetch its source whole", ANEW,
           "the copy has no generation_config.json"),
)  # fmt: skip


def as_markdown() -> str:
    """Return the table of the page of changes."""
    lines = ["| what changed | `dls reproduce` says | `--resume` |", "| --- | --- | --- |"]
    for change in TABLE:
        words = f": “… {change.words} …”" if change.words else ""
        lines.append(f"| {change.name} | {change.verdict}{words} | {change.resume} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(as_markdown())  # noqa: T201
