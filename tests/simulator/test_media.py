"""The AudioSocket server and its clock, over real sockets."""

import asyncio
import time
from uuid import uuid4

import pytest

from ivr.audio.ticker import Ticker
from ivr.config import MediaSettings
from ivr.telephony.audiosocket import encode_audio, encode_hang_up, encode_identity, encode_key
from ivr.telephony.media import MediaServer
from ivr.telephony.mediastream import SILENCE, MediaStream
from tests.telephony_fakes import RawPeer, media, until

pytestmark = pytest.mark.simulator

LOUD = b"\x01\x10" * 160


class Recorder:
    """An audience that plays what it is given and remembers what it hears."""

    def __init__(self, *frames: bytes) -> None:
        self.frames = list(frames)
        self.heard: list[bytes | None] = []
        self.played: list[bytes | None] = []
        self.keys = ""
        self.closed = asyncio.Event()

    def next_frame(self) -> bytes | None:
        return self.frames.pop(0) if self.frames else None

    def hear(self, received: bytes | None, playing: bytes | None) -> None:
        self.heard.append(received)
        self.played.append(playing)

    def key(self, key: str) -> None:
        self.keys += key

    def media_closed(self) -> None:
        self.closed.set()

    @property
    def audio(self) -> bytes:
        return b"".join(frame for frame in self.heard if frame is not None)


async def pair(server: MediaServer, audience: Recorder) -> tuple[RawPeer, MediaStream]:
    """Register a call and bring its stream."""
    rendezvous = server.register(3)
    peer = await RawPeer.connect(int(server.address.rpartition(":")[2]))
    await peer.say(encode_identity(rendezvous.uuid))
    stream = await rendezvous.stream()
    stream.attach(audience)
    return peer, stream


async def test_silence_flows_when_nobody_speaks() -> None:
    """A phone always receives frames, each in one piece."""
    async with media() as server:
        peer, _ = await pair(server, Recorder())
        assert await asyncio.wait_for(peer.reader.readexactly(3 * len(SILENCE)), 3) == 3 * SILENCE
        await peer.aclose()


async def test_frames_are_played_once_and_in_order() -> None:
    """What the audience gives is what the caller gets; the ear is told what was playing."""
    frames = [bytes((n, 0)) * 160 for n in range(1, 6)]
    async with media() as server:
        audience = Recorder(*frames)
        peer, _ = await pair(server, audience)
        received = await asyncio.wait_for(peer.reader.readexactly(6 * len(SILENCE)), 3)
        assert received == b"".join(map(encode_audio, frames)) + SILENCE
        assert audience.played[:5] == frames
        await peer.aclose()


@pytest.mark.parametrize("length", [2, 276, 318, 320, 640, 3200])
async def test_any_frame_length_is_heard(length: int) -> None:
    """Frames of any length become frames of 20 ms, and no byte is lost."""
    sent = bytes(n % 251 for n in range(3200))
    async with media(interval=0.002) as server:
        audience = Recorder()
        peer, _ = await pair(server, audience)
        for at in range(0, len(sent), length):
            await peer.say(encode_audio(sent[at : at + length]))
        await until(lambda: len(audience.audio) >= len(sent))
        assert audience.audio == sent
        await peer.aclose()


async def test_keys_are_delivered() -> None:
    """DTMF comes at once; what is no key does not."""
    async with media() as server:
        audience = Recorder()
        peer, _ = await pair(server, audience)
        await peer.say(encode_key("5") + encode_key("x") + encode_key("#"))
        await until(lambda: audience.keys == "5#")
        await peer.aclose()


async def test_the_caller_hangs_up() -> None:
    """Asterisk just closes, or says 0x00: the audience is told once."""
    for last in (b"", encode_hang_up()):
        async with media() as server:
            audience = Recorder()
            peer, stream = await pair(server, audience)
            await peer.say(encode_audio(LOUD) + last)
            if not last:
                await peer.aclose()
            await asyncio.wait_for(audience.closed.wait(), 3)
            assert stream.closed
            await peer.aclose()


async def test_hanging_up_is_one_message_and_then_nothing() -> None:
    """After 0x00 no frame follows, and unread audio does not turn the end into a failure (RST)."""
    async with media() as server:
        peer, stream = await pair(server, Recorder())
        await peer.say(encode_audio(LOUD) * 50)
        stream.hang_up()
        stream.hang_up()
        received = b""
        while not received.endswith(encode_hang_up()):
            received += await asyncio.wait_for(peer.reader.read(4096), 3)
        await peer.say(encode_audio(LOUD) * 50)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(peer.reader.read(1), 0.1)
        await peer.aclose()
        await until(lambda: stream.closed)


