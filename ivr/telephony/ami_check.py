"""What one Asterisk lets us do, as far as it can be asked: rights, queues, mailbox, name.

Asks and reports; changes nothing. What it could not ask is reported as unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ivr.config import Settings
from ivr.telephony.ami import AmiClient
from ivr.telephony.amilink import AmiError, Headers

NEEDED = {
    "queuestatus": ("QueueStatus", "who is free", "agent or reporting"),
    "setvar": ("Setvar", "the dead-man switch", "call"),
    "originate": ("Originate", "callbacks", "originate"),
}
"""Action → its name, what it is for, and which classes of ``write`` in manager.conf allow it."""


@dataclass(slots=True)
class Findings:
    """What was found."""

    fine: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What is wrong, each with its remedy."""


async def examine(client: AmiClient, settings: Settings, queues: Iterable[str]) -> Findings:
    """Ask *client*, which is connected, about everything that calls and callbacks rely on."""
    findings = Findings()
    await _rights(client, findings)
    await _name(client, findings, several=bool(settings.ami.others))
    fallback = await _global(client, "IVR_QUEUE_DEFAULT")
    for queue in dict.fromkeys([*queues, *([fallback] if fallback else [])]):
        _queue(client, findings, queue, named="IVR_QUEUE_DEFAULT" if queue == fallback else "")
    await _grace(client, findings, settings.call.grace)
    if settings.desk.voicemail:
        await _mailbox(client, findings)
    return findings


async def _rights(client: AmiClient, findings: Findings) -> None:
    allowed = {name for answer in await client.action("ListCommands", {}) for name in answer}
    missing = [needed for action, needed in NEEDED.items() if action not in allowed]
    for action, purpose, classes in missing:
        findings.wrong.append(
            f"the account may not use {action} ({purpose}): add {classes} to its write line in manager.conf, "
            "as in dialplan/ivr-manager.conf"
        )
    if not missing:
        findings.fine.append("rights")


async def _name(client: AmiClient, findings: Findings, *, several: bool) -> None:
    (answer, *_) = await client.action("CoreSettings", {})
    name = answer.get("systemname", "")
    if name:
        findings.fine.append(f"systemname {name}")
    elif several:
        findings.wrong.append(
            "it has no systemname, and [[ami.others]] names more than one Asterisk: "
            "set it in asterisk.conf, as in dialplan/ivr-asterisk.conf"
        )


def _queue(client: AmiClient, findings: Findings, queue: str, named: str) -> None:
    facts = client.board.facts(queue)
    if facts is not None:
        free, waiting = facts.agents_free, facts.callers_waiting
        findings.fine.append(f"queue {queue}: {free} agents free, {waiting} callers waiting")
        return
    where = f"{named} of dialplan/ivr-globals.conf" if named else "desk.queue and prompts/desk.yaml"
    findings.wrong.append(
        f"Asterisk has no queue {queue!r}: see dialplan/ivr-queues.conf, {where}; "
        "a queue without a static member is known from its first call on"
    )


async def _grace(client: AmiClient, findings: Findings, expected: float) -> None:
    told = await _global(client, "IVR_GRACE")
    if told is not None and told != f"{expected:g}":
        findings.wrong.append(
            f"IVR_GRACE is {told} in ivr-globals.conf, [call] grace {expected:g}: make them equal"
        )


async def _mailbox(client: AmiClient, findings: Findings) -> None:
    wanted = await _global(client, "IVR_MAILBOX")
    if not wanted:
        findings.fine.append("mailbox not checked: IVR_MAILBOX cannot be read")
        return
    try:
        boxes = await client.action("VoicemailUsersList", {})
    except AmiError as error:
        findings.fine.append(f"mailbox {wanted} not checked: {error}")
        return
    box = next((each for each in boxes if _address(each) == wanted), None)
    if box is None:
        findings.wrong.append(
            f"Asterisk has no mailbox {wanted!r}: see dialplan/ivr-voicemail.conf and IVR_MAILBOX, "
            "or set [desk] voicemail = false"
        )
    elif _full(box):
        findings.wrong.append(f"the mailbox {wanted} is full: callers cannot leave messages; empty it")
    else:
        findings.fine.append(f"mailbox {wanted}")


async def _global(client: AmiClient, name: str) -> str | None:
    """Return a global variable of the dialplan; None when it is not set, or may not be read."""
    try:
        (answer, *_) = await client.action("Getvar", {"Variable": name})
    except AmiError:
        return None
    return answer.get("value") or None


def _address(box: Headers) -> str:
    return f"{box.get('voicemailbox', '')}@{box.get('vmcontext', '')}"


def _full(box: Headers) -> bool:
    room, new = box.get("maxmessagecount", ""), box.get("newmessagecount", "")
    return room.isdecimal() and new.isdecimal() and int(room) > 0 and int(new) >= int(room)
