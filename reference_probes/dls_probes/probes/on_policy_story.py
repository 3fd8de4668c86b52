"""Let a model tell a story, then ask both models about every position of it, or about its text."""

from dls.probes.on_policy_story import POSITIONS, StoryItem, StoryRecord
from dls_probes.probes.two_models import Answered, CrossScored
from dls_probes.requests import Divergence, Elicitation, Generate, Prompt, Record, Score, nats


def elicit(item: StoryItem) -> Elicitation:
    """Sample one story."""
    told = yield Generate(Prompt.user(item.question), POSITIONS, sample=0)
    yield Record({"tokens": list(told.tokens), "text": told.text.strip(), "ended": told.ended})


def elicit_pair(answered: Answered[StoryItem, StoryRecord]) -> Elicitation:
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


def tell(answered: Answered[StoryItem, StoryRecord]) -> Elicitation:
    """Take the model's own story once more, the whole text of it, and ask how probable it is as a text."""
    prompt = Prompt.user(answered.item.question)
    told = yield Generate(prompt, POSITIONS, sample=0)
    scored = yield Score(prompt, told.text, end=told.ended)
    yield Record({"text": told.text, "ended": told.ended, "canonical": told.canonical, "logprob": nats(scored.logprob)})


def hear(heard: CrossScored[StoryItem]) -> Elicitation:
    """Ask how probable the other model's story is as a text."""
    scored = yield Score(Prompt.user(heard.item.question), heard.told["text"], end=heard.told["ended"])
    yield Record({"logprob": nats(scored.logprob)})
