"""Write our own items as a task of lm-evaluation-harness: `python -m tools.lm_eval_task FOLDER [N]`.

The harness then asks the built-in pair without any download (docs/import.md has the commands). A test compares its
log-probabilities with those of our own engine on the same items.
"""

import json
import sys
from pathlib import Path

from dls.probes.catalogue import find_probe

PROBE, SEED, N = "headline.multiple_choice", 20, 40
TASK = """\
task: dls_pair
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{prompt}}}}"
doc_to_choice: "{{{{options}}}}"
doc_to_target: "{{{{answer}}}}"
num_fewshot: 0
metric_list: [{{metric: acc, aggregation: mean, higher_is_better: true}}, {{metric: brier_score}}]
metadata: {{version: 1.0}}
"""


def write_task(folder: Path, n: int = N) -> None:
    """Write `dls_pair.yaml` and the items as JSON lines; the id of an item stands in its document."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder.resolve() / "items.jsonl"
    lines = (
        json.dumps({"id": item.id, "prompt": item.prompt(), "options": item.options, "answer": item.answer}) + "\n"
        for item in find_probe(PROBE).items(SEED, n)
    )
    data.write_text("".join(lines))
    (folder / "dls_pair.yaml").write_text(TASK.format(data=data))


if __name__ == "__main__":
    write_task(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
