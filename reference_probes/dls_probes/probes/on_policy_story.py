"""Let a model write a story, then ask both models about every position of it, or about its text."""

from dls.probes.on_policy_story import (
    POSITIONS,
    ScoredStory,
    StoryAcrossRecord,
    StoryItem,
    StoryPairRecord,
    StoryRecord,
)
from dls_probes.probes.two_models import AnsweredItem, OtherScore, OwnText
from dls_probes.requests import Divergence, Elicitation, Generate, Prompt, Score, nats


def elicit(item: StoryItem) -> Elicitation:
    """Sample one story."""
    story = yield Generate(Prompt.user(item.question), POSITIONS, sample=0, is_fixed=True)
    yield StoryRecord(
        item.id, tokens=list(story.tokens), text=story.text.strip(), ended=story.ended, gap=nats(story.gap)
    )


def elicit_pair(answers: AnsweredItem[StoryItem, StoryRecord]) -> Elicitation:
    """Ask how far apart the models are on the student's story and on the teacher's."""
    prompt = Prompt.user(answers.item.question)
    student, teacher = yield [
        Divergence(prompt, tuple(story.tokens), end=story.ended) for story in (answers.student, answers.teacher)
    ]
    yield StoryPairRecord(
        answers.id,
        reverse=[nats(value) for value in student.reverse],
        forward=[nats(value) for value in student.forward],
        given=[nats(value) for value in teacher.forward],
    )


def write_for(answers: AnsweredItem[StoryItem, StoryRecord]) -> Elicitation:
    """Take the model's own story once more, its whole text, and ask how probable it is as a text."""
    prompt = Prompt.user(answers.item.question)
    story = yield Generate(prompt, POSITIONS, sample=0, is_fixed=True)
    score = yield Score(prompt, story.text, end=story.ended)
    yield OwnText(
        answers.id,
        text=story.text,
        ended=story.ended,
        logprob=nats(score.logprob),
    )


def score_other(item: StoryItem, other_text: OwnText) -> Elicitation:
    """Ask how probable the other model's story is as a text."""
    score = yield Score(Prompt.user(item.question), other_text.text, end=other_text.ended)
    yield OtherScore(item.id, logprob=nats(score.logprob))


def join(teacher: OwnText, by_student: OtherScore, student: OwnText, by_teacher: OtherScore) -> StoryAcrossRecord:
    """Return the record of both stories, each with the log-probability that both models give it."""
    return StoryAcrossRecord(
        teacher.id,
        teacher=_story(teacher, teacher=teacher.logprob, student=by_student.logprob),
        student=_story(student, teacher=by_teacher.logprob, student=student.logprob),
    )


def _story(own_text: OwnText, *, teacher: float, student: float) -> ScoredStory:
    return ScoredStory(own_text.text, teacher=teacher, student=student)
