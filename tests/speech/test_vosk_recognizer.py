"""The real Vosk: decoding, both rates, grammars, and models that cannot load."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soxr
import structlog

from ivr.errors import EngineError
from ivr.french.phone import NUMBER_PHRASES, hear_number
from ivr.speech.recognition.recognizers import RecognizerPool
from ivr.speech.recognition.vosk_recognizer import VoskRecognizer, check_folder, rows_of
from tests.speech import clips

pytestmark = pytest.mark.speech


def test_streaming_understands_a_question(recognizer: VoskRecognizer, question: bytes) -> None:
    """Fed in 20 ms frames, a question comes out in words, growing on the way, with n-best confidences."""
    decoder = recognizer.open()
    partials = set()
    for frame in clips.frames(question):
        decoder.feed(frame)
        partials.add(decoder.partial)
    readings = decoder.finish()
    assert readings[0].text == "je voudrais changer l'adresse mac de mon téléphone"
    assert any(p and readings[0].text.startswith(p) and p != readings[0].text for p in partials)
    assert 1.0 >= readings[0].confidence >= readings[-1].confidence > 0
    assert " ".join(word.text for word in readings[0].words) == readings[0].text


def test_a_decoder_serves_the_next_utterance(recognizer: VoskRecognizer, question: bytes) -> None:
    """After finish() and after reset() a decoder has forgotten everything."""
    decoder = recognizer.open()
    decoder.feed(question)
    first = decoder.finish()
    decoder.feed(question[: len(question) // 2])
    decoder.reset()
    decoder.feed(question)
    assert decoder.finish()[0].text == first[0].text


def test_silence_has_no_reading(recognizer: VoskRecognizer) -> None:
    """Nothing said, nothing understood."""
    decoder = recognizer.open()
    decoder.feed(clips.slin(clips.silence(1.0)))
    assert decoder.finish() == ()


@pytest.mark.parametrize("phrase", ["oui", "non", "étape suivante", "répéter"])
def test_closed_grammar_hears_its_phrases(recognizer: VoskRecognizer, phrase: str) -> None:
    """Accented phrases survive the way into the grammar and back."""
    decoder = recognizer.closed(("oui", "non", "étape suivante", "répéter"))
    assert decoder is not None
    decoder.feed(clips.slin(clips.join(clips.silence(0.3), clips.say(phrase), clips.silence(0.5))))
    assert decoder.finish()[0].text == phrase


def test_closed_grammar_rejects_a_question(recognizer: VoskRecognizer, question: bytes) -> None:
    """What is not in the grammar is heard as unknown."""
    decoder = recognizer.closed(("oui", "non"))
    assert decoder is not None
    decoder.feed(question)
    assert "[unk]" in decoder.finish()[0].text


def test_unknown_phrases_are_dropped_and_reported_once(model_path: Path) -> None:
    """A phrase the model has no words for leaves the grammar, with one warning however many calls."""
    recognizer = VoskRecognizer(model_path)
    with structlog.testing.capture_logs() as logs:
        assert recognizer.closed(("oui", "zgrumpfz essai")) is not None
        assert recognizer.closed(("oui", "zgrumpfz essai")) is not None
        assert recognizer.closed(("zgrumpfz essai",)) is None
    assert [(entry["phrase"], entry["words"]) for entry in logs] == [("zgrumpfz essai", ["zgrumpfz"])]


def test_a_model_of_another_rate_gets_resampled_audio(
    tmp_path: Path, model_path: Path, question: bytes
) -> None:
    """A model that declares 16 kHz is fed 16 kHz, and still understands."""
    copy = _copy(model_path, tmp_path)
    features = next(p for p in (copy / "conf/mfcc.conf", copy / "conf/fbank.conf") if p.exists())
    text = features.read_text().replace("--sample-frequency=8000", "--sample-frequency=16000")
    features.write_text(text.replace("--high-freq=-200", "--high-freq=3800"))
    recognizer = VoskRecognizer(copy)
    assert recognizer.sample_rate == 16000
    decoder = recognizer.open()
    for frame in clips.frames(question):
        decoder.feed(frame)
    assert "adresse mac" in decoder.finish()[0].text


def test_transcribe_takes_any_rate_and_length(recognizer: VoskRecognizer, question: bytes) -> None:
    """Three utterances and long pauses at 44.1 kHz: all the words, in order, with rising times."""
    once = np.frombuffer(question, "<i2")
    line = np.concatenate([once, np.zeros(16000, np.int16)] * 3)
    transcript = recognizer.transcribe(soxr.resample(line, 8000, 44100).tobytes(), 44100)
    assert transcript.text.count("adresse mac") == 3
    starts = [word.start for word in transcript.words]
    assert starts == sorted(starts)


def _copy(model: Path, folder: Path) -> Path:
    return Path(shutil.copytree(model, folder / "model", copy_function=shutil.copyfile))


def _remove(name: str) -> Callable[[Path], None]:
    def damage(model: Path) -> None:
        (model / name).unlink()

    return damage


def _overwrite(name: str) -> Callable[[Path], None]:
    def damage(model: Path) -> None:
        (model / name).write_bytes(b"nonsense" * 100)

    return damage


def _no_features(model: Path) -> None:
    for name in ("mfcc.conf", "fbank.conf"):
        (model / "conf" / name).unlink(missing_ok=True)


def _no_graph(model: Path) -> None:
    for file in (model / "graph").glob("*.fst"):
        file.unlink()


def _broken_graph(model: Path) -> None:
    for file in (model / "graph").glob("*.fst"):
        file.write_bytes(file.read_bytes()[:50_000])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (shutil.rmtree, "no such model folder"),
        (_remove("am/final.mdl"), "am/final.mdl is missing"),
        (_remove("conf/model.conf"), "conf/model.conf is missing"),
        (_no_features, "neither mfcc.conf nor fbank.conf"),
        (_no_graph, "neither HCLG.fst nor HCLr.fst"),
        (_overwrite("am/final.mdl"), "Vosk cannot load"),
        (_broken_graph, "Vosk cannot load"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_model_that_cannot_load_says_what_to_do(
    tmp_path: Path, model_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    """Every way a model folder can be wrong ends in one line naming the folder, the fault and the remedy."""
    copy = _copy(model_path, tmp_path)
    damage(copy)
    with pytest.raises(EngineError, match=said) as raised:
        VoskRecognizer(copy)
    assert str(copy) in str(raised.value)
    assert "ivr model install" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_kaldi_default_rate(tmp_path: Path, model_path: Path) -> None:
    """A features file without a rate means Kaldi's default, 16 kHz."""
    copy = _copy(model_path, tmp_path)
    _no_features(copy)
    (copy / "conf" / "mfcc.conf").write_text("--use-energy=false\n")
    assert check_folder(copy) == 16000


