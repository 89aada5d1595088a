"""A prompt on its way out."""

import numpy as np
import pytest

from ivr.audio.playout import DUCKED, Playout

pytestmark = pytest.mark.unit

LEVEL = 10_000


def tone(frames: int) -> bytes:
    """Return audio of one constant level, so that gains can be read off."""
    return np.full(160 * frames, LEVEL, dtype="<i2").tobytes()


def samples(frame: bytes | None) -> list[int]:
    """Return the samples of *frame*."""
    assert frame is not None
    assert len(frame) == 320
    return np.frombuffer(frame, dtype="<i2").tolist()


def test_frames_are_given_as_they_are() -> None:
    """Without ducking or cut not one bit changes; then nothing is left."""
    audio = bytes(range(256)) * 5
    playout = Playout(1, [audio])
    frames = [playout.next_frame(False) for _ in range(4)]
    assert b"".join(frame or b"" for frame in frames) == audio
    assert playout.done
    assert playout.next_frame(False) is None


def test_the_last_frame_is_filled_up() -> None:
    """Asterisk always gets 20 ms."""
    assert Playout(1, [b"\1\1"]).next_frame(False) == b"\1\1" + bytes(318)


def test_ducking_is_smooth_and_12_db_deep() -> None:
    """The level falls within 40 ms, without a step, and comes back slowly."""
    playout = Playout(1, [tone(40)])
    down = samples(playout.next_frame(True)) + samples(playout.next_frame(True))
    steady = samples(playout.next_frame(True))
    up = [sample for _ in range(10) for sample in samples(playout.next_frame(False))]
    assert {*steady} == {int(LEVEL * DUCKED)}
    assert max(abs(np.diff(down))) < LEVEL / 100
    assert max(abs(np.diff(up))) < LEVEL / 100
    assert down[0] == LEVEL
    assert up[-1] == pytest.approx(LEVEL, abs=1)


def test_a_cut_fades_within_10_ms() -> None:
    """The next frame falls to silence and is the last."""
    playout = Playout(1, [tone(40)])
    playout.next_frame(False)
    playout.stop()
    last = samples(playout.next_frame(False))
    assert (last[0], last[79], {*last[80:]}) == (LEVEL, 0, {0})
    assert max(abs(np.diff(last))) < LEVEL / 50
    assert playout.done
    assert playout.cut


def test_a_prompt_cut_before_its_beginning_is_not_heard() -> None:
    """Not even a fade."""
    playout = Playout(1, [tone(2)])
    playout.stop()
    assert playout.next_frame(False) is None


def test_an_empty_prompt_is_over_at_once() -> None:
    """No frame at all."""
    assert Playout(1, [b""]).next_frame(False) is None


@pytest.mark.parametrize(("frames", "whole"), [(0, 0), (1, 0), (2, 1), (4, 1), (5, 2)])
def test_a_cut_tells_how_many_lines_were_heard_whole(frames: int, whole: int) -> None:
    """What a caller was told before he spoke is known line by line."""
    playout = Playout(1, [tone(2), tone(3), tone(4)])
    for _ in range(frames):
        playout.next_frame(False)
    assert playout.stop() == whole


def test_a_prompt_is_raised_within_limits() -> None:
    """Each step is 4 dB where there is room; a loud one is rounded off, never clipped into a square."""

    def peak(amplitude: int, louder: int) -> int:
        wave = (amplitude * np.sin(np.arange(160) * 2 * np.pi * 400 / 8000)).astype("<i2")
        frame = Playout(1, [wave.tobytes()], louder).next_frame(False)
        assert frame is not None
        return int(np.abs(np.frombuffer(frame, dtype="<i2")).max())

    assert peak(1000, 0) == 1000
    assert peak(1000, 1) == pytest.approx(1585, rel=0.02)
    assert peak(1000, 2) == pytest.approx(2512, rel=0.02)
    assert peak(30000, 0) < peak(30000, 2) < 32767
