"""A call spoken in the browser: its audio beside its conversation, until one side ends it.

Conducted by the code of every call; nothing of it is recorded, counted or sent to anybody.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog
from starlette.websockets import WebSocket, WebSocketState

from ivr.call.driver import run_call
from ivr.call.knowledge import LiveKnowledge, decisive
from ivr.console.failures import OTHERWISE, worded
from ivr.console.services import Parts
from ivr.console.test_call.browser_channel import BrowserChannel, BrowserStream
from ivr.console.test_call.progress import Unfolding
from ivr.console.test_call.typed import TalkOf, knowledge_of
from ivr.dialogue.actions import Effect, Line
from ivr.dialogue.behaviours.reception import reception
from ivr.dialogue.dialogue import Dialogue
from ivr.errors import IvrError
from ivr.knowledge.published import PublishedKnowledge
from ivr.speech.recognition.ear import Ears
from ivr.speech.recognition.turn_detector import Decisive
from ivr.speech.synthesis.prompts import open_prompts

log = structlog.get_logger(__name__)
LONGEST_SECONDS = 300.0
CLOSING_SECONDS = 2.0
"""A browser gets this long to take what is still to be sent."""
TOO_LONG = "Un appel d'essai dure cinq minutes au plus. Vous pouvez rappeler."
BROKEN = "L'appel d'essai n'a pas pu se tenir."


class Pretended:
    """Effects that always succeed, and do nothing."""

    async def perform(self, effect: Effect) -> tuple[bool, str]:
        """Say that it worked."""
        return True, ""


async def serve(parts: Parts, socket: WebSocket) -> None:
    """Hold the call beside what reads from the browser and what writes to it."""
    stream = BrowserStream(socket, parts.calls.ticker)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(stream.read())
        writing = tasks.create_task(stream.write())
        stream.tell(state="over", text=await _outcome(parts, socket, stream))
        stream.finish()
        await asyncio.wait({writing}, timeout=CLOSING_SECONDS)
        writing.cancel()
        reading.cancel()
    if socket.client_state is WebSocketState.CONNECTED:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await socket.close()


async def _outcome(parts: Parts, socket: WebSocket, stream: BrowserStream) -> str:
    """Conduct the call; return what has to be said about its end."""
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await _conduct(parts, socket.query_params.get("source", ""), stream)
    except TimeoutError:
        return TOO_LONG
    except IvrError as error:
        log.warning("console.test_call_failed", reason=str(error))
        return f"{BROKEN} {worded(str(error))}"
    except Exception as error:  # task boundary: the page must learn of the end
        log.exception("console.failed", path=socket.url.path, error=repr(error))
        return f"{BROKEN} {OTHERWISE}"
    return ""


async def _conduct(parts: Parts, source: str, stream: BrowserStream) -> None:
    from_draft = source == "draft" and parts.draft.exists
    known = await knowledge_of(parts, "draft" if from_draft else "published")
    folder = parts.draft.folder if from_draft else parts.settings.prompts

    def edition() -> PublishedKnowledge:
        return known if from_draft else parts.publisher.current

    def labels() -> dict[str, str]:
        return {intent: edition().answer(intent).label for intent in edition().intents()}

    calls = parts.calls
    unfolding = Unfolding(stream.tell, labels)
    told = _telling(decisive(edition), unfolding.hear)
    ears = Ears(calls.recognizers, calls.decoding, parts.settings.listening, decisive=told)
    clock = asyncio.get_running_loop().time
    knowledge = LiveKnowledge(edition, lambda understanding: unfolding.observe(clock(), understanding))
    voice = await open_prompts(folder, parts.settings.speech)
    try:
        await voice.catalogue(Line(prompt, text) for prompt, text in known.content.spoken().items())
        channel = BrowserChannel(stream, voice, ears)
        dialogue = Dialogue(reception(TalkOf(parts, known.content)(knowledge)))
        await run_call(channel, dialogue, Pretended(), unfolding.observe)
    finally:
        await voice.aclose()


def _telling(decides: Decisive, tell: Callable[[str], None]) -> Decisive:
    """Return *decides*, asked on a decoding thread when more was heard, which has the loop *tell* it too."""
    loop = asyncio.get_running_loop()

    def told(words: str) -> bool:
        with suppress(RuntimeError):  # the loop may be gone at shutdown
            loop.call_soon_threadsafe(tell, words)
        return decides(words)

    return told
