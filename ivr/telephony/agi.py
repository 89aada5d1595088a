"""The AGI protocol of Asterisk: environment and replies from bytes, commands to bytes.

Pure: reads no socket and no clock. Trusts nothing it is sent; every size has a bound.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

LONGEST_ENVIRONMENT = 16_384
"""Asterisk sends about 20 short lines and up to 128 arguments."""
LONGEST_REPLY = 65_536
"""Usage texts and long variables stay far below."""
LONGEST_COMMAND = 2_000
"""Asterisk reads commands into 2 048 bytes (``AGI_BUF_LEN``) and would take the rest for another command."""


class AgiError(Exception):
    """An AGI session cannot go on as wished."""


class AgiSyntaxError(AgiError):
    """The peer does not speak AGI, or says more than it may."""


class AgiArgumentError(AgiError, ValueError):
    """A command that must not be sent: it would be cut or read as two."""


class AgiCommandError(AgiError):
    """Asterisk refused the command (510, 520) or could not do it."""


class AgiHungUp(AgiError):
    """The channel or the session is gone; no command will work again."""


class AgiTimeout(AgiError):
    """No reply in time."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What Asterisk says about the call when a session opens."""

    variables: Mapping[str, str]
    """Names without their ``agi_`` prefix: ``channel``, ``callerid``, ``uniqueid``…"""

    @property
    def script(self) -> str:
        """The route that the dialplan asked for: ``ivr`` of ``agi://host/ivr?from=queue``."""
        return self.variables.get("network_script", "").partition("?")[0]

    @property
    def channel(self) -> str:
        """Name of the channel, as AMI wants it."""
        return self.variables.get("channel", "")

    @property
    def unique_id(self) -> str:
        """What AMI finds this call by, also once a transfer has renamed its channel.

        Unlike a name, it is of one Asterisk alone where each has a ``systemname``.
        """
        return self.variables.get("uniqueid", "") or self.channel

    @property
    def arguments(self) -> tuple[str, ...]:
        """What followed the address in ``AGI(agi://…,first,second)``."""
        names = (f"arg_{number}" for number in range(1, 129))
        return tuple(self.variables[name] for name in names if name in self.variables)

    @property
    def options(self) -> dict[str, str]:
        """``key=value`` pairs of the address's query, then of the arguments."""
        query = self.variables.get("network_script", "").partition("?")[2]
        named = (argument.partition("=") for argument in self.arguments if "=" in argument)
        return dict(parse_qsl(query)) | {key: value for key, _, value in named}


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command."""

    code: int
    """200 done, 510 unknown command, 511 dead channel, 520 wrong usage."""
    result: str = ""
    data: str | None = None
    """What stood in parentheses: a variable's value, ``timeout``, ``hangup``…"""
    text: str = ""
    """The whole reply, for messages."""


@dataclass(frozen=True, slots=True)
class HangUpNotice:
    """The channel was hung up. The reply to the command under way still follows."""


Message = Environment | Reply | HangUpNotice


class Parser:
    """Turns a stream of bytes, cut anywhere, into one environment and then replies."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._environment: dict[str, str] | None = {}
        self._usage: list[str] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Message]:
        """Take what was received; return the messages it completes.

        Raises:
            AgiSyntaxError: the stream is of no more use.
        """
        self._buffer += data
        messages: list[Message] = []
        start = 0
        while (end := self._buffer.find(b"\n", start)) >= 0:
            line = self._buffer[start:end].removesuffix(b"\r")
            start = end + 1
            self._size += len(line) + 1
            message = self._line(_decode(line))
            if message is not None:
                messages.append(message)
                self._size = 0
            self._check(self._size)
        del self._buffer[:start]
        self._check(self._size + len(self._buffer))
        return messages

    def _check(self, size: int) -> None:
        bound = LONGEST_REPLY if self._environment is None else LONGEST_ENVIRONMENT
        if size > bound:
            raise AgiSyntaxError(f"more than {bound} bytes without an end")

    def _line(self, line: str) -> Message | None:
        if self._environment is not None:
            return self._environment_line(self._environment, line)
        if self._usage:
            return self._usage_line(line)
        return self._reply_line(line)

    def _environment_line(self, variables: dict[str, str], line: str) -> Environment | None:
        if line:
            name, colon, value = line.partition(":")
            if not colon or not name.startswith("agi_"):
                raise AgiSyntaxError(f"not a line of an AGI environment: {line[:80]!r}")
            variables[name.removeprefix("agi_")] = value.removeprefix(" ")
            return None
        if not variables:
            raise AgiSyntaxError("empty AGI environment")
        self._environment = None
        return Environment(variables)

    def _usage_line(self, line: str) -> Reply | None:
        self._usage.append(line)
        if not line.startswith("520 "):
            return None
        text = "\n".join(self._usage)
        self._usage = []
        return Reply(520, text=text)

    def _reply_line(self, line: str) -> Message | None:
        if line == "HANGUP":
            return HangUpNotice()
        if line.startswith("520-"):
            self._usage.append(line)
            return None
        if line.startswith("100"):  # "100 EvaluationJob...": the reply proper follows
            return None
        if line[:3] in ("510", "511", "520") and line[3:4] in ("", " "):
            return Reply(int(line[:3]), text=line)
        return _result(line)


_RESULT = re.compile(r"200 result=(\S*)(?: \((.*)\))?(?: endpos=\d+)?")


def _result(line: str) -> Reply:
    if match := _RESULT.fullmatch(line):
        return Reply(200, match[1], match[2], line)
    raise AgiSyntaxError(f"not an AGI reply: {line[:80]!r}")


def _decode(line: bytes | bytearray) -> str:
    """Caller names come in whatever the far end sent: UTF-8, or else Latin-1 (which never fails)."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def encode_command(verb: str, *arguments: str) -> bytes:
    """Return one command line; *verb* (``SET VARIABLE``) is ours, *arguments* may be anybody's.

    Raises:
        AgiArgumentError: a line break, a NUL, or more than Asterisk's buffer takes.
    """
    line = " ".join((verb, *map(_quote, arguments))).encode("utf-8", "replace")
    if b"\n" in line or b"\r" in line or b"\0" in line:
        raise AgiArgumentError(f"line break in the AGI command {verb!r}")
    if len(line) > LONGEST_COMMAND:
        raise AgiArgumentError(f"AGI command {verb!r} of {len(line)} bytes; at most {LONGEST_COMMAND}")
    return line + b"\n"


_PLAIN = re.compile(r"[\w().,:/+@-]+", re.ASCII)


def _quote(argument: str) -> str:
    if _PLAIN.fullmatch(argument):
        return argument
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
