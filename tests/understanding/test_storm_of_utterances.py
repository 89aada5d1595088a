"""Two hundred calls of real utterances in any order, from every state, with detours.

Nobody is hung up on against his will, no promise is lost, and nobody is left without a word.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.dialogue import events
from ivr.dialogue.actions import BookCallback, Perform
from ivr.french.assent import assent, takes_leave
from ivr.knowledge.published import PublishedKnowledge
from tests.understanding.states import STATES, done, reach

pytestmark = pytest.mark.unit

UTTERANCES = sorted(
    {
        line.split("\t")[1]
        for line in Path(__file__).with_name("acts_in_state.tsv").read_text("utf-8").splitlines()
    }
)
MORE = (
    """
oui / non / suite / retour / un conseiller / être rappelé / oui rappelez-moi / demain matin / un instant
putain / comment retrouver l'adresse mac / un collaborateur quitte la société / je déménage mon bureau
mon poste ne s'enregistre pas / quelles fonctionnalités sont incluses / et la météo de demain / j'y arrive pas
zéro six douze trente-quatre cinquante-six soixante-dix-huit / c'est quoi le PoE / mon mot de passe c'est toto
vous êtes ouverts le samedi
""".strip()
    .replace("\n", " / ")
    .split(" / ")
)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(sorted(STATES)), st.lists(st.sampled_from(UTTERANCES + MORE), min_size=4, max_size=12))
def test_no_storm_ends_a_call_or_loses_a_promise(
    knowledge: PublishedKnowledge, state: str, storm: list[str]
) -> None:
    """Whatever is said, in whatever order."""
    call, talk, did = reach(knowledge, state)
    promised, kept = talk.booking is not None, False
    for text in storm:
        if call.ended:
            break
        asked = did[-1] if did else ""
        actions = call.say(text) + call.listen()
        did = done(actions) or did
        if "HANGUP" in did:
            assert takes_leave(text) or (asked == "fin.question" and assent(text)), (asked, text)
        booked = any(isinstance(a, Perform) and isinstance(a.effect, BookCallback) for a in actions)
        told_not = "cb.abandon" in did
        promised, kept = (promised or talk.booking is not None) and not told_not, kept or booked
        assert actions or call.ended or talk.dictation.digits or "nav" in asked or "HANDS" in asked, (
            asked,
            text,
        )
    if promised and not kept:
        assert any(isinstance(action, Perform) for action in call.send(events.CallerHungUp()))
