"""What the dialplan tells of a message in the mailbox, by ``UserEvent``.

Reads an event; whoever hears it notes the answer.
"""

from collections.abc import Mapping

from ivr.store.outcomes import Message

BY_STATUS = {"SUCCESS": Message.LEFT, "USEREXIT": Message.NONE, "FAILED": Message.NONE}
"""``VMSTATUS`` of ``VoiceMail()`` when the call is over. FAILED: he hung up during the greeting, or
said less than the ``minsecs`` of ``ivr-voicemail.conf``."""


def message_told(event: Mapping[str, str]) -> tuple[str, Message] | None:
    """Return the id of a call and what became of its message; None for an event about anything else."""
    call = event.get("call", "")
    match event.get("userevent"), BY_STATUS.get(event.get("status", "")):
        case "IvrMessage", Message() as became if call:
            return call, became
        case "IvrNoMessage", _ if call:
            return call, Message.REFUSED
    return None