async def test_unknown_and_used_identities_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    """A stream nobody expects is cut; so is a second one with the same UUID; the first goes on."""
    async with media() as server:
        port = int(server.address.rpartition(":")[2])
        stranger = await RawPeer.connect(port)
        await stranger.say(encode_identity(uuid4()))
        assert await stranger.closed()

        rendezvous = server.register(3)
        peer, thief = await RawPeer.connect(port), await RawPeer.connect(port)
        await peer.say(encode_identity(rendezvous.uuid))
        await rendezvous.stream()
        await thief.say(encode_identity(rendezvous.uuid))
        assert await thief.closed()
        assert server.connections == 1
        assert caplog.records == []  # asyncio reports what it catches in a protocol
        await peer.aclose()


async def test_audio_before_the_identity_is_refused() -> None:
    """The first message must say whose stream it is."""
    async with media() as server:
        peer = await RawPeer.connect(int(server.address.rpartition(":")[2]))
        await peer.say(encode_audio(LOUD))
        assert await peer.closed()


async def test_expectations_expire() -> None:
    """A UUID that was not used in time is worth nothing."""
    async with media() as server:
        rendezvous = server.register(0.05)
        with pytest.raises(TimeoutError):
            await rendezvous.stream()
        late = await RawPeer.connect(int(server.address.rpartition(":")[2]))
        await late.say(encode_identity(rendezvous.uuid))
        assert await late.closed()


async def test_asterisk_may_be_told_another_address() -> None:
    """Behind a container or NAT, the address to dial is configured."""
    server = MediaServer(MediaSettings(advertise="media.example:9092"), Ticker())
    assert server.address == "media.example:9092"


async def test_uuids_are_random() -> None:
    """Each call has its own version 4 UUID."""
    async with media() as server:
        uuids = {server.register(1).uuid for _ in range(50)}
        assert len(uuids) == 50
        assert {uuid.version for uuid in uuids} == {4}


async def test_a_peer_that_never_reads_is_cut() -> None:
    """Frames that nobody takes are not piled up."""
    async with media(interval=0.0002) as server:
        audience = Recorder()
        peer, stream = await pair(server, audience)
        peer.writer.transport.pause_reading()
        await asyncio.wait_for(audience.closed.wait(), 10)
        assert stream.closed
        peer.writer.transport.abort()


async def test_a_broken_audience_harms_no_other() -> None:
    """An exception in one call's ear cuts that call; the others hear every frame."""

    class Broken(Recorder):
        def hear(self, received: bytes | None, playing: bytes | None) -> None:
            raise RuntimeError("bug")

    async with media() as server:
        broken = Broken()
        bad, _ = await pair(server, broken)
        good, _ = await pair(server, Recorder())
        await asyncio.wait_for(broken.closed.wait(), 3)
        await asyncio.wait_for(good.reader.readexactly(5 * len(SILENCE)), 3)
        await bad.aclose()
        await good.aclose()


async def test_a_stall_is_skipped_and_not_made_up_for() -> None:
    """After the loop was blocked no burst is sent, and the caller's waiting audio is heard quickly."""
    async with media() as server:
        audience = Recorder()
        peer, _ = await pair(server, audience)
        await asyncio.wait_for(peer.reader.readexactly(len(SILENCE)), 3)
        before = len(audience.heard)
        await peer.say(encode_audio(LOUD) * 12)
        time.sleep(0.25)  # noqa: ASYNC251 a blocked loop is what is tried
        await until(lambda: audience.audio.count(LOUD) == 12, 1)
        ticks = [played for played in audience.heard[before:] if played is not None]
        assert len(ticks) == 12
        arrived = len(await peer.reader.read(65536)) // len(SILENCE)
        assert arrived < 12
        await peer.aclose()


async def test_the_grid_does_not_drift() -> None:
    """Fifty ticks take fifty intervals, however long each tick's work."""

    class Member:
        times: list[float]

        def play(self) -> None:
            self.times.append(asyncio.get_running_loop().time())
            time.sleep(0.004)

        def listen(self) -> None:
            pass

        def abort(self) -> None:
            pass

    member = Member()
    member.times = []
    ticker = Ticker(0.01)
    ticker.add(member)
    ticker.start()
    await until(lambda: len(member.times) > 50)
    await ticker.aclose()
    intervals = (member.times[50] - member.times[0]) / 0.01
    assert intervals == pytest.approx(50 + ticker.lateness.skipped, abs=2)
    assert ticker.lateness.frames >= 51
