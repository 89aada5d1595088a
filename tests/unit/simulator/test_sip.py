"""SIP messages of the scripted phone."""

import pytest

from ivr.simulator import sip

pytestmark = pytest.mark.unit

OFFER = sip.session_description("127.0.0.1", 4000)


def leg() -> sip.Leg:
    """A caller's leg that dialled 100."""
    return sip.Leg(
        "127.0.0.1",
        5070,
        "caller",
        "ours",
        "call-1",
        target="sip:100@127.0.0.1:5060",
        local="<sip:0612@127.0.0.1>;tag=ours",
        remote="<sip:100@127.0.0.1:5060>",
    )


def test_a_request_survives_the_wire() -> None:
    """What is encoded is what is read."""
    invite = leg().request("INVITE", "z9hG4bK1", OFFER)
    read = sip.decode(invite.encode())
    assert (read.method, read.status) == ("INVITE", 0)
    assert read.header("call-id") == "call-1"
    assert read.media == ("127.0.0.1", 4000)


def test_the_ack_keeps_the_sequence_number_and_the_bye_takes_the_next() -> None:
    """RFC 3261 §17.1.1.3 and §12.2.1.1."""
    ours = leg()
    numbers = [ours.request(method, "z9hG4bK1").header("CSeq") for method in ("INVITE", "ACK", "BYE")]
    assert numbers == ["1 INVITE", "1 ACK", "2 BYE"]


def test_a_response_echoes_the_dialog_and_adds_our_tag_once() -> None:
    """The far end recognises its own dialog."""
    ours = leg()
    incoming = leg().request("INVITE", "z9hG4bK9", OFFER)
    ringing = ours.response(incoming, 180, "Ringing")
    assert ringing.status == 180
    assert ringing.header("To") == "<sip:100@127.0.0.1:5060>;tag=ours"
    assert ours.response(ringing, 200, "OK").header("To").count(";tag=") == 1
    assert ringing.header("Via") == incoming.header("Via")


def test_the_contact_is_where_requests_go() -> None:
    """Angle brackets and parameters are peeled off."""
    assert sip.contact(sip.decode(leg().request("BYE", "z").encode())) == "sip:caller@127.0.0.1:5070"


@pytest.mark.parametrize("noise", [b"", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\xff\x00" * 40])
def test_noise_is_no_message(noise: bytes) -> None:
    """A keep-alive or a stray packet is refused, not guessed at."""
    with pytest.raises(ValueError, match="not a SIP message"):
        sip.decode(noise)
