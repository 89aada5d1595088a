"""Matching: from what was heard to what is meant.

``Matcher.build(load_phrasings(directory))`` and ``Matcher.understand``; everything else is inside.
"""

from ivr.knowledge.matching.concepts import Concepts, load_concepts
from ivr.knowledge.matching.decision import Thresholds
from ivr.knowledge.matching.matcher import Matcher
from ivr.knowledge.matching.phrasings import Phrasings, Several, load_phrasings

__all__ = ["Concepts", "Matcher", "Phrasings", "Several", "Thresholds", "load_concepts", "load_phrasings"]
