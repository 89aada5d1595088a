"""A call is assembled from what was observed, whatever the order it came in."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue import events
from ivr.dialogue.actions import (
    BookCallback,
    Expecting,
    HangUp,
    LeaveMessage,
    Line,
    Listen,
    Perform,
    RefuseRecording,
    Say,
    StopPrompt,
    Transfer,
)
from ivr.dialogue.understanding import Candidate, Command, Outcome, Reject, Understanding
from ivr.store.assembly import CallAssembly, CallFacts, Content, Observed
from ivr.store.records import Kind, Record, decode

pytestmark = pytest.mark.unit

CONTENT = Content("e1", frozenset({"adresse-mac", "test-ping"}))
SURE = Understanding("adresse mac", Outcome.ANSWER, (Candidate("adresse-mac", 0.9),))
MAYBE = Understanding("adresse mac", Outcome.CONFIRM, (Candidate("adresse-mac", 0.5),))
NO = Understanding("non", Outcome.COMMAND, command=Command.NO)
MISS = Understanding("blabla", Outcome.REJECT, reject=Reject.NO_MATCH)


DICTATED = "zéro six douze trente-quatre cinquante-six soixante-dix-huit"


FACTS = CallFacts("c1", "here", "abc")
NOTICE = (Say(0, (Line("enreg.avis", "peut être enregistré"),)), events.PromptFinished(0))
"""What a caller hears before his voice is kept."""


def assembly(facts: CallFacts = FACTS) -> CallAssembly:
    return CallAssembly(facts, lambda: CONTENT, 100.0, 1_800_000_000.0, UTC)


def assemble(*observed: Observed, facts: CallFacts = FACTS) -> list[Record]:
    """Observe one thing a second."""
    call = assembly(facts)
    records = call.begin()
    for second, what in enumerate(observed):
        records += call.take(100.0 + second, what)
    return records


def rows(records: list[Record], kind: Kind) -> list[dict[str, object]]:
    return [record.row for record in records if record.kind is kind]


def say(turn: int, *prompts: str) -> Say:
    return Say(turn, tuple(Line(prompt, f"texte de {prompt}") for prompt in prompts))


def heard(turn: int, text: str) -> events.Utterance:
    return events.Utterance(turn, (events.Hypothesis(text, 0.8),), seconds=1.5)


def outcome(*observed: Observed) -> object:
    return rows(assemble(*observed), Kind.CALL)[-1]["outcome"]


def test_a_turn_is_what_we_said_and_what_came_back() -> None:
    """A turn ends when our next prompt answers it; its latency is the time between."""
    turn, last = rows(
        assemble(say(1, "menu.1"), heard(1, "adresse mac"), SURE, say(2, "adresse-mac.e1"), HangUp()),
        Kind.TURN,
    )
    assert turn["text"] == "adresse mac"
    assert (turn["intent"], turn["score"], turn["respond_ms"], turn["understand_ms"]) == (
        "adresse-mac",
        0.9,
        2e3,
        1e3,
    )
    assert (last["answered"], last["respond_ms"]) == ("adresse-mac", None)


def test_parts_of_one_prompt_are_one_turn() -> None:
    """What is said in several pieces before the caller answers belongs together."""
    turns = rows(assemble(say(1, "accueil.1"), say(2, "menu.1"), heard(2, "oui"), NO, HangUp()), Kind.TURN)
    assert [[line["prompt"] for line in turn["prompts"]] for turn in turns] == [["accueil.1", "menu.1"]]  # type: ignore[attr-defined]


def test_barge_in_is_speech_that_cut_a_prompt() -> None:
    """A prompt cut by a key is no barge-in; one cut by speech is."""
    spoken, keyed = rows(
        assemble(
            say(1, "menu.1"), events.SpeechStarted(), StopPrompt(), heard(1, "oui"), NO,
            say(2, "menu.1"), events.KeyPressed("1"), StopPrompt(), HangUp(),
        ),
        Kind.TURN,
    )  # fmt: skip
    assert (spoken["barge_in"], keyed["barge_in"], keyed["pressed"]) == (True, False, "1")


def test_silence_is_counted() -> None:
    """A deadline while the caller may speak is a silence; one during a prompt or an effect is not."""
    records = assemble(
        say(1, "menu.1"),
        Listen(1),
        events.DeadlineReached(),
        say(2, "ni.1"),
        events.DeadlineReached(),
        HangUp(),
    )
    assert [turn["silence"] for turn in rows(records, Kind.TURN)] == [True, False]
    assert rows(records, Kind.CALL)[-1]["silences"] == 1


def test_a_cough_is_no_turn() -> None:
    """A sound without words does not end a turn."""
    records = assemble(say(1, "menu.1"), events.Utterance(1, ()), say(2, "menu.1"), events.CallerHungUp())
    assert len(rows(records, Kind.TURN)) == 1


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ((say(1, "adresse-mac.e1"), say(2, "fin.1"), HangUp()), "resolved"),
        ((say(1, "adresse-mac.e1"), events.CallerHungUp()), "left"),
        ((say(1, "adresse-mac.e1"), say(2, "ni.fin"), HangUp()), "left"),
        ((say(1, "menu.1"), events.CallerHungUp()), "abandoned"),
        ((say(1, "ni.fin"), HangUp()), "unanswered"),
        ((say(1, "tr.libre"), Transfer("support", "requested")), "transferred"),
        ((say(1, "msg.1"), LeaveMessage("requested")), "message"),
        (
            (
                say(1, "cb.ok"),
                Perform(1, BookCallback("0612345678", "", "")),
                events.EffectDone(1, True),
                HangUp(),
            ),
            "callback",
        ),
        (
            (
                say(1, "cb.ok"),
                Perform(1, BookCallback("0612345678", "", "")),
                events.EffectDone(1, False),
                HangUp(),
            ),
            "unanswered",
        ),
    ],
)
def test_every_end_has_its_outcome(observed: tuple[Observed, ...], expected: str) -> None:
    """How a call ended follows from what was said and done."""
    assert outcome(*observed) == expected


def test_a_refused_confirmation_is_a_lesson() -> None:
    """« C'est bien… ? » « Non »: the utterance before is worth learning from."""
    records = assemble(
        say(1, "menu.1"),
        heard(1, "adresse mac"),
        MAYBE,
        say(2, "conf.1"),
        heard(2, "non"),
        NO,
        say(3, "conf.non"),
    )
    assert rows(records, Kind.LESSON) == [{"call": "c1", "number": 1, "lesson": "denied"}]


