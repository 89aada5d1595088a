"""Sends a document's address to the caller: e-mail by SMTP, text message by any provider's HTTP interface.

Blocking libraries run in threads, every request has a deadline; only what is configured is offered.
"""

import asyncio
import json
import re
import smtplib
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from ivr.call.limits import Limiter, plan_of
from ivr.config import NumbersSettings, SendingSettings, SmsSettings, SmtpSettings
from ivr.dialogue.actions import SendLink
from ivr.dialogue.ports import Link
from ivr.errors import ConfigurationError, IvrError
from ivr.french.number_plan import international, is_national

ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
READ_BYTES = 4096
"""Of a provider's answer."""


class SendingFailed(IvrError):
    """A message could not be handed over."""


class LinkSender:
    """Satisfies the effects' ``LinkSender`` with whatever is configured."""

    def __init__(
        self,
        settings: SendingSettings,
        link: Callable[[str], Link | None],
        numbers: NumbersSettings | None = None,
    ) -> None:
        """*link* finds a document; *numbers*: which get text messages, and how often.

        Raises ConfigurationError: a template names an unknown value.
        """
        numbers = numbers or NumbersSettings()
        self._plan, self._limiter = plan_of(numbers), Limiter("texts", numbers.texts)
        self._settings, self._link = settings, link
        self.email = bool(settings.smtp.host)
        self.sms = bool(settings.sms.url)
        self.text("", "")
        if self.sms:
            sms_request(settings.sms, "0600000000", "")

    @property
    def refused(self) -> int:
        """How many texts were one too many for their day."""
        return self._limiter.refused

    def of_call(self, caller: str) -> "LinksOfCall":
        """Return what sends links to *caller*: a pseudonym, or the call of who has none."""
        return LinksOfCall(self, caller)

    async def send(self, link: SendLink, caller: str) -> None:
        """Send it for *caller*.

        Raises IvrError: unknown document, not configured, a number that gets no texts, or no more of them
        today, refused by the server, too slow.
        """
        found = self._link(link.link)
        if found is None:
            raise SendingFailed(f"no address for the document {link.link!r}")
        text = self.text(found.title, found.url)
        try:
            match link.channel:
                case "email" if self.email:
                    message = email_message(self._settings.smtp, link.recipient, found.title, text)
                    await asyncio.to_thread(_deliver, self._settings.smtp, message)
                case "sms" if self.sms and not self._plan.may_be_written(link.recipient):
                    raise SendingFailed("a text message goes to a number of [numbers] written")
                case "sms" if self.sms:
                    request = sms_request(self._settings.sms, link.recipient, text)
                    with self._limiter.once(link.recipient, caller):
                        await asyncio.to_thread(_post, request, self._settings.sms.timeout)
                case channel:
                    raise SendingFailed(f"{channel} is not configured")
        except (OSError, smtplib.SMTPException) as error:  # urllib's errors are OSErrors
            raise SendingFailed(f"{link.channel}: {_reason(error)}") from None

    def text(self, title: str, url: str) -> str:
        """Return the message."""
        return _filled(self._settings.text, "[send] text", titre=title, url=url)


class LinksOfCall:
    """The links sent in one call. Satisfies the effects' ``LinkSender``."""

    def __init__(self, sender: LinkSender, caller: str) -> None:
        self._sender, self._caller = sender, caller

    async def send(self, link: SendLink) -> None:
        """Send it. Raises IvrError when it cannot be sent."""
        await self._sender.send(link, self._caller)


def email_message(settings: SmtpSettings, recipient: str, title: str, text: str) -> EmailMessage:
    """Return the e-mail. Raises SendingFailed when *recipient* is no address."""
    if not ADDRESS.fullmatch(recipient):
        raise SendingFailed("that is no e-mail address")
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, recipient
    message["Subject"] = " ".join(f"{settings.subject} {title}".split())
    message["Date"], message["Message-ID"] = formatdate(localtime=True), make_msgid(domain="ivr.invalid")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office reply, please
    message.set_content(text)
    return message


def sms_request(settings: SmsSettings, number: str, text: str) -> urllib.request.Request:
    """Return the provider's HTTP request.

    Raises:
        SendingFailed: *number* is no French number.
        ConfigurationError: a template names an unknown value, or its address is not HTTP.
    """
    if not is_national(number):
        raise SendingFailed("a text message needs a national number")
    values = {"to": international(number), "national": number, "text": text}
    quoted = {name: urllib.parse.quote(value, safe="") for name, value in values.items()}
    url = _filled(settings.url, "[send.sms] url", **quoted)
    if not url.startswith(("http://", "https://")):
        raise ConfigurationError("[send.sms] url: write an http:// or https:// address")
    escape = (
        _json_text if "json" in settings.content_type else lambda value: urllib.parse.quote(value, safe="")
    )
    template = "" if settings.method == "GET" else settings.body
    body = _filled(template, "[send.sms] body", **{name: escape(value) for name, value in values.items()})
    headers = {"Content-Type": settings.content_type, **settings.headers}
    return urllib.request.Request(url, body.encode() if body else None, headers, method=settings.method)


def _filled(template: str, where: str, **values: str) -> str:
    """Fill ``{name}`` alone: JSON is full of braces that mean nothing to us."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ConfigurationError(f"{where}: {match[0]} is unknown; there are {', '.join(values)}")
        return values[match[1]]

    return re.sub(r"\{([a-z]+)\}", value, template)


def _json_text(value: str) -> str:
    return json.dumps(value)[1:-1]


def _deliver(settings: SmtpSettings, message: EmailMessage) -> None:
    context = ssl.create_default_context()
    server: smtplib.SMTP = (
        smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=context)
        if settings.security == "tls"
        else smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
    )
    with server:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.username:
            server.login(settings.username, settings.password)
        server.send_message(message)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The provider's key goes to the address in the settings, and nowhere that an answer may name."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing: the answer is an HTTPError."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def _post(request: urllib.request.Request, timeout: float) -> None:
    with _OPENER.open(request, timeout=timeout) as answer:  # not 2xx raises HTTPError
        answer.read(READ_BYTES)


def _reason(error: Exception) -> str:
    match error:
        case urllib.error.HTTPError():
            return f"the provider answered {error.code}"
        case smtplib.SMTPResponseException():
            return f"the mail server answered {error.smtp_code}"
    return type(error).__name__
