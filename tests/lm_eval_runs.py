"""Runs of lm-evaluation-harness in its own form, made by a test."""

import hashlib
import json


def lm_eval_run(folder, logprobs, *, answers, changes=None, original=None):
    """Write a run of one multiple-choice task; ``logprobs`` are of shape [items, options]."""
    folder.mkdir(parents=True)
    lines, right = [], 0
    for i, (row, answer) in enumerate(zip(logprobs, answers, strict=True)):
        doc = {"question": f"question {i}", "answer": answer}
        correct = float(row.index(max(row)) == answer)
        right += correct
        lines.append(
            {
                "doc_id": i, "doc": doc, "target": str(answer), "resps": [], "arguments": {},
                "filtered_resps": [[str(value), "False"] for value in row], "filter": "none", "metrics": ["acc"],
                "doc_hash": hashlib.sha256(json.dumps(doc, indent=2).encode()).hexdigest(), "acc": correct,
            }
        )  # fmt: skip
    n = len(lines)
    config = {
        "task": "quiz", "dataset_path": "example/quiz", "test_split": "test", "output_type": "multiple_choice",
        "doc_to_text": "{{question}}", "num_fewshot": 0, "repeats": 1,
        "metric_list": [{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
    }  # fmt: skip
    results = {
        "results": {"quiz": {"alias": "quiz", "acc,none": right / n, "acc_stderr,none": 0.01}},
        "configs": {"quiz": config}, "versions": {"quiz": 1.0}, "n-shot": {"quiz": 0},
        "higher_is_better": {"quiz": {"acc": True}},
        "n-samples": {"quiz": {"original": original or n, "effective": n}},
        "config": {"model": "hf", "fewshot_seed": 1234, "limit": None}, "date": 1795839340.8,
        "lm_eval_version": "0.4.13", "model_name": f"example/{folder.name}",
    }  # fmt: skip
    for change in changes or ():
        change(results, lines)
    (folder / "results_2026-11-28.json").write_text(json.dumps(results))
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    (folder / "samples_quiz_2026-11-28.jsonl").write_text(text)
    return folder