def test_an_unanswered_question_is_a_lesson() -> None:
    """A question that ends with a person or a hang-up is worth learning from, unless it was answered."""
    question = (say(1, "menu.1"), heard(1, "adresse mac"), MAYBE, say(2, "conf.1"))
    assert (
        rows(assemble(*question, Transfer("support", "requested")), Kind.LESSON)[0]["lesson"] == "transferred"
    )
    assert rows(assemble(*question, events.CallerHungUp()), Kind.LESSON)[0]["lesson"] == "abandoned"
    assert rows(assemble(*question, say(3, "adresse-mac.e1"), events.CallerHungUp()), Kind.LESSON) == []


def test_secrets_and_numbers_are_never_kept() -> None:
    """Where the dialogue expects a secret, and where a number is said, words stay out; commands may stay."""
    secret = Expecting(private=True)
    password, command, number, volunteered = rows(
        assemble(
            say(1, "secu.mdp"), Listen(1, secret), heard(1, "mon code est tartempion"), MISS,
            say(2, "nm.1"), Listen(2, secret), heard(2, "non"), NO,
            say(3, "cb.autre-numero"), Listen(3, secret), *map(events.KeyPressed, "0612345678"),
            say(4, "cb.verif"), heard(4, DICTATED), MISS,
            events.CallerHungUp(),
        ),
        Kind.TURN,
    )  # fmt: skip
    assert (password["masked"], password["text"], password["n_best"], password["text_key"]) == (
        "private", None, None, None,
    )  # fmt: skip
    assert (command["masked"], command["text"]) == (None, "non")
    assert (number["masked"], number["pressed"]) == ("private", "•" * 10)
    assert (volunteered["masked"], volunteered["prompts"]) == ("number", [{"prompt": "cb.verif"}])


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        (("alors zéro six", "oui alors douze trente-quatre"), [True, True]),
        (
            ("ma carte quarante et un", "c'est onze onze", "puis onze", "onze onze onze onze puis voilà"),
            [True] * 4,
        ),
        (("j'ai douze postes", "avec deux lignes"), [False, False]),
        (("la version douze", "pardon la trois"), [False, False]),
    ],
)
def test_a_number_given_over_two_turns_is_masked_in_both(said: tuple[str, ...], masked: list[bool]) -> None:
    """No turn gives it whole; words and sound of the first go once the second completes it."""
    talk = [
        each for turn, text in enumerate(said, 1) for each in (say(turn, "nm.1"), heard(turn, text), MISS)
    ]
    call = assembly()
    records = [record for second, what in enumerate(talk) for record in call.take(100.0 + second, what)]
    records += call.take(200.0, events.CallerHungUp())
    gone = {row["number"] for row in rows(records, Kind.MASK)}
    kept = [row["text"] is None or row["number"] in gone for row in rows(records, Kind.TURN)]
    assert kept == masked
    assert [row["text"] is None for row in call.so_far()] == masked


