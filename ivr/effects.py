"""What can be done outside the conversation, by whoever is configured to do it.

Routes; the senders and the callback book know how.
"""

from typing import Protocol

from ivr.dialogue.actions import BookCallback, Effect, RefuseRecording, SendLink


class LinkSender(Protocol):
    """Sends a document's address."""

    async def send(self, link: SendLink) -> None:
        """Send it. Raises IvrError when it cannot be sent."""


class CallbackBook(Protocol):
    """Keeps promises to call back."""

    async def book(self, callback: BookCallback) -> None:
        """Store it for good. Raises IvrError when it cannot be kept."""


class Recording(Protocol):
    """The recording of one call."""

    async def stop_and_forget(self) -> None:
        """Record no more and delete what was recorded."""


class CallEffects:
    """The effects of one call. Satisfies the call driver's ``Effects``."""

    def __init__(
        self,
        sender: LinkSender | None = None,
        callbacks: CallbackBook | None = None,
        recording: Recording | None = None,
    ) -> None:
        self._sender, self._callbacks, self._recording = sender, callbacks, recording

    async def perform(self, effect: Effect) -> tuple[bool, str]:
        """Do it; return whether it worked and a word of detail. What raises has failed."""
        match effect:
            case SendLink() if self._sender is not None:
                await self._sender.send(effect)
            case BookCallback() if self._callbacks is not None:
                await self._callbacks.book(effect)
            case RefuseRecording():  # a call that is not recorded has nothing to forget
                if self._recording is not None:
                    await self._recording.stop_and_forget()
            case _:
                return False, f"{type(effect).__name__} is not configured"
        return True, ""
