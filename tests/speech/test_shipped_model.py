"""The model of the repository, in unmodified Vosk, on clips whose voices it never heard."""

import csv
import json
from pathlib import Path

import pytest
import soundfile
import vosk

from ivr.language_model.text import words
from models.training.distance import edit_distance
from tests.speech import clips

pytestmark = pytest.mark.speech

MODEL = clips.ROOT / "models" / "fr-support"
AUDIO = Path(__file__).parent / "audio"
REPLIES = ("oui", "non", "la suite", "retour", "répéter", "moins vite", "un conseiller")


@pytest.fixture(scope="module")
def model() -> vosk.Model:
    """The shipped model, loaded once."""
    return vosk.Model(str(MODEL))


def rows(group: str) -> list[tuple[str, str]]:
    """The files and texts of a group of clips."""
    with (AUDIO / "sets.tsv").open(encoding="utf-8", newline="") as table:
        return [(row[1], row[2]) for row in csv.reader(table, delimiter="\t") if row[0] == group]


def decode(model: vosk.Model, file: str, *grammar: str) -> dict[str, list[dict[str, float]] | str]:
    """Vosk's final result for a clip, with words."""
    samples, rate = soundfile.read(AUDIO / file, dtype="int16")
    assert rate == 8000
    recogniser = vosk.KaldiRecognizer(model, 8000, *grammar)
    recogniser.SetWords(True)
    recogniser.AcceptWaveform(samples.tobytes())
    found: dict[str, list[dict[str, float]] | str] = json.loads(recogniser.FinalResult())
    return found


def closed() -> str:
    """The grammar of the dialogue's words."""
    return json.dumps([*REPLIES, "[unk]"], ensure_ascii=False)


def test_the_folder_is_small() -> None:
    """Fifteen megabytes at most, so that it can live in the repository."""
    assert sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file()) < 15e6


def test_questions_are_heard(model: vosk.Model) -> None:
    """Open mode: at most a quarter of the words wrong over the questions."""
    wrong = total = 0
    for file, text in rows("questions"):
        found = words(str(decode(model, file)["text"]))
        wrong, total = wrong + edit_distance(found, words(text)), total + len(words(text))
    assert wrong / total <= 0.25


@pytest.mark.parametrize(("file", "text"), rows("replies"))
def test_replies_are_heard_in_closed_mode(model: vosk.Model, file: str, text: str) -> None:
    """A word of the dialogue comes out as itself."""
    assert decode(model, file, closed())["text"] == text


@pytest.mark.parametrize(("file", "text"), rows("rejects"))
def test_anything_else_is_rejected_in_closed_mode(model: vosk.Model, file: str, text: str) -> None:
    """A sentence about something else is no reply."""
    assert decode(model, file, closed())["text"] not in REPLIES


def test_words_carry_times_and_confidences(model: vosk.Model) -> None:
    """Each word says when, and how sure."""
    found = decode(model, rows("questions")[0][0])["result"]
    assert isinstance(found, list)
    assert found
    assert all(0 <= word["conf"] <= 1 and word["start"] <= word["end"] for word in found)


def test_every_clip_is_short() -> None:
    """Clips stay small: five seconds at most."""
    for path in AUDIO.glob("*.wav"):
        assert soundfile.info(path).duration <= 5