def test_disclosure_is_stamped_when_it_was_heard() -> None:
    """A greeting that was cut proves nothing; one that was heard whole does, once."""
    whole = assemble(
        say(1, "accueil.1"), events.PromptFinished(1), say(2, "accueil.1"), events.PromptFinished(2)
    )
    assert [stamp["kind"] for stamp in rows(whole, Kind.STAMP)] == ["disclosure"]
    assert rows(assemble(say(1, "accueil.1"), StopPrompt(), events.PromptFinished(9)), Kind.STAMP) == []


@pytest.mark.parametrize(
    ("whole", "kinds"), [(0, []), (1, ["disclosure"]), (2, ["disclosure", "recording-notice"])]
)
def test_a_caller_who_interrupts_has_heard_what_came_before(whole: int, kinds: list[str]) -> None:
    """What was played whole counts, even when its end is reported after the next prompt was begun."""
    told = say(1, "accueil.1", "enreg.avis", "menu.1")
    stamps = rows(assemble(told, StopPrompt(), say(2, "tr.ok"), events.PromptCut(1, whole)), Kind.STAMP)
    assert [stamp["kind"] for stamp in stamps] == kinds


def test_refusal_forgets_what_was_kept() -> None:
    """« Sans enregistrement » is stamped, forgets, and silences the rest."""
    records = assemble(
        say(1, "enreg.avis"), heard(1, "sans enregistrement"), MISS, Perform(1, RefuseRecording()),
        events.EffectDone(1, True), say(2, "enreg.refus"), heard(2, "adresse mac"), MAYBE,
        events.CallerHungUp(),
    )  # fmt: skip
    assert rows(records, Kind.FORGET) == [{"call": "c1"}]
    assert [turn["text"] for turn in rows(records, Kind.TURN)] == [None, None]
    assert rows(records, Kind.LESSON) == []


def test_nothing_is_recorded_after_the_end() -> None:
    """One call, one end."""
    call = assembly()
    assert len(call.take(101.0, events.CallerHungUp())) == 1
    assert (
        call.take(102.0, events.CallerHungUp())
        == []
        == call.take(102.0, say(9, "menu.1"))
        == call.interrupt(103.0)
    )


def test_hours_are_the_desks() -> None:
    """The statistics' hour, day and week are written with the call, from its start."""
    row = assembly().begin()[0].row
    start = datetime.fromtimestamp(1_800_000_000, UTC)
    assert (row["hour"], row["day"], row["week"]) == (f"{start:%Y-%m-%dT%H}", f"{start:%Y-%m-%d}", "2027-W02")


