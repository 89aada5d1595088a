"""Asterisk's end of the manager interface: queues, variables and callbacks of an Asterisk that is not there.

Behaves as measured on Asterisk 22, with its faults on request; knows nothing of scripts.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

Headers = Mapping[str, str]
BANNER = b"Asterisk Call Manager/11.0.0\r\n"


class ChannelPeer(Protocol):
    """A channel whose variables can be set."""

    def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable."""


class AmiPeer:
    """A manager interface on a free port."""

    def __init__(self, *, username: str = "ivr", secret: str = "secret") -> None:
        self.actions: list[dict[str, str]] = []
        """Every action received, names in lower case; of repeated headers the last."""
        self.channels: dict[str, ChannelPeer] = {}
        """What Setvar reaches."""
        self.allowed = ["QueueStatus", "Setvar", "Originate"]
        self.system_name = "asterisk-1"
        self.variables = {"IVR_GRACE": "10", "IVR_QUEUE_DEFAULT": "support", "IVR_MAILBOX": "100@ivr"}
        """Global variables of the dialplan."""
        self.mailboxes: list[Headers] = [
            {
                "Event": "VoicemailUserEntry",
                "VoiceMailbox": "100",
                "VMContext": "ivr",
                "MaxMessageCount": "9",
            }
        ]
        self.queues: list[Headers] = []
        """Events that answer QueueStatus."""
        self.originates = True
        """Whether the agent of a callback answers."""
        self.mute = False
        """Accept and say nothing more."""
        self._login = (username, secret)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None, "not started"
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def connections(self) -> int:
        """Managers connected now."""
        return len(self._writers)

    async def aclose(self) -> None:
        """Stop listening and drop everybody."""
        if self._server is not None:
            self._server.close()
        self.drop()
        await asyncio.sleep(0)

    def drop(self) -> None:
        """Break every connection, as a killed Asterisk would."""
        for writer in self._writers:
            writer.transport.abort()

    async def event(self, name: str, **headers: str) -> None:
        """Tell every manager of an event."""
        await self.raw(_message({"Event": name, **headers}))

    async def raw(self, data: bytes) -> None:
        """Send bytes as they are to every manager."""
        for writer in tuple(self._writers):
            writer.write(data)
            await writer.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        writer.write(BANNER)
        try:
            while (action := await _action(reader)) is not None:
                self.actions.append(action)
                if self.mute:
                    continue
                for answer in self._answers(action):
                    writer.write(_message(answer, action.get("actionid")))
                if action.get("action") == "Login" and not self._knows(action):
                    break
        except ConnectionError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def _answers(self, action: dict[str, str]) -> Sequence[Headers]:
        match action.get("action", "").lower():
            case "login" if not self._knows(action):
                return [{"Response": "Error", "Message": "Authentication failed"}]
            case "login":
                return [{"Response": "Success", "Message": "Authentication accepted"}]
            case "ping":
                return [{"Response": "Success", "Ping": "Pong"}]
            case "queuestatus":
                started = {"Response": "Success", "EventList": "start", "Message": "Queue status will follow"}
                return [started, *self.queues, {"Event": "QueueStatusComplete", "EventList": "Complete"}]
            case "setvar":
                return [self._set_variable(action)]
            case "listcommands":
                return [{"Response": "Success", **dict.fromkeys(self.allowed, "(Priv: all)")}]
            case "coresettings":
                return [{"Response": "Success", "SystemName": self.system_name}]
            case "getvar" if action.get("variable", "") in self.variables:
                value = self.variables[action["variable"]]
                return [{"Response": "Success", "Variable": action["variable"], "Value": value}]
            case "voicemailuserslist":
                started = {"Response": "Success", "EventList": "start"}
                return [
                    started,
                    *self.mailboxes,
                    {"Event": "VoicemailUserEntryComplete", "EventList": "Complete"},
                ]
            case "redirect":
                return [{"Response": "Success", "Message": "Redirect successful"}]
            case "originate":
                response = "Success" if self.originates else "Failure"
                queued = {"Response": "Success", "Message": "Originate successfully queued"}
                return [queued, {"Event": "OriginateResponse", "Response": response, "Reason": "4"}]
        return [{"Response": "Error", "Message": "Invalid/unknown command"}]

    def _knows(self, action: dict[str, str]) -> bool:
        return (action.get("username"), action.get("secret")) == self._login

    def _set_variable(self, action: dict[str, str]) -> Headers:
        channel = self.channels.get(action.get("channel", ""))
        if channel is None:
            return {"Response": "Error", "Message": "No such channel"}
        channel.set_variable(action.get("variable", ""), action.get("value", ""))
        return {"Response": "Success", "Message": "Variable Set"}


async def _action(reader: asyncio.StreamReader) -> dict[str, str] | None:
    """Read one action; None at the end."""
    headers: dict[str, str] = {}
    while line := await reader.readline():
        name, colon, value = line.decode().rstrip("\r\n").partition(": ")
        if colon:
            headers[name.lower()] = value
        elif headers:
            return headers
    return None


def _message(headers: Headers, action_id: str | None = None) -> bytes:
    lines = dict(headers) | ({"ActionID": action_id} if action_id else {})
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n"
