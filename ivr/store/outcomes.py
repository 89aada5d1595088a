"""How a call can end, and what makes an utterance worth learning from.

Names only; ``assembly`` decides which one a call gets.
"""

import enum


class CallOutcome(enum.StrEnum):
    """How a call ended."""

    RESOLVED = "resolved"
    """We took leave after at least one answer."""
    LEFT = "left"
    """The caller hung up after at least one answer."""
    TRANSFERRED = "transferred"
    MESSAGE = "message"
    """Voicemail."""
    CALLBACK = "callback"
    """We took leave with a promise to call back."""
    UNANSWERED = "unanswered"
    """We took leave without an answer: a silent line, closed hours."""
    ABANDONED = "abandoned"
    """The caller hung up before any answer."""
    INTERRUPTED = "interrupted"
    """The server stopped while the call was on."""


CONTAINED = (CallOutcome.RESOLVED, CallOutcome.LEFT)
"""The outcomes that needed nobody."""


class Message(enum.StrEnum):
    """What became of the message of a caller who was given to the mailbox."""

    LEFT = "left"
    NONE = "none"
    """He hung up before he spoke, or said too little to be kept."""
    REFUSED = "refused"
    """The mailbox took nothing: it is missing or full, or he gave up at once; he was led to a person."""


class Lesson(enum.StrEnum):
    """Why an utterance is shown to the supervisor."""

    NO_MATCH = "no-match"
    OUT_OF_SCOPE = "out-of-scope"
    NEAR_MISS = "near-miss"
    DENIED = "denied"
    """A confirmation or a choice was offered, and refused."""
    ABANDONED = "abandoned"
    """The caller hung up after it, without an answer."""
    TRANSFERRED = "transferred"
    """The caller was given to a person after it, without an answer."""


class Decision(enum.StrEnum):
    """What the supervisor did about it."""

    LEARNED = "learned"
    """Made a phrasing of a question, new or old."""
    OUT_OF_SCOPE = "out-of-scope"
    DISMISSED = "dismissed"
