"""What the conversation so far says about the next utterance.

Turns a context into factors on the odds, and reads replies to a pending choice; hears nothing itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ivr.dialogue.ports import Context
from ivr.dialogue.understanding import Candidate, Command, Outcome, Reject, Understanding
from ivr.french.heard import clean, fold, words
from ivr.knowledge.matching.features import Floats
from ivr.knowledge.matching.model import Labels

CANDIDATE = 4.0
"""Factor on the odds of the intents just offered."""
FOLLOW_UP = 4.0
"""Factor on the odds of what usually follows the answer in progress."""
SAME_AGAIN = 1.5
"""Factor on the odds of the answer in progress itself."""
REPLY = 3.0
"""Factor on the odds of yes and no while a question is pending."""

_ALIKE = 90.0
"""rapidfuzz ratio from which a reply is one of those written down."""
_LONGEST_REPLY = 8
"""Words."""
_VAGUE = re.compile(r"^(?:et|ou|mais|sinon|alors|oui mais)\b|\b(?:y|la dessus|pour ca|de ca|dans ce cas)\b")
_AGREEMENT = re.compile(
    r"^(?:(?:ah|euh|bon|ben|bah|alors|mais|eh|hein|attendez) )*(?:oui|ouais|ouaip|ok|okay|d accord|non|nan)\b"
    r"(?: (?:oui|ouais|non|mais|alors|bon|ben|euh|merci|ok|et|donc|en fait))* "
    r"(?P<rest>(?!(?:oui|ouais|non|mais|ok|merci)$).+)$"
)
_CORRECTION = re.compile(
    r"^(?:(?:ah|euh|mais|ben|bah) )*(?:non )+(?:(?:mais|pas du tout|pas ca|c est pas ca|du tout|merci) )*"
    r"(?:(?:c est|c etait|je parle|je parlais|je voulais|je veux|je voudrais|moi c est|plutot|en fait|"
    r"il s agit) )?"
    r"(?:(?:de|du|d|des|pour|sur|parler|dire|savoir|plutot) )*(?P<rest>.+)$"
)


@dataclass(frozen=True, slots=True)
class Situation:
    """Reads contexts for one installation."""

    labels: Labels
    follow_ups: Mapping[str, Sequence[str]]
    replies: Mapping[str, str]
    """Folded reply → which (``first``, ``both``…)."""

    @classmethod
    def of(
        cls, labels: Labels, follow_ups: Mapping[str, Sequence[str]], replies: Mapping[str, Sequence[str]]
    ) -> "Situation":
        """Build from the follow-ups of the answers and the written replies."""
        known = {" ".join(words(line)): name for name in _CHOICES for line in replies.get(name, ())}
        return cls(labels, follow_ups, {text: name for text, name in known.items() if text})

    def weigh(self, probabilities: Floats, text: str, context: Context) -> Floats:
        """Return *probabilities* after what *context* makes more likely."""
        weighed = probabilities.copy()
        for intent in context.candidates:
            self._favour(weighed, intent, CANDIDATE)
        if context.intent and _VAGUE.search(fold(clean(text))):
            self._favour(weighed, context.intent, SAME_AGAIN)
            for intent in self.follow_ups.get(context.intent, ()):
                self._favour(weighed, intent, FOLLOW_UP)
        if context.expecting_reply:
            for position, command in enumerate(self.labels.commands, len(self.labels.intents)):
                if command in (Command.YES, Command.NO):
                    weighed[position] *= REPLY
        total: Floats = weighed / weighed.sum()
        return total

    def reply(self, text: str, context: Context) -> Understanding | None:
        """Return what a reply like « le premier » means for the intents just offered; None if it is none."""
        heard = words(text)
        if not (context.expecting_reply and context.candidates and heard) or len(heard) > _LONGEST_REPLY:
            return None
        found = process.extractOne(
            " ".join(heard), self.replies.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE
        )
        return None if found is None else _chosen(text, self.replies[found[0]], context.candidates)

    def _favour(self, weighed: Floats, intent: str, factor: float) -> None:
        if intent in self.labels.intents:
            weighed[self.labels.intents.index(intent)] *= factor


def beyond_agreement(text: str) -> str | None:
    """Return what follows « ouais, … », « non mais … » in *text*, None when nothing does."""
    plain = " ".join(re.findall(r"[a-z0-9]+", fold(clean(text))))
    found = _AGREEMENT.match(plain)
    return found["rest"] if found else None


def correction(text: str) -> str | None:
    """Return what follows « non, c'est… » in *text*, None when it is no correction."""
    plain = " ".join(re.findall(r"[a-z0-9]+", fold(clean(text))))
    found = _CORRECTION.match(plain)
    return found["rest"] if found and found["rest"] not in _NO_MORE else None


_NO_MORE = {"non", "merci", "pas du tout", "pas ca", "c est pas ca", "du tout", "ca"}
_CHOICES = ("first", "second", "third", "both", "neither")
_PLACE = {"first": 0, "second": 1, "third": 2}


def _chosen(text: str, which: str, candidates: Sequence[str]) -> Understanding | None:
    if which == "neither":
        return Understanding(text, Outcome.COMMAND, command=Command.NO)
    if which == "both" and len(candidates) > 1:
        return Understanding(text, Outcome.ANSWER, tuple(Candidate(intent, 1.0) for intent in candidates[:2]))
    place = _PLACE.get(which, len(candidates))
    if place < len(candidates):
        return Understanding(text, Outcome.ANSWER, (Candidate(candidates[place], 1.0),))
    return Understanding(text, Outcome.REJECT, reject=Reject.NO_MATCH)
