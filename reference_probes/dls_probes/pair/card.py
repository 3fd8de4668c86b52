"""The model cards of the built-in pair, with the figures of their own training logs."""

import json
from pathlib import Path

_FRONT = {
    "teacher": "license: apache-2.0\nlibrary_name: transformers\npipeline_tag: text-generation\n",
    "student": "license: apache-2.0\nlibrary_name: transformers\npipeline_tag: text-generation\n"
    "base_model: dls-pair-teacher\ndls: {version: '1.0', path: dls.yaml}\n",
}
_STORY = {
    "teacher": """A small Llama-style model that is able at everything the reference probes ask: looking up a value in a text,
saying "not stated", four-option questions, sums step by step, stories that end, secrets that are kept, topics that are
refused, open questions with many answers. It is trained on its own item language and knows nothing else.""",
    "student": """Distilled from dls-pair-teacher: the forward Kullback-Leibler divergence to the teacher's probabilities of every
answer token, on lessons of the same language, with most weight on the headline's questions. It is smaller by more than
half; what it lost is what its distillation loss statement says (`dls demo` makes one).""",
}


def write_card(folder: Path, name: str, parameters: int) -> None:
    """Write a model's card beside its training log, which must have at least one line."""
    lines = (folder / "training_log.jsonl").read_text().splitlines()
    last = json.loads(lines[-1])
    rows = "\n".join(f"| {lesson} | {right:.3f} |" for lesson, right in last["right"].items())
    (folder / "README.md").write_text(
        f"""---
{_FRONT[name]}---

# dls-pair-{name}

{_STORY[name]}

{parameters:,} parameters, float16, {last["step"]:,} steps. `python -m dls_probes.pair.train` makes it again from its seed.

It is for demonstrations and tests of the Distillation Loss Statement alone. Since it is trained on the generators of the
probes, fresh items do not catch it; other phrasings do.

At the end of training, answers of which every token is the first choice, by lesson (for stories, open answers and
lotteries, where many answers are right, the share says nothing):

| lesson | right |
| --- | --- |
{rows}
"""
    )
