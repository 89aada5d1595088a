"""The prompt store with a voice that nobody can wait for: rendered ahead, shipped, pieced together."""

import asyncio
from pathlib import Path

import pytest

from ivr.audio.frame import duration, to_floats
from ivr.audio.loudness import loudness
from ivr.config import SpeechSettings
from ivr.dialogue.actions import Line, Rate
from ivr.errors import EngineError
from ivr.french.spoken import Lexicon
from ivr.speech.synthesis.prompts import PromptStore
from ivr.speech.synthesis.recordings import Recordings
from ivr.speech.synthesis.shipped_prompts import ShippedPrompts
from ivr.speech.synthesis.shipping import ship, wanted_keys
from ivr.speech.synthesis.synthesizers import Engines
from tests.unit.speech.test_prompts import Hum

pytestmark = pytest.mark.unit

HELLO, MENU = Line("accueil.1", "Bonjour à vous."), Line("menu.1", "Quelle est votre question ?")
CHECK = Line("cb.verif", "Je répète : {numero-par-paires}. C'est exact ?")
PIECES = ("Je répète :", "C'est exact ?", "zéro six", "douze", "trente-quatre")


class Slow(Hum):
    """A neural voice: not for callers in a hurry, and perhaps not installed."""

    quick = False

    def __init__(self) -> None:
        super().__init__()
        self.version = "slow 1"
        self.starts = 0
        self.installed = True

    async def start(self) -> None:
        self.starts += 1
        if not self.installed:
            raise EngineError("not installed")


class OneLine:
    """A prompt store and what speaks in it."""

    def __init__(self, tmp_path: Path, **settings: float) -> None:
        self.slow, self.spare = Slow(), Hum()
        self.shipped = ShippedPrompts(tmp_path / "shipped")
        self.store = PromptStore(
            Engines(self.slow, self.spare),
            SpeechSettings.model_validate({"cache": tmp_path / "cache", **settings}),
            Recordings(tmp_path / "recordings"),
            shipped=self.shipped,
        )

    async def heard(self, line: Line, rate: Rate = Rate.NORMAL) -> bytes:
        (sound,) = await self.store.render((line,), rate)
        return sound

    async def ship(self, *texts: str) -> None:
        await ship(wanted_keys(texts, Lexicon(), self.slow.version), self.slow, self.shipped)
        self.slow.asked.clear()


@pytest.fixture
def line(tmp_path: Path) -> OneLine:
    return OneLine(tmp_path)


async def test_a_caller_never_waits_for_it(line: OneLine) -> None:
    """What it has not rendered yet is said at once by the spare voice, and by itself once it is rendered."""
    await line.store.prepare([HELLO, MENU])
    at_once = await line.heard(HELLO)
    assert line.slow.asked == []
    assert line.store.missing([HELLO, MENU]) == [HELLO, MENU]

    assert await line.store.render_ahead([HELLO, MENU]) == []
    assert line.store.missing([HELLO, MENU]) == []
    assert await line.heard(HELLO) == at_once  # both hum, and each was asked once
    assert len(line.slow.asked) == len(line.spare.asked) == 2


async def test_who_can_wait_hears_it(line: OneLine) -> None:
    """A preview is said by the voice itself, and kept for the publication."""
    sound = await line.store.speak(HELLO)
    assert line.slow.asked == [("Bonjour à vous.", 100)]
    assert line.spare.asked == []
    assert await line.heard(HELLO) == sound


async def test_what_ships_needs_no_voice(line: OneLine) -> None:
    """A first installation speaks with what was rendered elsewhere; the voice is not even started."""
    await line.ship(HELLO.text, MENU.text)
    await line.store.prepare([HELLO, MENU])
    assert await line.store.render_ahead([HELLO, MENU]) == []
    assert duration(await line.heard(HELLO)) > 0.5
    assert line.slow.asked == line.spare.asked == []
    assert line.slow.starts == 0


async def test_half_a_shipped_file_is_never_played(line: OneLine, tmp_path: Path) -> None:
    """A damaged file is said by the spare voice instead."""
    await line.ship(HELLO.text)
    (file,) = (tmp_path / "shipped").glob("*.opus")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert await line.heard(HELLO)
    assert line.spare.asked == [("Bonjour à vous.", 100)]


