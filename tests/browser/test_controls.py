"""Regression calls from a browser: played for real, one of them failing."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.console.accounts import Role
from tests.browser.visit import Visit
from tests.console_site import Site, site

pytestmark = pytest.mark.browser

RECORDINGS = Path(__file__).parents[2] / "regression" / "audio"
SCRIPT = f"""
calls:
  - name: Un conseiller, par la touche zéro dès l'accueil
    steps:
      - hear: accueil.1
      - press: "0"
    end: {{exit: transfer, queue: support}}
  - name: Le test ping, pris pour les tarifs
    steps:
      - hear: menu.1
      - say: {{file: {RECORDINGS / "ping.wav"}}}
      - expect: {{intent: tarifs-etranger}}
    end: {{exit: caller}}
  - name: Pas encore joué
    steps: [{{hear: menu.1}}]
    end: {{exit: caller}}
"""


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Site]:
    """A console with three regression calls."""
    (tmp_path / "regression").mkdir()
    (tmp_path / "regression" / "accueil.yaml").write_text(SCRIPT, encoding="utf-8")
    async with site(tmp_path, ThreadPoolExecutor(1), regression=tmp_path / "regression") as opened:
        yield opened


async def test_calls_are_played_and_a_failure_is_shown(visit: Visit, console: Site) -> None:
    """Each result appears as its call ends; the failed one says what was expected and what was heard."""
    page = await visit.window(Role.SUPERVISOR)
    await page.goto("/essayer/controles")
    await page.get_by_role("button", name="Jouer « Un conseiller").click()
    row = page.locator(".controls li")
    await expect(row.nth(0)).to_contain_text("Réussi", timeout=400_000)
    await expect(row.nth(2)).to_contain_text("Jamais joué")
    await page.get_by_role("button", name="Jouer « Le test ping").click()
    await expect(page.get_by_role("button", name="Arrêter")).to_be_visible()
    await visit.picture(page, "controls-running")
    await expect(row.nth(1)).to_contain_text("Échoué", timeout=400_000)
    await expect(row.nth(1)).to_contain_text("Question comprise : attendu « les tarifs des appels")
    await expect(row.nth(1)).to_contain_text(
        "La ligne a entendu : « comment faire un test ping sur mon poste »"
    )
    await visit.picture(page, "controls", dark=True)
    assert visit.complaints == []
