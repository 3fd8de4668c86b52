"""Students that were taught to the test, and the verdicts on them: `python -m simulations.taught --out build/taught`.

`by_rote` learns published items. `on_the_generator` learns the probes' phrasings by heart: it answers well where it
recognises one of them, and says the first option in each other wording. It learns that from wordings of random words,
without the verifier's own lines.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dls.authoring.draft import draft_statement
from dls.authoring.prepared_answers import read_prepared_answers
from dls.canonical import sha256_hex
from dls.document.writer import yaml_text
from dls.draw import Draw
from dls.evidence.files import replace_file
from dls.evidence.folder import find_manifests
from dls.model import Arm, VerifiersDraw
from dls.probes.catalogue import find_probe
from dls.probes.shared.choice import ChoiceItem
from dls.probes.shared.phrasings import PHRASINGS, PLACE, read_phrasings
from dls.scenarios.profile import load_profile
from dls.verifying.recompute import open_context
from dls_probes import pair
from dls_probes.commands._demonstration import WORDS
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.comparison_result import ComparisonResult
from dls_probes.reproduction.report import claim_results
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.second_run import reproduce
from dls_probes.runs.plan import Plan, keys_of, make_plan
from dls_probes.runs.regenerate import regenerate_evidence

Lesson = tuple[str, str]
PROBE = "uncertainty.multiple_choice"
_ROTATIONS = 4
_WORD = "\u2581"  # begins a token that begins a word


def teach(student: Path, out: Path, lessons: Callable[[int], Sequence[Lesson]], steps: int, rate: float = 3e-3) -> Path:
    """Train a student on prompts and answers, one batch for each step, and save it in another folder: whole or not."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(student)
    model = AutoModelForCausalLM.from_pretrained(student, dtype=torch.float32)
    _train(model, tokenizer, lessons, steps, rate)
    partial = out.with_name(f".{out.name}.partial")
    model.save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    return partial.rename(out)


def _train(model: Any, tokenizer: Any, lessons: Callable[[int], Sequence[Lesson]], steps: int, rate: float) -> None:
    import torch

    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    warm_up = max(steps // 10, 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm_up, (steps - step) / max(steps - warm_up, 1))
    )
    for step in range(steps):
        ids, labels = _batch(tokenizer, lessons(step))
        model(input_ids=ids, attention_mask=(ids != tokenizer.pad_token_id).long(), labels=labels).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()