async def test_without_it_the_spare_voice_speaks_and_the_reason_is_known(line: OneLine) -> None:
    """One attempt for all lines, one reason, nothing silent; at the next rendering it is tried again."""
    line.slow.installed = False
    assert await line.store.render_ahead([HELLO, MENU]) == []
    assert line.store.trouble == "not installed"
    assert line.slow.starts == 1
    assert len(line.spare.asked) == 2
    assert line.store.missing([HELLO, MENU]) == [HELLO, MENU]

    line.slow.installed = True
    await line.store.render_ahead([HELLO, MENU])
    assert line.store.trouble == ""
    assert line.store.missing([HELLO, MENU]) == []


async def test_a_text_it_cannot_say_is_said_by_the_spare_voice(line: OneLine) -> None:
    """An engine that dies of a text leaves that line to the other one."""
    line.slow.dead = True
    assert await line.store.render_ahead([HELLO]) == []
    assert await line.heard(HELLO)


async def test_slower_is_made_of_the_same_take(line: OneLine) -> None:
    """« Moins vite » waits for nobody: the rendered take is stretched, in pitch and loudness as before."""
    await line.ship(HELLO.text)
    normal, slow, slower = [await line.heard(HELLO, rate) for rate in Rate]
    assert duration(slow) == pytest.approx(duration(normal) / 0.85, abs=0.03)
    assert duration(slower) == pytest.approx(duration(normal) / 0.75, abs=0.03)
    assert loudness(to_floats(slower)) == pytest.approx(-20, abs=0.5)
    assert line.slow.asked == line.spare.asked == []


async def test_other_speed_and_loudness_are_made_of_what_ships(tmp_path: Path) -> None:
    """An operator who wants it quicker or softer needs no voice either."""
    usual = OneLine(tmp_path / "usual")
    await usual.ship(HELLO.text)
    other = OneLine(tmp_path / "usual", words_per_minute=180, loudness=-23.0)
    sound = await other.heard(HELLO)
    assert duration(sound) == pytest.approx(duration(await usual.heard(HELLO)) / 1.2, abs=0.03)
    assert loudness(to_floats(sound)) == pytest.approx(-23, abs=0.5)
    assert other.slow.asked == other.spare.asked == []


async def test_a_line_with_a_value_is_put_together(line: OneLine) -> None:
    """A number is read back in the same voice, from its pairs, without any engine."""
    await line.ship(*PIECES)
    await line.store.prepare([CHECK], PIECES)
    said = Line("cb.verif", "Je répète : zéro six, douze, trente-quatre. C'est exact ?")
    assert duration(await line.heard(said)) > 2
    assert line.slow.asked == line.spare.asked == []


async def test_a_value_that_no_piece_says_is_left_to_the_spare_voice(line: OneLine) -> None:
    """No half of a sentence: all of it in one voice."""
    await line.ship(*PIECES)
    await line.store.prepare([CHECK], PIECES)
    await line.heard(Line("cb.verif", "Je répète : zéro neuf, douze. C'est exact ?"))
    assert line.spare.asked == [("Je répète : zéro neuf, douze. C'est exact ?", 100)]


async def test_pieces_are_rendered_after_the_lines(line: OneLine) -> None:
    """What is published comes first."""
    await line.store.render_ahead([HELLO, CHECK], pieces=PIECES)
    assert [text for text, _ in line.slow.asked] == ["Bonjour à vous.", *PIECES]


async def test_who_hangs_up_while_it_renders_loses_nothing(line: OneLine) -> None:
    """A rendering that is cancelled, because something newer is published, goes on from where it was."""
    line.slow.gate.clear()
    rendering = asyncio.ensure_future(line.store.render_ahead([HELLO, MENU]))
    while not line.slow.asked:
        await asyncio.sleep(0)
    rendering.cancel()
    await asyncio.gather(rendering, return_exceptions=True)
    line.slow.gate.set()
    await line.store.render_ahead([HELLO, MENU])
    assert line.store.missing([HELLO, MENU]) == []
