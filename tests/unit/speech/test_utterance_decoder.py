"""Two decoders on one utterance."""

import pytest

from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import Hypothesis, Word
from ivr.speech.recognition.endpointing import Heard
from ivr.speech.recognition.utterance_decoder import UtteranceDecoder, calibrated
from tests.unit.speech.fakes import LOUD, QUIET, ScriptedRecognizer

pytestmark = pytest.mark.unit

YES_NO = Expecting(("oui", "non"))


def hearing(recognizer: ScriptedRecognizer, expecting: Expecting = YES_NO) -> UtteranceDecoder:
    heard = UtteranceDecoder(recognizer)
    heard.expect(expecting)
    heard.begin(LOUD * 3)
    return heard


def test_a_reply_is_heard_in_both_modes() -> None:
    """The closed grammar's phrase is finished, and comes with the free reading."""
    heard = hearing(ScriptedRecognizer("oui", "oui"))
    assert heard.heard == Heard("oui", finished=True)
    readings, closed = heard.finish()
    assert [r.text for r in readings] == ["oui"]
    assert closed is not None
    assert closed.text == "oui"


@pytest.mark.parametrize(
    "recognizer",
    [
        ScriptedRecognizer("ma ligne ne marche plus", "[unk]"),
        ScriptedRecognizer("oui", "oui [unk]"),
        ScriptedRecognizer("oui", "oui", confidence=0.4),
        ScriptedRecognizer("huit", "oui", advantage=-0.5),
        ScriptedRecognizer("oui", "conseiller"),
        ScriptedRecognizer("puis je voudrais un conseiller", "oui"),
        ScriptedRecognizer("oui", ""),
    ],
)
def test_what_is_no_reply_is_not_reported_as_one(recognizer: ScriptedRecognizer) -> None:
    """Unknown words, doubt, or a whole sentence in free decoding: no closed hypothesis."""
    assert hearing(recognizer).finish()[1] is None


def test_a_reply_against_another_reading_is_as_sure_as_it_is_likely() -> None:
    """Free decoding heard something else, less likely: a reply, with the probability between the two."""
    closed = hearing(ScriptedRecognizer("huit", "oui", advantage=2.0)).finish()[1]
    assert closed is not None
    assert closed.confidence == pytest.approx(0.88, abs=0.01)


def test_unknown_words_are_left_out_and_cost_confidence() -> None:
    """A free reading has only words, and none of them means nothing was said."""
    ((reading,), _) = hearing(ScriptedRecognizer("[unk] ligne")).finish()
    assert (reading.text, reading.confidence) == ("ligne", 0.5)
    assert hearing(ScriptedRecognizer("[unk]")).finish()[0] == ()


def test_what_is_likelier_as_mere_sounds_has_no_words() -> None:
    """Other people's speech: free decoding always finds words, the phone loop beside it explains more."""
    assert hearing(ScriptedRecognizer("ma ligne", support=-4.0)).finish() == ((), None)
    assert hearing(ScriptedRecognizer("ma ligne", support=3.0)).finish()[0][0].text == "ma ligne"


def test_a_long_utterance_must_be_explained_worse_to_have_no_words() -> None:
    """The limit is per word; and one word, maybe a reply heard badly, is not dropped lightly."""
    sentence = "ma ligne est coupée depuis ce matin au bureau"
    assert hearing(ScriptedRecognizer(sentence, support=-4.0)).finish()[0][0].text == sentence
    assert hearing(ScriptedRecognizer(sentence, support=-5.0)).finish() == ((), None)
    assert hearing(ScriptedRecognizer("allô", support=-2.0)).finish()[0][0].text == "allô"


def test_a_number_has_words_however_unlikely() -> None:
    """A language model of sentences never expects ten digits."""
    number = "zéro un quarante deux quatre vingt douze zéro zéro onze"
    assert hearing(ScriptedRecognizer(number, support=-20.0)).finish()[0][0].text == number


def test_a_best_reading_without_words_is_respected() -> None:
    """No runner-up decides in its place, and a reply must be likelier than the sounds themselves."""
    assert hearing(ScriptedRecognizer("[unk]", "oui", advantage=-1.0)).finish() == ((), None)
    closed = hearing(ScriptedRecognizer("[unk]", "oui", advantage=2.0)).finish()[1]
    assert closed is not None


def test_leaving_needs_more_than_other_replies() -> None:
    """« Au revoir » at 0.7 is asked again, « répéter » is not."""
    replies = Expecting(("au revoir", "répéter"))
    assert hearing(ScriptedRecognizer("au revoir", "au revoir", confidence=0.7), replies).finish()[1] is None
    assert hearing(ScriptedRecognizer("répéter", "répéter", confidence=0.7), replies).finish()[1] is not None