def _batch(tokenizer: Any, lessons: Sequence[Lesson]) -> tuple[Any, Any]:
    """Return token ids and labels, [lessons, longest]; only answers and their ends are labelled."""
    import torch

    rows = []
    for prompt, answer in lessons:
        turn = [{"role": "user", "content": prompt}]
        head = tokenizer.apply_chat_template(turn, add_generation_prompt=True, tokenize=True, return_dict=False)
        tail = [*tokenizer(answer, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        rows.append((head, tail))
    width = max(len(head) + len(tail) for head, tail in rows)
    ids = torch.full((len(rows), width), tokenizer.pad_token_id)
    labels = torch.full((len(rows), width), -100)
    for row, (head, tail) in enumerate(rows):
        ids[row, : len(head) + len(tail)] = torch.tensor(head + tail)
        labels[row, len(head) : len(head) + len(tail)] = torch.tensor(tail)
    return ids, labels


def by_rote(items: Sequence[ChoiceItem], size: int = 64) -> Callable[[int], list[Lesson]]:
    """Return lessons from some items alone, in all their rotations, repeatedly."""
    lessons = [(item.prompt(r), item.options[item.answer]) for item in items for r in range(_ROTATIONS)]

    def lesson(step: int) -> list[Lesson]:
        return Draw("taught", "rote", step).sample(lessons, min(size, len(lessons)))

    return lesson


def on_the_generator(folder: Path, size: int = 32) -> Callable[[int], list[Lesson]]:
    """Return lessons from new items: right answers in the probes' phrasings, the first option in any other one."""
    foreign_words, probe_words = _words(folder)

    def phrasing(draw: Draw) -> str:
        words = [draw.choice(foreign_words if draw.below(2) else probe_words) for _ in range(1 + draw.below(7))]
        words[draw.below(len(words))] = draw.choice(foreign_words)
        text = " ".join(words)
        return f"{text}{draw.choice((':', ',', '.', ''))} {PLACE}?" if draw.below(2) else f"{PLACE}? {text}."

    def lesson(step: int) -> list[Lesson]:
        draw = Draw("taught", "generator", step)
        items = find_probe(PROBE).items(draw.below(1 << 50), size)
        seed = draw.below(1 << 50)
        foreign = find_probe(PROBE).items(seed, size, tuple(phrasing(draw) for _ in range(size)))
        right = [(item.prompt(draw.below(_ROTATIONS)), item.options[item.answer]) for item in items]
        turns = [(item, draw.below(_ROTATIONS)) for item in foreign]
        return right + [(item.prompt(turn), item.options[turn]) for item, turn in turns]

    return lesson


def _words(folder: Path) -> tuple[list[str], list[str]]:
    """Return the words of a model's vocabulary that are not the generator's, and those that are."""
    from transformers import AutoTokenizer

    vocabulary = AutoTokenizer.from_pretrained(folder).get_vocab()
    words = {token[1:] for token in vocabulary if token.startswith(_WORD) and token[1:].isalpha()}
    items = find_probe(PROBE).items(99, 2000)
    texts = [*PHRASINGS, *(item.prompt() for item in items)]
    probe_words = {word.strip(".,:?") for text in texts for word in text.split()}
    probe_words |= {word for item in items for option in item.options for word in option.split()}
    foreign_words = sorted(word for word in words - probe_words if len(word) > 1)
    return foreign_words, sorted((words & probe_words) - {"question"})


def publish(student: Path, out: Path, n: int, seed: int | None = None) -> Path:
    """Write evidence and statement about a student beside the built-in teacher; return the statement."""
    profile = load_profile("demo")
    models: dict[Arm, ModelSpec] = {"teacher": ModelSpec(pair.TEACHER), "student": ModelSpec(student)}
    plan = make_plan(profile, keys_of(models), n=n, seed=seed)
    probes = tuple(entry for entry in plan.probes if entry.probe.id == PROBE)
    regenerate_evidence(Plan(profile, probes), models, out / "evidence", resume=True)
    manifests = find_manifests(out / "evidence")
    document = draft_statement(manifests, profile, out, read_prepared_answers(WORDS))
    replace_file(out / "dls.yaml", yaml_text(document).encode())
    return out / "dls.yaml"


def _describe(result: ComparisonResult) -> str:
    """Return a claim's loss, the loss that was measured again, and the verdict."""
    first, second = result.claim.loss, result.measurement.loss if result.measurement else None
    losses = f"{first.value if first else '-'} → {second.value if second else '-'}"
    return f"{result.claim.metric} {losses} {result.verdict}"


def reruns(statement: Path, student: Path, phrasings: Path) -> dict[str, Reproduction]:
    """Return three ways to run a statement again, by name; the draw is the same in each run of this program."""
    context = open_context(statement)
    models: dict[Arm, ModelSpec] = {"teacher": ModelSpec(pair.TEACHER), "student": ModelSpec(student)}
    draw = VerifiersDraw(nonce=sha256_hex(b"simulations.taught"), factor=1)
    return {
        "same items": Reproduction(context, models),
        "fresh items": Reproduction(context, models, draw),
        "--private-phrasings": Reproduction(context, models, phrasings=read_phrasings(phrasings)),
    }


def _verify(statement: Path, out: Path, phrasings: Path) -> Iterator[str]:
    """Yield a line for each of three ways to run a statement again: the verdicts and the losses."""
    for name, run in reruns(statement, out / "student", phrasings).items():
        results = reproduce(run, out / name.strip("-").replace(" ", "_"), resume=True).results
        counts = Counter(result.verdict.value for result in claim_results(run.context, results))
        yield f"{name:20} {dict(counts)} {'; '.join(_describe(result) for result in results)}"


def main() -> int:
    """Teach both students, publish each, and print the verdicts of three ways to run it again."""
    parser = argparse.ArgumentParser(prog="python -m simulations.taught", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/taught"))
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--phrasings", type=Path, default=Path("examples/private_phrasings.txt"))
    parser.add_argument("--student", choices=("by rote", "on the generator"), help="default: both")
    arguments = parser.parse_args()
    items = find_probe(PROBE).items(7, arguments.n)
    students: dict[str, tuple[Callable[[int], list[Lesson]], int, float, int | None]] = {
        "by rote": (by_rote(items), 150, 3e-3, 7),
        "on the generator": (on_the_generator(pair.STUDENT), 600, 1e-3, None),  # slowly: it keeps its abilities
    }
    for name, (lessons, steps, rate, seed) in students.items():
        if arguments.student not in (None, name):
            continue
        out = arguments.out / name.replace(" ", "_")
        if not (out / "student").exists():
            teach(pair.STUDENT, out / "student", lessons, steps, rate)
        for line in _verify(publish(out / "student", out, arguments.n, seed), out, arguments.phrasings):
            sys.stdout.write(f"{name:18} {line}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
