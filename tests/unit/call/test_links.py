"""What a message to the caller looks like, and when none is sent."""

import json

import pytest

from ivr.call.links import LinkSender, SendingFailed, email_message, sms_request
from ivr.config import SendingSettings, SmsSettings, SmtpSettings
from ivr.dialogue.actions import SendLink
from ivr.dialogue.ports import Link
from ivr.errors import ConfigurationError

pytestmark = pytest.mark.unit

NASTY = 'Dit « "oui" » & + 100 %\n{to}'


def test_nothing_is_offered_without_settings() -> None:
    """No mail server, no provider: neither channel."""
    sender = LinkSender(SendingSettings(), lambda key: None)
    assert (sender.email, sender.sms) == (False, False)


def test_json_is_escaped() -> None:
    """Whatever the title holds, the body stays JSON and says just that."""
    settings = SmsSettings(url="https://sms.example/send", headers={"Authorization": "Bearer k"})
    request = sms_request(settings, "0612345678", NASTY)
    assert json.loads(request.data) == {"to": "+33612345678", "text": NASTY}  # type: ignore[arg-type]
    assert (request.get_method(), request.get_header("Authorization")) == ("POST", "Bearer k")


def test_an_address_is_escaped() -> None:
    """A GET carries everything in its address, and no body."""
    settings = SmsSettings(url="http://sms.example/?n={national}&t={text}", method="GET")
    request = sms_request(settings, "0612345678", "é&b")
    assert (request.full_url, request.data) == ("http://sms.example/?n=0612345678&t=%C3%A9%26b", None)


def test_a_form_is_escaped() -> None:
    """Any body that is not JSON is taken for a form."""
    settings = SmsSettings(
        url="http://sms.example/", body="to={to}&m={text}", content_type="application/x-www-form-urlencoded"
    )
    assert sms_request(settings, "0712345678", "a b").data == b"to=%2B33712345678&m=a%20b"


@pytest.mark.parametrize("number", ["061234", "+33612345678", "0612345678\n"])
def test_only_national_numbers_get_texts(number: str) -> None:
    """Half numbers and foreign ones are refused before anybody is asked."""
    with pytest.raises(SendingFailed):
        sms_request(SmsSettings(url="http://sms.example/"), number, "x")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (SendingSettings(text="Voir {lien}"), r"\[send\] text: \{lien\} is unknown"),
        (SendingSettings(sms=SmsSettings(url="http://x/{phone}")), r"\[send.sms\] url"),
        (SendingSettings(sms=SmsSettings(url="file:///etc/passwd")), "http:// or https://"),
    ],
)
def test_mistakes_are_found_at_start(settings: SendingSettings, message: str) -> None:
    """A wrong template stops the server's start, not a caller's link."""
    with pytest.raises(ConfigurationError, match=message):
        LinkSender(settings, lambda key: None)


def test_an_email_says_who_writes_and_why() -> None:
    """Subject and text name the document; automatic answers are asked to stay away."""
    message = email_message(SmtpSettings(sender="a@b.example"), "marie@c.example", "Guide\r\nBcc: x", "Voir")
    assert message["Subject"] == "Suite à votre appel : Guide Bcc: x"
    assert (message["To"], message["Auto-Submitted"]) == ("marie@c.example", "auto-generated")
    with pytest.raises(SendingFailed):
        email_message(SmtpSettings(), "marie at home", "x", "y")


async def test_unknown_documents_and_channels_fail() -> None:
    """A link without an address, or a channel without settings, is reported, not sent."""
    sender = LinkSender(SendingSettings(), {"g": Link("g", "Guide", "https://g.example")}.get)
    with pytest.raises(SendingFailed, match="no address"):
        await sender.of_call("c").send(SendLink("other", "sms", "0612345678"))
    with pytest.raises(SendingFailed, match="not configured"):
        await sender.of_call("c").send(SendLink("g", "sms", "0612345678"))
