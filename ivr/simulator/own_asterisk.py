"""A private Asterisk: unpacked by ``dialplan/unpack-asterisk``, in a folder of its own, on loopback only.

Starts, asks and stops one process; it includes the very dialplan that operators install.
"""

import asyncio
import os
import platform
import secrets
import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from ivr.errors import ConfigurationError, IvrError
from ivr.places import shared

READY_SECONDS = 20.0
STOP_SECONDS = 10.0
RTP_PORTS = 200
HOLD_RATE = 8000


class AsteriskFailed(IvrError):
    """The private Asterisk did not start or answer; the message names its log."""


@dataclass(frozen=True, slots=True)
class LabPorts:
    """Loopback ports of one private Asterisk and of what surrounds it."""

    sip: int
    ami: int
    agi: int
    media: int
    agent: int
    customer: int
    rtp: int


def free_ports() -> LabPorts:
    """Pick ports nobody listens on now."""
    tcp = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    udp = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    try:
        for each in udp:
            each.bind(("127.0.0.1", 0))
        ami, agi, media = (s.getsockname()[1] for s in tcp)
        sip, agent, customer = (s.getsockname()[1] for s in udp)
    finally:
        for each in [*tcp, *udp]:
            each.close()
    rtp = 20000 + 2 * secrets.randbelow(5000)
    return LabPorts(sip, ami, agi, media, agent, customer, rtp)


@dataclass(slots=True)
class OwnAsterisk:
    """One private Asterisk; ``async with`` starts and stops it."""

    root: Path
    """Where ``unpack-asterisk`` unpacked."""
    home: Path
    """Scratch folder: configuration, sockets, logs, voicemail."""
    ports: LabPorts = field(default_factory=free_ports)
    grace: int = 10
    queue_wait: int = 20
    ami_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    _process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "OwnAsterisk":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Write the configuration, boot, and wait until Asterisk is ready (about half a second)."""
        await asyncio.to_thread(self._prepare)
        console = (self.home / "log" / "console.txt").open("wb")
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._program(), "-f", "-C", str(self._conf), stdin=asyncio.subprocess.DEVNULL,
                stdout=console, stderr=console, env=self._environment(),
            )  # fmt: skip
        finally:
            console.close()
        try:
            async with asyncio.timeout(READY_SECONDS):
                while "fully booted" not in await self.command("core waitfullybooted"):
                    if self._process.returncode is not None:
                        raise AsteriskFailed(f"Asterisk ended while booting: see {self.log}")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            await self.stop()
            raise AsteriskFailed(
                f"Asterisk was not ready after {READY_SECONDS:.0f} s: see {self.log}"
            ) from None

    async def command(self, line: str) -> str:
        """Run a command of Asterisk's console and return what it prints."""
        process = await asyncio.create_subprocess_exec(
            *self._program(), "-C", str(self._conf), "-r", "-x", line, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=self._environment(),
        )  # fmt: skip
        output, _ = await process.communicate()
        return output.decode("utf-8", "replace")

    async def stop(self) -> None:
        """End the process; safe to call twice."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    @property
    def log(self) -> Path:
        """Asterisk's own log; what it printed, while it has none yet."""
        full = self.home / "log" / "full"
        return full if full.exists() else self.home / "log" / "console.txt"

    @property
    def voicemail(self) -> Path:
        """Folder of the messages left in the mailbox of last resort."""
        return self.home / "spool" / "voicemail" / "ivr" / "100" / "INBOX"

    @property
    def _conf(self) -> Path:
        return self.home.resolve() / "etc" / "asterisk.conf"  # Asterisk leaves our folder before it reads

    def _prepare(self) -> None:
        require_asterisk(self.root)
        for name in ("etc", "cache", "lib", "data/sounds", "spool/voicemail", "run", "log", "agi", "moh"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self._link_data()
        _write_hold_music(self.home / "moh" / "hold.wav")
        for source in sorted(shared("dialplan").glob("ivr-*.conf")):
            shutil.copy(source, self.home / "etc" / source.name)
        for source in sorted(shared("dialplan", "lab").glob("*.conf")):
            text = source.read_text(encoding="utf-8")
            for name, value in self._values().items():
                text = text.replace(f"@{name}@", value)
            (self.home / "etc" / source.name).write_text(text, encoding="utf-8")

    def _link_data(self) -> None:
        """Make the links that the package's own installation scripts would make."""
        data, sounds = self.root / "usr/share/asterisk", self.home / "data/sounds"
        links = {
            self.home / "data/documentation": data / "documentation",
            self.home / "data/rest-api": data / "rest-api",
            sounds / "fr": data / "sounds/fr_CA_f_June",
            sounds / "en": data / "sounds/en_US_f_Allison",
        }
        for link, target in links.items():
            if not link.is_symlink():
                link.symlink_to(target.resolve())

    def _values(self) -> dict[str, str]:
        ports = self.ports
        return {
            "HOME": str(self.home.resolve()), "ROOT": str(self.root.resolve()), "TRIPLET": _triplet(),
            "GRACE": str(self.grace), "QUEUE_WAIT": str(self.queue_wait), "AMI_SECRET": self.ami_secret,
            "SIP_PORT": str(ports.sip), "AMI_PORT": str(ports.ami), "AGI_PORT": str(ports.agi),
            "AGENT_PORT": str(ports.agent), "CUSTOMER_PORT": str(ports.customer),
            "RTP_START": str(ports.rtp), "RTP_END": str(ports.rtp + RTP_PORTS),
        }  # fmt: skip

    def _program(self) -> list[str]:
        """Asterisk's command line: its own loader and libraries, never the host's."""
        libraries = self.root.resolve() / "usr/lib" / _triplet()
        return [
            str(_loader(libraries)), "--library-path", f"{libraries}:{libraries}/asterisk",
            "--argv0", "asterisk", str(self.root.resolve() / "usr/sbin/asterisk"),
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "LC_ALL": "C.UTF-8"}


def require_asterisk(root: Path) -> None:
    """Raise ConfigurationError, with the remedy, unless an unpacked Asterisk is in *root*."""
    if not (root / "usr/sbin/asterisk").is_file():
        raise ConfigurationError(f"{root}: no Asterisk here; run dialplan/unpack-asterisk {root}")


def _write_hold_music(path: Path) -> None:
    """Two soft alternating notes: whoever waits in the queue hears that he waits."""
    seconds = np.arange(HOLD_RATE) / HOLD_RATE
    fade = np.sin(np.pi * seconds) ** 2
    notes = [1500 * fade * np.sin(2 * np.pi * pitch * seconds) for pitch in (330, 392, 0)]
    soundfile.write(path, np.concatenate(notes).astype(np.int16), HOLD_RATE, subtype="PCM_16")


def _triplet() -> str:
    return f"{platform.machine()}-linux-gnu"


def _loader(libraries: Path) -> Path:
    found = sorted(libraries.glob("ld-linux-*.so.*"))
    if not found:
        raise ConfigurationError(
            f"{libraries}: no ld-linux: unpack Asterisk again with dialplan/unpack-asterisk"
        )
    return found[0]
