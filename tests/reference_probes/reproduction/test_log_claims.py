"""A claim of a foreign log cannot be run again here, and the reason names the command that could."""

import math

import pytest
from tests.lm_eval_runs import lm_eval_run

from dls.commands.cli import main
from dls.verifying.recompute import open_context
from dls_probes.reproduction.access import Verifier, obstacle

ROW = [math.log(share) for share in (0.9, 0.04, 0.03, 0.02)]


def chat(results, _lines):
    results |= {"chat_template_sha": "0" * 64, "fewshot_as_multiturn": True}
    results["config"] |= {
        "model_dtype": "torch.float32", "limit": 100.0, "gen_kwargs": {"top_k": 1},
        **dict.fromkeys(("random_seed", "numpy_seed", "torch_seed"), 7),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "arguments"),
    [
        ((), "pretrained=MODEL --tasks quiz --num_fewshot 0 --log_samples"),
        (
            (chat,),
            (
                "pretrained=MODEL,dtype=float32 --tasks quiz --num_fewshot 0 --apply_chat_template --limit 100 "
                "--gen_kwargs top_k=1 --seed 7,7,7,1234 --log_samples"
            ),
        ),
    ],
)
def test_the_reason_names_the_command_of_the_harness(changes, arguments, tmp_path):
    for arm in ("teacher", "student"):
        answers = [int(arm == "student" and i < 3) for i in range(100)]
        rows = [ROW[answer:] + ROW[:answer] for answer in answers] if arm == "student" else [ROW] * 100
        lm_eval_run(tmp_path / arm, rows, answers=[0] * 100, changes=changes)
    arms = [f"--{arm}={tmp_path / arm}" for arm in ("teacher", "student")]
    assert main(["import", "lm-eval", *arms, "-o", str(tmp_path / "evidence")]) == 0
    assert main(["draft", str(tmp_path / "evidence"), "-o", str(tmp_path / "dls.yaml")]) == 0
    context = open_context(tmp_path / "dls.yaml")
    command = f"lm_eval --model hf --model_args {arguments}"
    assert command in str(obstacle(context, context.statement.claims[0], Verifier()))