def test_words_are_as_sure_as_their_support() -> None:
    """The same share of the readings counts for less where any sounds do as well."""
    reading = Hypothesis("ma ligne", 0.9, (Word("ma", 0.0, 0.2, 0.9), Word("ligne", 0.2, 0.6, 0.1)))

    def sure(support: float | None) -> list[float]:
        return [round(word.confidence, 2) for word in calibrated((reading,), support)[0].words]

    assert sure(None) == [0.9, 0.1]
    assert sure(20.0) == [0.97, 0.89]
    assert sure(-1.0) == [0.45, 0.16]


def test_digits_are_read_by_the_grammar_and_anything_else_is_heard_all_the_same() -> None:
    """Where digits are expected they come first, and end the turn; a cry for help is among the readings."""
    heard = hearing(
        ScriptedRecognizer("au feu", "trois [unk] quatre"), Expecting(("trois", "quatre"), open=False)
    )
    assert heard.heard.text == "trois quatre"
    readings, closed = heard.finish()
    assert ([r.text for r in readings], closed) == (["trois quatre", "au feu"], None)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("zéro six douze", Heard("zéro six douze", unfinished=True)),
        ("zéro six", Heard("zéro six", unfinished=True)),
        (
            "zéro six douze treize quatorze quinze",
            Heard("zéro six douze treize quatorze quinze", finished=True),
        ),
        ("conseiller", Heard("conseiller", finished=True)),
        ("", Heard()),
    ],
)
def test_a_number_is_finished_when_it_has_all_its_digits(said: str, heard: Heard) -> None:
    """Until then the caller may pause between its pairs; « conseiller » is a reply as ever."""
    number = Expecting(("zéro six", "zéro", "douze", "conseiller"), open=False)
    assert hearing(ScriptedRecognizer(said, said), number).heard == heard


def test_without_phrases_only_free_decoding_works() -> None:
    """No grammar, no second decoder."""
    recognizer = ScriptedRecognizer("bonjour")
    assert hearing(recognizer, Expecting()).finish()[0][0].text == "bonjour"
    assert len(recognizer.made) == 1


@pytest.mark.parametrize(("said", "reply"), [("oui", "oui"), ("oui madame", None)])
@pytest.mark.parametrize("free_speech", [True, False])
def test_a_model_without_grammars_finds_replies_in_free_speech(
    said: str, reply: str | None, free_speech: bool
) -> None:
    """Where the model cannot be restricted, exactly a phrase is a reply, anything else is not."""
    heard = hearing(ScriptedRecognizer(said, restricted=False), Expecting(("oui", "non"), open=free_speech))
    assert heard.heard == Heard(said, finished=reply is not None)
    readings, closed = heard.finish()
    assert readings[0].text == said
    assert (closed.text if closed else None) == reply


def test_a_pause_is_decoded_in_advance_and_not_twice() -> None:
    """Made-up silence flushes the decoders; the real one that follows is skipped, not added."""
    recognizer = ScriptedRecognizer("bonjour")
    heard = hearing(recognizer, Expecting())
    for silence in range(1, 31):
        heard.feed(QUIET, silence)
    assert len(recognizer.made[0].fed) == 320 * (3 + 30)


def test_what_was_skipped_is_heard_when_the_caller_goes_on() -> None:
    """The soft beginning of the next word, within the pause decoded in advance, is not lost."""
    recognizer = ScriptedRecognizer("bonjour")
    heard = hearing(recognizer, Expecting())
    soft = b"\x05\x00" * 160
    for silence in range(1, 13):
        heard.feed(QUIET, silence)
    heard.feed(soft, 13)
    heard.feed(LOUD, 0)
    assert recognizer.made[0].fed.endswith(soft + LOUD)


def test_a_conclusion_is_undone_when_the_caller_goes_on() -> None:
    """After a conclusion too early everything said is decoded again, as one utterance."""
    recognizer = ScriptedRecognizer("bonjour")
    heard = hearing(recognizer, Expecting())
    heard.conclude()
    heard.feed(QUIET, 40)
    assert heard.heard == Heard("bonjour")
    heard.feed(LOUD, 0)
    heard.finish()
    assert recognizer.made[0].utterances == [LOUD * 3, LOUD * 3 + QUIET + LOUD]


def test_another_grammar_hears_the_utterance_from_its_beginning() -> None:
    """A caller who barged in is answered by the next turn's grammar, first word included."""
    recognizer = ScriptedRecognizer("oui", "oui")
    heard = hearing(recognizer)
    heard.expect(Expecting(("suite",)))
    assert recognizer.made[-1].fed == LOUD * 3


def test_a_dropped_utterance_leaves_nothing() -> None:
    """The next utterance begins fresh."""
    recognizer = ScriptedRecognizer("oui", "oui")
    heard = hearing(recognizer)
    heard.drop()
    heard.begin(QUIET)
    assert heard.finish() == ((), None)
