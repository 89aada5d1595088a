"""Adapting a model to new questions, and hearing them at once."""

import json
import shutil
from pathlib import Path

import pytest
import vosk
import yaml

from ivr.cli.model import run
from ivr.errors import EngineError
from tests.speech import clips, ngram_file

pytestmark = pytest.mark.speech

OURS = clips.ROOT / "models" / "fr-support"


@pytest.fixture(scope="module")
def adapted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """Our model, adapted to a folder with one new question."""
    folder = tmp_path_factory.mktemp("adapt")
    phrasings = folder / "prompts" / "phrasings"
    phrasings.mkdir(parents=True)
    question = {"phrasings": ["Comment recharger le zigomar électrique ?", "Où acheter le 電話 ?"]}
    (phrasings / "new.yaml").write_text(yaml.safe_dump(question, allow_unicode=True), encoding="utf-8")
    output = folder / "model"
    arguments = ["--model", OURS, "--prompts", folder / "prompts", "--output", output]
    return output, run([str(argument) for argument in arguments])


def heard(model: Path, text: str, *grammar: str) -> str:
    """What unmodified Vosk makes of a spoken text."""
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(model)), 8000, *grammar)
    recogniser.AcceptWaveform(clips.slin(clips.join(clips.silence(0.3), clips.say(text), clips.silence(0.6))))
    return str(json.loads(recogniser.FinalResult())["text"])


def test_a_new_question_is_heard(adapted: tuple[Path, dict[str, object]]) -> None:
    """A word that no other question has is recognised right after the adaptation."""
    assert "zigomar" in heard(adapted[0], "comment recharger le zigomar électrique")


def test_a_run_time_grammar_works(adapted: tuple[Path, dict[str, object]]) -> None:
    """The look-ahead pair lets Vosk restrict itself to a few phrases."""
    grammar = json.dumps(["oui", "non", "un conseiller", "[unk]"], ensure_ascii=False)
    assert heard(adapted[0], "un conseiller", grammar) == "un conseiller"


def test_the_report_counts_words(adapted: tuple[Path, dict[str, object]]) -> None:
    """Thousands of words; the one that cannot be pronounced is named with the reason."""
    report = adapted[1]
    assert report["words"] > 3000  # type: ignore[operator]
    assert report["unpronounceable"] == ["電話: letters that French does not have"]


def test_in_place_the_folder_is_replaced_whole(adapted: tuple[Path, dict[str, object]]) -> None:
    """Adapting in place leaves one complete folder and no scratch beside it."""
    folder = adapted[0]
    run(["--model", str(folder), "--prompts", str(folder.parent / "prompts")])
    assert {path.name for path in folder.parent.iterdir()} == {"model", "prompts"}
    assert (folder / "graph" / "HCLr.fst").stat().st_size > 100_000


def test_a_wrong_folder_is_one_line(tmp_path: Path) -> None:
    """A folder without a model ends with a clear error."""
    with pytest.raises(EngineError, match=r"no am/final\.mdl"):
        run(["--model", str(tmp_path), "--prompts", str(tmp_path)])


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """A model in the official ones' format (words and bigram in Gr.fst alone), adapted to a question."""
    folder = tmp_path_factory.mktemp("official")
    model = shutil.copytree(OURS, folder / "theirs")
    table = model / "graph" / "words.txt"
    words = [line.split()[0] for line in table.read_text(encoding="utf-8").splitlines()][1:]
    table.unlink()
    chances = {word: 1 / len(words) for word in words}
    ngram_file.write(model / "graph" / "Gr.fst", words, chances, {"<s>": {"bonjour": 0.9}})
    phrasings = folder / "prompts" / "phrasings"
    phrasings.mkdir(parents=True)
    question = {"phrasings": ["Comment débloquer la messagerie de mon poste ?", "Où est le zgrumpf ?"]}
    (phrasings / "new.yaml").write_text(yaml.safe_dump(question, allow_unicode=True), encoding="utf-8")
    output = folder / "model"
    arguments = ["--model", model, "--prompts", folder / "prompts", "--output", output]
    return output, run([str(argument) for argument in arguments])


def test_an_official_model_hears_the_new_question(official: tuple[Path, dict[str, object]]) -> None:
    """Its own lexicon and sounds, our sentences: unmodified Vosk loads it and expects them."""
    question = "comment débloquer la messagerie de mon poste"
    assert heard(official[0], question) == question


def test_words_that_an_official_model_lacks_are_reported(official: tuple[Path, dict[str, object]]) -> None:
    """It cannot learn to pronounce new ones."""
    respelt = official[1]["respelt"]
    assert isinstance(respelt, list)
    assert "zgrumpf (nothing it has sounds like it)" in respelt


def test_an_official_model_is_adapted_again_from_what_it_came_with(
    official: tuple[Path, dict[str, object]],
) -> None:
    """The first adaptation leaves the background that the second one begins with."""
    folder = official[0]
    before = (folder / "graph" / "Gr.fst").read_bytes()
    run(["--model", str(folder), "--prompts", str(folder.parent / "prompts")])
    assert (folder / "graph" / "Gr.fst").read_bytes() == before