ANYTHING = st.one_of(
    st.builds(say, st.integers(0, 3), st.sampled_from(["menu.1", "adresse-mac.e1", "secu.mdp", "fin.1"])),
    st.builds(heard, st.integers(0, 3), st.text(max_size=30)),
    st.sampled_from(
        [SURE, MAYBE, NO, MISS, StopPrompt(), Listen(1), HangUp(), Perform(1, RefuseRecording())]
    ),
    st.sampled_from(
        [events.SpeechStarted(), events.DeadlineReached(), events.CallerHungUp(), events.CallAnswered()]
    ),
    st.builds(events.PromptFinished, st.integers(0, 3)),
    st.builds(events.PromptCut, st.integers(0, 3), st.integers(0, 3)),
    st.builds(events.PromptFailed, st.integers(0, 3), st.just("x")),
    st.builds(events.EffectDone, st.integers(0, 3), st.booleans()),
    st.builds(events.KeyPressed, st.sampled_from("0123456789*#")),
)


@given(st.lists(ANYTHING, max_size=40))
def test_any_storm_is_recorded(observed: list[Observed]) -> None:
    """Whatever happens, in any order: no error, turns numbered 1…n, one end, records fit for the spool."""
    records = assemble(*observed, events.CallerHungUp())
    assert [turn["number"] for turn in rows(records, Kind.TURN)] == list(
        range(1, len(rows(records, Kind.TURN)) + 1)
    )
    ends = [row for row in rows(records, Kind.CALL) if row["outcome"]]
    assert len(ends) == 1
    assert ends[0]["turns"] == len(rows(records, Kind.TURN))
    assert [decode(record.encode()) for record in records] == records


def kept_sound(*observed: Observed, sound: bool = True) -> dict[str, bytes]:
    """The sounds kept of a call, by their files."""
    facts = CallFacts("c1", "here", "abc", recorded=True, sound=sound)
    records = assemble(*observed, facts=facts)
    kept = {str(record.row["sound"]): record.sound for record in records if record.sound}
    assert [name for row in rows(records, Kind.TURN) if (name := row["sound"])] == list(kept)
    return kept


def aloud(turn: int, text: str) -> events.Utterance:
    return events.Utterance(turn, (events.Hypothesis(text, 0.8),), sound=b"said")


def test_sound_is_kept_where_it_may_be() -> None:
    """Named by day, call and turn; not when it is switched off, not before the caller was told."""
    said = (say(1, "menu.1"), aloud(1, "adresse mac"), SURE, HangUp())
    assert kept_sound(*NOTICE, *said) == {"2027-01-15/c1-1.wav": b"said"}
    assert kept_sound(*NOTICE, *said, sound=False) == {}
    assert kept_sound(*said) == {}
    assert kept_sound(NOTICE[0], StopPrompt(), *said) == {}


@pytest.mark.parametrize(
    "observed",
    [
        (say(1, "cb.numero"), Listen(1, Expecting(private=True)), aloud(1, "conseiller"), NO),
        (say(1, "menu.1"), aloud(1, DICTATED), MISS),
        (say(1, "menu.1"), aloud(1, "zéro six douze"), MISS),
        (say(1, "menu.1"), aloud(1, "adresse mac"), Perform(1, RefuseRecording()), SURE),
        (say(1, "menu.1"), aloud(1, ""), MISS),
    ],
)
def test_sound_is_not_kept_where_it_may_hold_a_secret(observed: tuple[Observed, ...]) -> None:
    """A secret, a number or part of one, a refusal, a cough: nothing of it is kept."""
    assert kept_sound(*NOTICE, *observed, HangUp()) == {}


def test_a_call_that_goes_on_holds_no_sound() -> None:
    """What was said is held for its own turn only, and never shown."""
    call = assembly(CallFacts("c1", "here", recorded=True, sound=True))
    for what in (*NOTICE, say(1, "menu.1"), aloud(1, "adresse mac"), SURE):
        call.take(101.0, what)
    assert "said" not in repr(call.so_far())
    assert call.so_far()[-1]["sound"] is None
    (turn,) = [record for record in call.take(102.0, say(2, "menu.1")) if record.kind is Kind.TURN]
    assert b"said" not in turn.encode()
    assert call._before is not None
    assert call._before.sound == b""
