"""The beginning and the end of a turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.recognition.endpointing import STEP_SECONDS, Brief, Endpointer, Heard, Onset, Patience, steps

pytestmark = pytest.mark.unit

PATIENCE = Patience()
VOICED = [True] * 30


def ends_after(turn: Endpointer, heard: Heard, limit: int = 2000) -> float:
    """Return the seconds of silence after which the turn ends."""
    return next(i for i in range(1, limit) if turn.step(False, heard)) * STEP_SECONDS


def spoken(**options: object) -> Endpointer:
    turn = Endpointer(PATIENCE, **options)  # type: ignore[arg-type]
    assert not any(turn.step(voiced, Heard()) for voiced in VOICED)
    return turn


@pytest.mark.parametrize(
    ("heard", "seconds"),
    [
        (Heard("ma ligne ne marche plus"), PATIENCE.ordinary),
        (Heard("oui", finished=True), PATIENCE.reply),
        (Heard("je voudrais changer mon"), PATIENCE.unfinished),
        (Heard("ma ligne ne marche plus et"), PATIENCE.unfinished),
        (Heard("je ne sais pas parce qu'"), PATIENCE.unfinished),
        (Heard("je voudrais euh"), PATIENCE.unfinished),
        (Heard("je crois qu'il"), PATIENCE.unfinished),
        (Heard("je veux parler à quelqu'un"), PATIENCE.ordinary),
        (Heard("c'est fini aujourd'hui"), PATIENCE.ordinary),
        (Heard("zéro six douze", unfinished=True), PATIENCE.unfinished),
        (Heard(""), PATIENCE.ordinary),
    ],
)
def test_patience_depends_on_what_was_heard(heard: Heard, seconds: float) -> None:
    """Short after a finished reply, longer inside a sentence, ordinary otherwise."""
    # Two steps of speech linger in the window that tells blips from words.
    assert ends_after(spoken(), heard) == pytest.approx(seconds, abs=3 * STEP_SECONDS)


@pytest.mark.parametrize(
    ("heard", "seconds"),
    [
        (Heard("mon adresse mac"), PATIENCE.decisive),
        (Heard("les appels à l'étranger depuis"), PATIENCE.unfinished),
        (Heard("non", finished=True), PATIENCE.reply),
    ],
)
def test_words_that_decide_end_the_turn_sooner(heard: Heard, seconds: float) -> None:
    """What the dialogue can answer needs no long wait, unless it announces more: « non… c'est »."""
    turn = spoken(decisive=lambda text: True)
    assert ends_after(turn, heard) == pytest.approx(seconds, abs=3 * STEP_SECONDS)


def test_a_pause_within_the_limit_is_no_end() -> None:
    """A caller who goes on in time is one turn."""
    turn = spoken()
    heard = Heard("ma ligne")
    assert not any(turn.step(False, heard) for _ in range(steps(0.6)))
    assert not any(turn.step(True, heard) for _ in range(10))
    assert ends_after(turn, heard) >= PATIENCE.ordinary


def test_a_click_does_not_prolong_the_turn() -> None:
    """A blip of two steps within the silence is no speech."""
    turn = spoken()
    heard = Heard("ma ligne")
    sequence = [False] * 20 + [True] * 2 + [False] * 25
    assert any(turn.step(voiced, heard) for voiced in sequence)


def test_speech_without_end_is_cut() -> None:
    """A caller who never pauses is answered after the longest utterance."""
    turn = Endpointer(PATIENCE)
    count = next(i for i in range(1, 5000) if turn.step(True, Heard("bla")))
    assert count == steps(PATIENCE.longest)


def test_noise_without_words_is_cut_earlier() -> None:
    """A television that Vosk finds no word in does not hold the line for twenty seconds."""
    turn = Endpointer(PATIENCE)
    count = next(i for i in range(1, 5000) if turn.step(True, Heard()))
    assert count == steps(PATIENCE.wordless)


def test_spoken_excludes_the_final_silence() -> None:
    """The length of an utterance is the caller's, not ours."""
    turn = spoken()
    ends_after(turn, Heard("oui"))
    assert turn.spoken == pytest.approx(len(VOICED) * STEP_SECONDS, abs=3 * STEP_SECONDS)


def test_onset_needs_most_of_the_window() -> None:
    """Eight of twelve steps are speech; seven, or eight too far apart, are not."""
    assert [Onset().step(True) for _ in range(1)] == [False]
    onset = Onset()
    assert [onset.step(True) for _ in range(8)] == [False] * 7 + [True]
    onset = Onset()
    assert not any(onset.step(i % 2 == 0) for i in range(100))


@given(st.lists(st.booleans(), max_size=300), st.text(alphabet="abc '", max_size=8), st.booleans())
def test_every_turn_ends(voiced: list[bool], text: str, finished: bool) -> None:
    """Whatever was heard before, silence ends the turn within the longest patience."""
    turn = Endpointer(PATIENCE)
    heard = Heard(text, finished)
    for step in voiced:
        if turn.step(step, heard):
            return
    assert ends_after(turn, heard) <= max(PATIENCE.unfinished, PATIENCE.ordinary) + 3 * STEP_SECONDS


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_the_onset_agrees_with_its_definition(voiced: list[bool]) -> None:
    """There is speech exactly when at least eight of the last twelve steps are voiced."""
    onset = Onset()
    for i, step in enumerate(voiced):
        assert onset.step(step) == (sum(voiced[max(0, i - 11) : i + 1]) >= 8)


def test_a_brief_sound_is_given_up_after_half_a_second_of_silence() -> None:
    """Its words are asked for from a fifth of a second of silence on."""
    brief = Brief()
    for _ in range(6):
        brief.step(True)
    silences = [brief.step(False) for _ in range(steps(0.5)) if not brief.over]
    assert silences[-1] == steps(0.5)
    assert brief.asking


def test_what_is_audible_for_long_is_no_brief_sound() -> None:
    """A line whose background has risen is not listened to for ever; its words are asked for on the way."""
    brief = Brief()
    asked = 0
    while not brief.over:
        brief.step(True)
        asked += brief.asking
    assert brief.length == steps(1.2)
    assert asked == 6
