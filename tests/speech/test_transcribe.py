"""``ivr transcribe`` as a user's script sees it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

pytestmark = pytest.mark.speech


def transcribe(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ivr", "transcribe", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def recordings(tmp_path: Path, question: bytes) -> list[Path]:
    """The same question at three rates, in two formats, with one to three channels."""
    line = np.frombuffer(question, "<i2").astype(np.float32) / 32768
    files = []
    for name, rate, channels in (("a.wav", 8000, 1), ("b.flac", 44100, 2), ("c.wav", 48000, 3)):
        samples = soxr.resample(line, 8000, rate)
        soundfile.write(tmp_path / name, np.stack([samples] * channels, axis=1), rate)
        files.append(tmp_path / name)
    return files


def test_one_json_line_per_file(recordings: list[Path], model_path: Path) -> None:
    """Whatever the rate, the format and the channels: file, text, timed words, length, cost."""
    result = transcribe(*recordings, "--model", model_path)
    assert (result.returncode, result.stderr) == (0, "")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["file"] for line in lines] == [str(file) for file in recordings]
    for line in lines:
        assert set(line) == {"file", "text", "words", "seconds", "rtf"}
        assert line["text"] == "je voudrais changer l'adresse mac de mon téléphone"
        assert line["text"] == " ".join(word["word"] for word in line["words"])
        assert all(set(word) == {"word", "start", "end", "conf"} for word in line["words"])
        assert 0 <= line["words"][0]["start"] < line["words"][-1]["end"] <= line["seconds"] + 0.1
        assert line["rtf"] > 0


def test_an_empty_recording_has_no_words(tmp_path: Path, model_path: Path) -> None:
    """A header and nothing else is silence, not an error."""
    soundfile.write(tmp_path / "empty.wav", np.zeros((0, 1)), 8000)
    line = json.loads(transcribe(tmp_path / "empty.wav", "--model", model_path).stdout)
    assert (line["text"], line["words"], line["seconds"]) == ("", [], 0.0)


def test_mistakes_end_with_status_2_and_one_line(
    tmp_path: Path, model_path: Path, recordings: list[Path]
) -> None:
    """Missing and unreadable files, folders, models and options: one clear line, no traceback."""
    noise = tmp_path / "noise.wav"
    noise.write_bytes(bytes(range(256)) * 10)
    for arguments, said in (
        ([tmp_path / "absent.wav"], "absent.wav"),
        ([tmp_path], str(tmp_path)),
        ([noise, "--model", model_path], "not a readable recording"),
        ([recordings[0], "--model", tmp_path], "ivr model install"),
        ([recordings[0], "--loud"], "--loud"),
        ([], "FILES"),
    ):
        result = transcribe(*arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert said in result.stderr
        assert result.stderr.count("\n") == 1
