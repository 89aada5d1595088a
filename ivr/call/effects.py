"""What can be done outside the conversation, by whoever is configured to do it.

Routes; the senders and the callback book know how.
"""

from collections.abc import Awaitable, Callable
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


Forget = Callable[[], Awaitable[None]]
"""Deletes what was recorded of one call, which is recorded no more. Raises when it cannot be deleted."""


class CallEffects:
    """The effects of one call. Satisfies the call driver's ``Effects``."""

    def __init__(
        self,
        sender: LinkSender | None = None,
        callbacks: CallbackBook | None = None,
        forget: Forget | None = None,
    ) -> None:
        self._sender, self._callbacks, self._forget = sender, callbacks, forget

    async def perform(self, effect: Effect) -> tuple[bool, str]:
        """Do it; return whether it worked and a word of detail. What raises has failed."""
        match effect:
            case SendLink() if self._sender is not None:
                await self._sender.send(effect)
            case BookCallback() if self._callbacks is not None:
                await self._callbacks.book(effect)
            case RefuseRecording():  # a call that is not recorded has nothing to forget
                if self._forget is not None:
                    await self._forget()
            case _:
                return False, f"{type(effect).__name__} is not configured"
        return True, ""
