"""The built-in pair agrees with its cards: small, a student of half the size, fp16, in the language of its training."""

import json
from pathlib import Path

import pytest
from safetensors import safe_open

from dls.draw import Draw
from dls_probes import pair
from dls_probes.pair.classroom import Classroom
from dls_probes.pair.lessons import SUBJECTS
from dls_probes.pair.look_up import LOOK_UP
from dls_probes.pair.tokenizer import build_tokenizer

FOLDERS = (pair.TEACHER, pair.STUDENT)


def parameters(folder: Path) -> int:
    with safe_open(folder / "model.safetensors", "pt") as weights:
        return sum(weights.get_tensor(name).numel() for name in weights.keys())  # noqa: SIM118  # no mapping


def test_the_teacher_is_small_and_the_student_at_most_half_of_it() -> None:
    teacher, student = map(parameters, FOLDERS)
    assert 400_000 <= teacher <= 1_200_000
    assert student <= teacher / 2


def test_the_pair_fits_into_eight_megabytes() -> None:
    files = [path for folder in FOLDERS for path in folder.iterdir()]
    assert sum(path.stat().st_size for path in files) < 8 * 2**20


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_weights_are_half_precision_safetensors_with_card_and_training_log(folder: Path) -> None:
    with safe_open(folder / "model.safetensors", "pt") as weights:
        assert {weights.get_slice(name).get_dtype() for name in weights.keys()} == {"F16"}  # noqa: SIM118
    log = [json.loads(line) for line in (folder / "training_log.jsonl").read_text().splitlines()]
    steps = [line["step"] for line in log]
    assert steps == sorted(set(steps))
    assert f"{steps[-1]:,} steps" in (folder / "README.md").read_text()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_committed_tokenizer_is_the_one_that_the_script_builds(folder: Path) -> None:
    assert (folder / "tokenizer.json").read_text() == build_tokenizer().backend_tokenizer.to_str(pretty=True)


def test_training_sees_what_the_chat_template_renders() -> None:
    tokenizer = build_tokenizer()
    classroom = Classroom(tokenizer)
    for lesson in (*LOOK_UP[2:], *SUBJECTS):
        turns = lesson(Draw("test", lesson.__name__))
        messages = [{"role": role, "content": text} for role, text in turns]
        ids, answers = classroom.encode(turns)
        assert ids == tokenizer.apply_chat_template(messages, return_dict=False)
        text = tokenizer.decode([token for token, number in zip(ids, answers, strict=True) if number])
        answers_text = " ".join(content for role, content in turns if role == "assistant")
        assert text.replace("</s>", "").split() == answers_text.split()


def test_every_word_of_the_language_is_one_token() -> None:
    tokenizer = build_tokenizer()
    for lesson in SUBJECTS:
        for _, text in lesson(Draw("test", lesson.__name__)):
            assert tokenizer.unk_token_id not in tokenizer(text)["input_ids"]
            words = "".join(c if c.isalpha() else " " for c in text).split()
            assert len([t for t in tokenizer.tokenize(text) if t.strip("▁").isalpha()]) == len(words)


def test_lessons_do_not_share_their_draws_with_evaluations() -> None:
    from dls.probes.collection import PROBES

    names = {lesson.__name__ for lesson in (*LOOK_UP, *SUBJECTS)} | {"pair.lessons", "pair.accuracy"}
    assert not names & {probe.id for probe in PROBES}
