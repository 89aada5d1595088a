"""What one call knows."""

import pytest

from ivr.call.knowledge import LateMatcher, LiveKnowledge
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Context
from ivr.dialogue.understanding import Understanding
from tests.fakes import ANSWERS, FakeKnowledge

pytestmark = pytest.mark.unit

MAC = (Hypothesis("mac"),)


def test_a_late_matcher_learns_when_it_is_first_asked() -> None:
    """Once, and not at all when nobody asks."""
    learned = []

    def learn() -> FakeKnowledge:
        learned.append(True)
        return FakeKnowledge()

    matcher = LateMatcher(learn)  # type: ignore[arg-type]
    assert learned == []
    assert matcher.understand(MAC, None, Context()).intents
    assert matcher.understand(MAC, None, Context()).intents
    assert learned == [True]


def test_a_call_sees_the_edition_published_last() -> None:
    """A publication reaches the next turn of every running call; each understanding is witnessed."""
    editions = [FakeKnowledge(ANSWERS[:1])]
    witnessed: list[Understanding] = []
    knowledge = LiveKnowledge(lambda: editions[-1], witnessed.append)

    assert list(knowledge.intents()) == ["mac"]
    editions.append(FakeKnowledge(ANSWERS))
    assert list(knowledge.intents()) == [answer.intent for answer in ANSWERS]
    assert knowledge.answer("site").transfer == "always"
    understood = knowledge.understand(MAC, None, Context())
    assert witnessed == [understood]


def test_what_is_removed_during_a_call_is_still_there_for_its_caller() -> None:
    """Who was offered a question that is deleted before he says yes gets its answer; new callers do not."""
    editions = [FakeKnowledge(ANSWERS)]
    knowledge = LiveKnowledge(lambda: editions[-1])
    editions.append(FakeKnowledge(ANSWERS[:1]))
    assert list(knowledge.intents()) == ["mac"]
    assert knowledge.answer("site").transfer == "always"
    with pytest.raises(KeyError):
        LiveKnowledge(lambda: editions[-1]).answer("site")
