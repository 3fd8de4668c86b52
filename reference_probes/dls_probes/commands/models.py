"""The arguments by which commands are told which models to ask, and how."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from dls_probes.requests import Frame
from dls_probes.transformers_model import ModelSpec


def positive(text: str) -> int:
    """Return a whole number from 1."""
    if (number := int(text)) < 1:
        raise ValueError
    return number


def add_model_arguments(parser: ArgumentParser, *, teacher_required: bool = True) -> None:
    """Declare the two models and how they compute."""
    parser.add_argument(
        "--teacher", type=Path, required=teacher_required, metavar="FOLDER", help="the teacher's model folder"
    )
    parser.add_argument("--student", type=Path, required=True, metavar="FOLDER", help="the student's model folder")
    parser.add_argument(
        "--device", default="cpu", metavar="D", help="cpu, cuda, cuda:1, mps, auto or split (default: cpu)"
    )
    parser.add_argument(
        "--dtype", default="float32", choices=("float32", "bfloat16", "float16"), help="default: float32, the reference"
    )
    parser.add_argument("--threads", type=positive, default=1, metavar="N", help="threads of each process (default: 1)")
    parser.add_argument(
        "--workers", type=positive, default=0, metavar="N", help="worker processes (default: this process alone)"
    )
    parser.add_argument("--plain", action="store_true", help="plain text instead of the chat template, for base models")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run in the same folder")


def model_spec(folder: Path, arguments: Namespace, frame: Frame = "none") -> ModelSpec:
    """Return how one of the models is asked."""
    return ModelSpec(
        folder,
        dtype=arguments.dtype,
        device=arguments.device,
        threads=arguments.threads,
        prompt_format="plain" if arguments.plain else "chat",
        frame=frame,
    )
