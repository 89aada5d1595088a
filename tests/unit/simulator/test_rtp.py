"""RTP packets and key presses of the scripted phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.simulator import rtp

pytestmark = pytest.mark.unit


@given(
    st.integers(0, 127),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=400),
    st.booleans(),
)
def test_a_packet_survives_the_wire(
    payload_type: int, sequence: int, timestamp: int, payload: bytes, marker: bool
) -> None:
    """What is encoded is what is read."""
    packet = rtp.Packet(payload_type, sequence, timestamp, 7, payload, marker)
    assert rtp.decode(packet.encode()) == packet


def test_the_header_is_the_one_of_the_rfc() -> None:
    """Literal bytes: a round trip alone would not see swapped fields."""
    assert rtp.Packet(8, 1, 160, 2, b"\xd5").encode() == bytes.fromhex("8008 0001 000000a0 00000002 d5")


def test_a_key_is_held_and_its_end_repeated() -> None:
    """Six growing events, then three ends (RFC 4733 §2.5.1.4)."""
    events = list(rtp.key_events("#"))
    assert [e[0] for e in events] == [11] * 9
    assert [bool(e[1] & 0x80) for e in events] == [False] * 6 + [True] * 3
    assert [int.from_bytes(e[2:]) for e in events] == [160, 320, 480, 640, 800, 960, 960, 960, 960]


@pytest.mark.parametrize("noise", [b"", b"\x80", b"\x00" * 20])
def test_noise_is_no_packet(noise: bytes) -> None:
    """Short or foreign datagrams are refused."""
    with pytest.raises(ValueError, match="not an RTP packet"):
        rtp.decode(noise)
