"""The AudioSocket codec."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.telephony import audiosocket
from ivr.telephony.audiosocket import Audio, AudioSocketError, Failure, HungUp, Identity, Key, Parser, Unknown

pytestmark = pytest.mark.unit

CAPTURED = bytes.fromhex(
    "010010592272efab594143aa63eb21d6622f7e"  # identity
    "1001400800400c801480178012c00850fcc0f080e980e980efa0fa2007801180178015c00dd80140f5"  # half a frame
)
CAPTURED_KEY = bytes.fromhex("03000135")
"""What Asterisk 22.10.1 sent: the first packets of a call, and the release of its key 5."""

STREAM = bytes.fromhex(
    "010010" "9d0f6a53c5b54b1cb5a9b1a3d1a0f0e7"  # identity
    "100004" "0800f8ff"  # two samples
    "030001" "35"  # key 5, at its release
    "000000"  # the end
)  # fmt: skip
"""A call that presses 5, as Asterisk 22.10 sends it (audio shortened)."""

MESSAGES = st.one_of(
    st.builds(HungUp),
    st.builds(Identity, st.uuids()),
    st.builds(Key, st.sampled_from("0123456789*#")),
    st.builds(Audio, st.just(8000), st.binary(max_size=400).map(lambda b: b[: len(b) // 2 * 2])),
)


def encode(message: object) -> bytes:
    """Return the bytes of *message*."""
    match message:
        case Identity(uuid):
            return audiosocket.encode_identity(uuid)
        case Key(key):
            return audiosocket.encode_key(key)
        case Audio(rate, samples):
            return audiosocket.encode_audio(samples, rate)
    return audiosocket.encode_hang_up()


def test_reads_what_asterisk_sent() -> None:
    """Captured packets give an identity, nothing for half a frame, and a key."""
    parser = Parser()
    assert parser.feed(CAPTURED) == [Identity(UUID("592272ef-ab59-4143-aa63-eb21d6622f7e"))]
    [audio, key] = parser.feed(bytes(320 + 3 + 19 - len(CAPTURED)) + CAPTURED_KEY)
    assert isinstance(audio, Audio)
    assert (audio.rate, len(audio.samples), audio.samples[:4]) == (8000, 320, b"\x08\x00\x40\x0c")
    assert key == Key("5")


def test_reads_a_whole_stream() -> None:
    """A literal stream gives an identity, samples, a key and the end."""
    assert Parser().feed(STREAM) == [
        Identity(UUID("9d0f6a53-c5b5-4b1c-b5a9-b1a3d1a0f0e7")),
        Audio(8000, b"\x08\x00\xf8\xff"),
        Key("5"),
        HungUp(),
    ]


def test_writes_what_asterisk_reads() -> None:
    """Header and samples come as one piece, the length big-endian."""
    assert audiosocket.encode_audio(bytes(320)) == b"\x10\x01\x40" + bytes(320)
    assert audiosocket.encode_hang_up() == b"\x00\x00\x00"


@given(st.lists(MESSAGES, max_size=8), st.lists(st.integers(0, 500), max_size=8))
def test_any_fragmentation_gives_the_same_messages(messages: list[object], cuts: list[int]) -> None:
    """However TCP cuts the stream, the messages are those that were sent."""
    stream = b"".join(map(encode, messages))
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    parser = Parser()
    pieces = (stream[a:b] for a, b in pairwise(edges))
    assert [message for piece in pieces for message in parser.feed(piece)] == messages


@given(st.binary(max_size=2000))
def test_random_bytes_are_messages_or_an_error(noise: bytes) -> None:
    """Nothing else is raised, and no more is kept than one message."""
    parser = Parser()
    try:
        parser.feed(noise)
    except AudioSocketError:
        return
    assert len(parser._buffer) <= audiosocket.HEADER_BYTES + audiosocket.LONGEST_PAYLOAD


@pytest.mark.parametrize("frame", [b"\x01\x00\x02ab", b"\x03\x00\x00", b"\x03\x00\x02ab", b"\x10\x00\x03abc"])
def test_a_wrong_length_is_an_error(frame: bytes) -> None:
    """Identities have 16 bytes, keys one, audio whole samples."""
    with pytest.raises(AudioSocketError):
        Parser().feed(frame)


def test_higher_rates_are_named() -> None:
    """Kinds 0x11 to 0x18 are audio of other rates."""
    assert Parser().feed(b"\x12\x00\x02ab") == [Audio(16000, b"ab")]


def test_failures_and_unknown_kinds_are_told_apart() -> None:
    """A kind of tomorrow is skipped, an error is not."""
    assert Parser().feed(b"\xff\x00\x01\x04\x42\x00\x01x") == [Failure(b"\x04"), Unknown(0x42, b"x")]
