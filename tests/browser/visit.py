"""Windows of a browser on one console, and their pictures."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import ConsoleMessage, Page

from ivr.console.accounts import Role

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@dataclass
class Visit:
    """Opens windows; collects what the browser complains about."""

    address: str
    open_window: Callable[[Role | None], Awaitable[Page]]
    complaints: list[str] = field(default_factory=list)

    async def window(self, role: Role | None = None) -> Page:
        """A window of a new user with *role*, or of nobody."""
        page = await self.open_window(role)
        page.on("console", self._complain)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    async def picture(self, page: Page, name: str, *, dark: bool = False) -> None:
        """Keep what *page* shows, at desk and phone width; nothing may stick out of a phone's screen."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for size, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            await page.wait_for_timeout(150)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} px wide on a {size}"
            if size == "desktop":  # as tall as the page: what sticks to edges is drawn once
                tall = await page.evaluate("document.documentElement.scrollHeight")
                await page.set_viewport_size({"width": width, "height": max(height, tall)})
            await page.screenshot(path=SCREENSHOTS / f"{name}-{size}.png")
        await page.set_viewport_size({"width": 1280, "height": 900})
        if dark:
            await page.emulate_media(color_scheme="dark")
            await page.screenshot(path=SCREENSHOTS / f"{name}-dark.png")
            await page.emulate_media(color_scheme="light")

    def _complain(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(message.text)
