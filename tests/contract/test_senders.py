"""Links really leave: a mail server and a text-message provider of our own, on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import trustme

from ivr.call.links import LinkSender, LinksOfCall, SendingFailed
from ivr.config import DailyLimit, NumbersSettings, SendingSettings, SmsSettings, SmtpSettings
from ivr.dialogue.actions import SendLink
from ivr.dialogue.ports import Link
from ivr.errors import IvrError

pytestmark = pytest.mark.contract

GUIDE = {"guide": Link("guide", "Guide de démarrage", "https://exemple.fr/guide")}
TEXT = "Suite à votre appel : Guide de démarrage https://exemple.fr/guide"


class MailServer:
    """Just enough of RFC 5321; *refuse* answers 550 to every recipient, *tls* offers STARTTLS."""

    def __init__(self, refuse: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self.refuse, self.tls = refuse, tls
        self.messages: list[bytes] = []
        self.secured: list[bytes] = []
        """Commands that came encrypted."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        secure = False
        while line := (await reader.readline()).strip():
            command = line.split()[0].upper()
            self.secured += [command] if secure else []
            match command:
                case b"EHLO":
                    extension = b"250-STARTTLS\r\n" if self.tls and not secure else b"250-AUTH PLAIN\r\n"
                    writer.write(b"250-here\r\n" + extension + b"250 8BITMIME\r\n")
                case b"STARTTLS" if self.tls:
                    writer.write(b"220 go on\r\n")
                    await writer.start_tls(self.tls)
                    secure = True
                case b"AUTH":
                    writer.write(b"235 welcome\r\n")
                case b"RCPT" if self.refuse:
                    writer.write(b"550 nobody\r\n")
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
                    writer.write(b"250 taken\r\n")
                case b"QUIT":
                    break
                case _:
                    writer.write(b"250 fine\r\n")
        writer.close()


class Provider:
    """An HTTP server that remembers requests and answers *status*; 0 never answers."""

    def __init__(self, status: int = 200, location: str = "") -> None:
        self.status, self.location = status, location
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        self.requests.append(head + await reader.readexactly(length))
        if self.status:
            head = f"HTTP/1.1 {self.status} X\r\nLocation: {self.location}\r\nContent-Length: 2\r\n"
            writer.write(f"{head}Connection: close\r\n\r\nok".encode())
        else:
            await reader.read()
        writer.close()


@asynccontextmanager
async def listening(peer: MailServer | Provider) -> AsyncIterator[int]:
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def guided(smtp: SmtpSettings) -> LinksOfCall:
    return LinkSender(SendingSettings(smtp=smtp), GUIDE.get).of_call("c1")


def mail(port: int) -> LinkSender:
    smtp = SmtpSettings(host="127.0.0.1", port=port, security="none", timeout=5)
    return LinkSender(SendingSettings(smtp=smtp), GUIDE.get)


def texts(port: int, timeout: float = 5) -> LinkSender:
    sms = SmsSettings(url=f"http://127.0.0.1:{port}/send", timeout=timeout)
    return LinkSender(SendingSettings(sms=sms), GUIDE.get)


async def test_an_email_arrives() -> None:
    """The mail server gets one message with the address of the document, accents intact."""
    server = MailServer()
    async with listening(server) as port:
        await mail(port).of_call("c1").send(SendLink("guide", "email", "marie@exemple.fr"))
    message = message_from_bytes(server.messages[0][:-3], policy=policy.default)
    assert message["To"] == "marie@exemple.fr"
    assert message["Subject"] == "Suite à votre appel : Guide de démarrage"
    assert message.get_content().strip() == TEXT


async def test_a_refused_recipient_fails() -> None:
    """The caller is told that it did not work."""
    async with listening(MailServer(refuse=True)) as port:
        with pytest.raises(SendingFailed, match="email"):
            await mail(port).of_call("c1").send(SendLink("guide", "email", "marie@exemple.fr"))


