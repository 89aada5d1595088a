"""The shipped texts, with a matcher that has learned them."""

import pytest

from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Thresholds
from ivr.knowledge.published import PublishedKnowledge, load_content
from tests.shipped import PROMPTS


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> PublishedKnowledge:
    """One edition, learned once."""
    matchers = MatcherFactory(tmp_path_factory.mktemp("learned"), Thresholds())
    return PublishedKnowledge(load_content(PROMPTS), matchers.teach(PROMPTS))