def test_a_swap_leaves_running_calls_alone(
    tmp_path: Path, recognizer: VoskRecognizer, model_path: Path, question: bytes
) -> None:
    """A decoder in the middle of an utterance ends it on its own model; the next call gets the new one."""
    pool = RecognizerPool(recognizer)
    decoder = pool.current.open()
    middle = len(question) // 4 * 2  # whole samples: half a sample more makes noise of the rest
    decoder.feed(question[:middle])
    pool.swap(VoskRecognizer(_copy(model_path, tmp_path)))
    decoder.feed(question[middle:])
    assert "adresse mac" in decoder.finish()[0].text
    assert pool.current is not recognizer


def test_phrases_in_a_row_follow_one_another() -> None:
    """The grammar's sentences hold every phrase, after several others each."""
    rows = rows_of(["un", "vingt et un", "deux"])
    assert len(rows) == 9
    assert all(len(row.replace("vingt et un", "x").split()) == 5 for row in rows)


def test_a_number_in_pairs_is_heard(recognizer: VoskRecognizer) -> None:
    """Phrases in a row keep « vingt-cinq » together, and the pairs apart."""
    decoder = recognizer.closed(NUMBER_PHRASES, in_a_row=True)
    assert decoder is not None
    said = "zéro six, vingt-cinq, douze, trente-quatre, quarante et un"
    decoder.feed(clips.slin(clips.join(clips.silence(0.3), clips.say(said), clips.silence(0.6))))
    assert hear_number(decoder.finish()[0].text) == "0625123441"