async def test_no_password_travels_in_the_clear() -> None:
    """A server that does not offer STARTTLS gets nothing."""
    server = MailServer()
    async with listening(server) as port:
        smtp = SmtpSettings(host="127.0.0.1", port=port, username="u", password="p", timeout=5)
        with pytest.raises(SendingFailed):
            await (
                LinkSender(SendingSettings(smtp=smtp), GUIDE.get)
                .of_call("c1")
                .send(SendLink("guide", "email", "a@b.fr"))
            )
    assert server.messages == []


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ssl.SSLContext:
    """A certificate for localhost whose authority this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


async def test_password_and_message_travel_encrypted(certificate: ssl.SSLContext) -> None:
    """STARTTLS comes before the login, and everything after it is inside."""
    server = MailServer(tls=certificate)
    async with listening(server) as port:
        smtp = SmtpSettings(host="localhost", port=port, username="u", password="p", timeout=5)
        await (
            LinkSender(SendingSettings(smtp=smtp), GUIDE.get)
            .of_call("c1")
            .send(SendLink("guide", "email", "a@b.fr"))
        )
    assert server.secured[:5] == [b"EHLO", b"AUTH", b"MAIL", b"RCPT", b"DATA"]
    assert b"exemple.fr/guide" in server.messages[0]


async def test_a_server_of_another_name_gets_nothing(certificate: ssl.SSLContext) -> None:
    """A certificate that does not name the configured host ends it before the login."""
    server = MailServer(tls=certificate)
    async with listening(server) as port:
        smtp = SmtpSettings(host="127.0.0.1", port=port, username="u", password="p", timeout=5)
        with pytest.raises(SendingFailed, match="email: SSLCertVerificationError"):
            await (
                LinkSender(SendingSettings(smtp=smtp), GUIDE.get)
                .of_call("c1")
                .send(SendLink("guide", "email", "a@b.fr"))
            )
    assert server.secured == []


async def test_a_text_message_is_handed_over() -> None:
    """The provider gets the number in its international form, and the text."""
    provider = Provider()
    async with listening(provider) as port:
        await texts(port).of_call("c1").send(SendLink("guide", "sms", "0612345678"))
    (request,) = provider.requests
    assert request.startswith(b"POST /send HTTP/1.1")
    assert b'"to": "+33612345678"' in request


async def test_a_providers_refusal_fails() -> None:
    """Anything but success is a failure, with its number."""
    async with listening(Provider(status=402)) as port:
        with pytest.raises(SendingFailed, match="402"):
            await texts(port).of_call("c1").send(SendLink("guide", "sms", "0612345678"))


async def test_a_redirect_is_a_failure_and_is_not_followed() -> None:
    """The provider's key goes nowhere that an answer names."""
    elsewhere = Provider()
    async with listening(elsewhere) as other, listening(Provider(302, f"http://127.0.0.1:{other}/")) as port:
        with pytest.raises(SendingFailed, match="302"):
            await texts(port).of_call("c1").send(SendLink("guide", "sms", "0612345678"))
    assert elsewhere.requests == []


async def test_a_mute_provider_fails_in_time() -> None:
    """Nobody waits for ever."""
    async with listening(Provider(status=0)) as port:
        async with asyncio.timeout(20):
            with pytest.raises(SendingFailed):
                await texts(port, timeout=0.3).of_call("c1").send(SendLink("guide", "sms", "0612345678"))


async def test_nobody_listening_fails() -> None:
    """A server that is down is a failure like any other."""
    async with listening(Provider()) as port:
        pass
    with pytest.raises(SendingFailed):
        await mail(port).of_call("c1").send(SendLink("guide", "email", "a@b.fr"))


async def test_a_number_gets_so_many_texts_a_day_and_of_the_plan_only() -> None:
    """The provider is asked no more; what it refused does not count."""
    numbers = NumbersSettings(written=["06"], texts=DailyLimit(number=1))
    provider = Provider()
    async with listening(provider) as port:
        sms = SmsSettings(url=f"http://127.0.0.1:{port}/send?to={{to}}")
        sender = LinkSender(SendingSettings(sms=sms), GUIDE.get, numbers)
        with pytest.raises(SendingFailed, match="written"):
            await sender.of_call("c1").send(SendLink("guide", "sms", "0712345678"))
        await sender.of_call("c1").send(SendLink("guide", "sms", "0612345678"))
        with pytest.raises(IvrError, match="one number"):
            await sender.of_call("c2").send(SendLink("guide", "sms", "0612345678"))
        assert (len(provider.requests), sender.refused) == (1, 1)
