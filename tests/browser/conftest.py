"""A console in a real headless Chromium; every page it saw is kept as a picture in ``build/screenshots``."""

import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from ivr.config import ConsoleSettings
from ivr.console.accounts import Role
from ivr.http_server import HttpServer
from tests.browser.visit import Visit
from tests.console_site import PASSWORD, Site, site

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
expect.set_options(timeout=20_000)  # a machine may be busy with more than this browser
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Site]:
    """A console with an empty database."""
    async with site(tmp_path, ThreadPoolExecutor(1)) as opened:
        await opened.parts.workshop.matcher(opened.prompts)  # learned once, not while a browser waits
        yield opened


@pytest.fixture
async def address(console: Site) -> AsyncIterator[str]:
    """Where it listens."""
    server = HttpServer(ConsoleSettings(port=0), console.app)
    await server.start()
    yield f"http://{server.address}"
    await server.aclose()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """One browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(console: Site, address: str, chromium: Browser) -> AsyncIterator[Visit]:
    """A way to open windows, whoever is signed in."""
    opened: list[BrowserContext] = []

    async def open_window(role: Role | None) -> Page:
        context = await chromium.new_context(
            base_url=address, locale="fr-FR", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(60_000)
        opened.append(context)
        page = await context.new_page()
        if role is not None:
            login = f"{role.value}{len(opened)}"
            token = await console.parts.accounts.invite(role)
            await console.parts.accounts.sign_up(token, login, "Camille Durand", PASSWORD)
            await page.goto("/connexion")
            await page.get_by_label("Identifiant").fill(login)
            await page.get_by_label("Mot de passe").fill(PASSWORD)
            await page.get_by_role("button", name="Se connecter").click()
            await page.wait_for_url(lambda url: "/connexion" not in url)
        return page

    yield Visit(address, open_window)
    for context in opened:
        await context.close()
