"""SIP messages, as much as a scripted phone needs. Pure: text in, text out.

RFC 3261 for the messages, RFC 4566 for the session description; one codec, G.711 A-law, and RFC 4733 keys.
"""

import re
from dataclasses import dataclass, field

EVENTS_PAYLOAD = 101
ALAW_PAYLOAD = 8


@dataclass(frozen=True, slots=True)
class Message:
    """One SIP request or response."""

    start: str
    """Request line or status line."""
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @property
    def method(self) -> str:
        """Of a request; empty for a response."""
        return "" if self.status else self.start.split()[0]

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    def header(self, name: str) -> str:
        """First value of *name*, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def media(self) -> tuple[str, int] | None:
        """Address the peer wants its audio at, from the session description."""
        host = re.search(r"^c=IN IP4 (\S+)", self.body, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", self.body, re.MULTILINE)
        return (host[1], int(port[1])) if host and port else None

    def encode(self) -> bytes:
        """The message as it goes on the wire, with its Content-Length."""
        body = self.body.encode()
        lines = [self.start, *(f"{key}: {value}" for key, value in self.headers)]
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


def decode(datagram: bytes) -> Message:
    """Read a message. Raises ValueError when it is none."""
    head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    if not re.match(r"SIP/2\.0 \d{3}|[A-Z]+ \S+ SIP/2\.0$", start):
        raise ValueError(f"not a SIP message: {start[:60]!r}")
    headers = tuple((key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines))
    return Message(start, headers, body)


def session_description(host: str, port: int) -> str:
    """Offer or answer A-law and key presses at *host*:*port*."""
    return "\r\n".join([
        "v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0",
        f"m=audio {port} RTP/AVP {ALAW_PAYLOAD} {EVENTS_PAYLOAD}",
        f"a=rtpmap:{ALAW_PAYLOAD} PCMA/8000",
        f"a=rtpmap:{EVENTS_PAYLOAD} telephone-event/8000", f"a=fmtp:{EVENTS_PAYLOAD} 0-16",
        "a=ptime:20", "a=sendrecv", "",
    ])  # fmt: skip


@dataclass(slots=True)
class Leg:
    """One side of a SIP dialog: makes its requests and responses."""

    host: str
    port: int
    user: str
    tag: str
    call_id: str
    target: str = ""
    """Where requests go: the peer's Contact, or the number dialled."""
    local: str = ""
    remote: str = ""
    sequence: int = 1
    branch: str = field(default="")

    def request(self, method: str, branch: str, body: str = "") -> Message:
        """Make a request of this dialog; an ACK keeps the sequence number of its INVITE."""
        if method not in ("ACK", "INVITE"):
            self.sequence += 1
        headers = (
            ("Via", f"SIP/2.0/UDP {self.host}:{self.port};branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self.sequence} {method}"),
            ("Contact", f"<sip:{self.user}@{self.host}:{self.port}>"),
            ("Allow", "INVITE,ACK,BYE,CANCEL"),
        )
        return Message(f"{method} {self.target} SIP/2.0", headers, body)

    def response(self, request: Message, status: int, reason: str, body: str = "") -> Message:
        """Answer *request*, giving our tag to the dialog."""
        kept = [(k, v) for k, v in request.headers if k.lower() in _ECHOED]
        headers = [(k, self._tagged(v) if k.lower() == "to" else v) for k, v in kept]
        headers.append(("Contact", f"<sip:{self.user}@{self.host}:{self.port}>"))
        return Message(f"SIP/2.0 {status} {reason}", tuple(headers), body)

    def _tagged(self, address: str) -> str:
        return address if ";tag=" in address else f"{address};tag={self.tag}"


_ECHOED = {"via", "from", "to", "call-id", "cseq", "record-route"}


def contact(message: Message) -> str:
    """The URI that further requests of the dialog go to."""
    found = re.search(r"<(.*?)>", message.header("Contact"))
    return found[1] if found else message.header("Contact")
