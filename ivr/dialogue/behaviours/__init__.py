"""Conversations as generators, read top to bottom: yield a step, receive what was heard.

A new behaviour is one generator here and one transcript in ``tests/transcripts``. No turn-taking in here.
"""

from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.reception import reception

__all__ = ["Conversation", "reception"]
