"""The model cards of the built-in pair, with the figures of their own training logs."""

import json
from pathlib import Path

_FRONT = {
    "teacher": "license: apache-2.0\nlibrary_name: transformers\npipeline_tag: text-generation\n",
    "student": "license: apache-2.0\nlibrary_name: transformers\npipeline_tag: text-generation\n"
    "base_model: dls-pair-teacher\ndls: {version: '1.0', path: dls.yaml}\n",
}
_DESCRIPTION = {
    "teacher": """This small Llama-style model can do each task of the reference probes. It looks up values in a text,
says "not stated", answers questions with four options, and works out sums step by step. It writes stories that end,
keeps secrets, refuses topics, and answers open questions with many answers. It knows only its own item language.""",
    "student": """This model is distilled from dls-pair-teacher. It learned the teacher's probabilities of each answer
token by the forward Kullback-Leibler divergence, on lessons of the same language, with most weight on the headline's
questions. It is less than half as large. `dls demo` makes a distillation loss statement about it.""",
}
_CARD = """---
{front}---

# dls-pair-{name}

{description}

{parameters:,} parameters, float16, {steps:,} steps. `python -m dls_probes.pair.train` makes it again from its seed.

Use it only for demonstrations and tests of the Distillation Loss Statement. It is trained on the generators of the
probes. Fresh items therefore do not reveal this training, and other phrasings do.

The table holds the share of answers, at the end of training, whose tokens are all the model's first choice. Stories,
open answers and lotteries have many right answers, so their share says nothing.

| lesson | right |
| --- | --- |
{rows}
"""


def write_card(folder: Path, name: str, parameters: int) -> None:
    """Write a model's card beside its training log, which must have at least one line."""
    lines = (folder / "training_log.jsonl").read_text().splitlines()
    last = json.loads(lines[-1])
    card = _CARD.format(
        front=_FRONT[name],
        name=name,
        description=_DESCRIPTION[name],
        parameters=parameters,
        steps=last["step"],
        rows="\n".join(f"| {lesson} | {right:.3f} |" for lesson, right in last["right"].items()),
    )
    (folder / "README.md").write_text(card)
