"""A claim of a foreign log cannot be run again here, and the reason names the command that could."""

import math

from tests.lm_eval_runs import lm_eval_run

from dls.commands.cli import main
from dls.verifying.recompute import open_context
from dls_probes.reproduction.access import Verifier, obstacle

ROW = [math.log(share) for share in (0.9, 0.04, 0.03, 0.02)]


def test_the_reason_names_the_command_of_the_harness(tmp_path):
    for arm in ("teacher", "student"):
        answers = [int(arm == "student" and i < 3) for i in range(100)]
        rows = [ROW[answer:] + ROW[:answer] for answer in answers] if arm == "student" else [ROW] * 100
        lm_eval_run(tmp_path / arm, rows, answers=[0] * 100)
    arms = [f"--{arm}={tmp_path / arm}" for arm in ("teacher", "student")]
    assert main(["import", "lm-eval", *arms, "-o", str(tmp_path / "evidence")]) == 0
    assert main(["draft", str(tmp_path / "evidence"), "-o", str(tmp_path / "dls.yaml")]) == 0
    context = open_context(tmp_path / "dls.yaml")
    command = "lm_eval --model hf --model_args pretrained=MODEL --tasks quiz --num_fewshot 0 --log_samples"
    assert command in str(obstacle(context, context.statement.claims[0], Verifier()))
