"""Let a model tell a story, then ask both models about every position of it."""

from dls.probes.on_policy_story import POSITIONS, StoryItem, StoryRecord
from dls_probes.requests import Divergence, Examination, Generate, Prompt, Record, nats
from dls_probes.together import Answered


def examine(item: StoryItem) -> Examination:
    """Sample one story."""
    told = yield Generate(Prompt.user(item.question), POSITIONS, sample=0)
    yield Record({"tokens": list(told.tokens), "text": told.text.strip(), "ended": told.ended})


def examine_pair(answered: Answered[StoryItem, StoryRecord]) -> Examination:
    """Ask how far apart the models are on the student's story and on the teacher's."""
    prompt = Prompt.user(answered.item.question)
    own, given = yield [
        Divergence(prompt, tuple(story.tokens), end=story.ended) for story in (answered.student, answered.teacher)
    ]
    yield Record(
        {
            "reverse": [nats(value) for value in own.reverse],
            "forward": [nats(value) for value in own.forward],
            "given": [nats(value) for value in given.forward],
        }
    )
