"""Nothing that the console does holds the event loop, which every call's audio passes through."""

import asyncio
import gc
from datetime import UTC, datetime

import pytest

from ivr.console.assembly import warm
from ivr.store.queries import CallFilter, Page, find_calls
from tests.console.test_pages import PAGES
from tests.console_forms import fields_of
from tests.console_site import Site
from tests.loop_watch import watching
from tests.sample_calls import fill

pytestmark = pytest.mark.console

LONGEST = 0.010
"""Seconds; a frame of a call is due every 20 ms."""


async def test_no_page_and_no_button_holds_the_loop(console: Site) -> None:
    """Opening every page, saving, arranging, learning, publishing, going back, exporting."""
    await fill(console.parts.database, 300, until=datetime.now(UTC))
    parts = console.parts
    parts.publisher.adopt(await parts.workshop.matcher(console.prompts))
    browser = await console.signed_in()
    await warm(console.app, parts)
    call = (await find_calls(console.parts.database, CallFilter(), Page(size=1))).rows[0].id
    gc.collect()
    gc.freeze()  # as a server does once it has started
    with watching() as watch:

        async def get(path: str) -> str:
            watch.begin(f"GET {path}")
            return (await browser.get(path)).text

        async def post(path: str, data: dict[str, object]) -> int:
            watch.begin(f"POST {path}")
            return (await browser.post(path, data=data)).status_code

        for _ in range(3):
            for path in (
                *PAGES,
                f"/appels/{call}",
                "/statistiques.csv",
                "/brouillon/effet",
                "/brouillon/controle",
            ):
                await get(path)
        form = await asyncio.to_thread(fields_of, await get("/questions/depart-collaborateur"))
        assert (
            await post("/questions/depart-collaborateur", {**form, "label": "le départ d'un collègue"}) == 303
        )
        assert await post("/questions/ordre", {"do": "rise adresse-mac"}) == 303
        assert await post("/phrases/menu.1", {"text": "Quelle est votre question ?"}) == 303
        assert await post("/lexique", {"written": "Zorg", "spoken": "zorgue"}) == 303
        for path in ("/brouillon", "/brouillon/effet", "/questions", "/phrases"):
            await get(path)
        assert (
            await post("/essayer", {"source": "published", "said": ["c'est quoi l'adresse mac", "oui"]})
            == 200
        )
        assert await post("/brouillon/publier", {"comment": "Essai du soir"}) == 303
        await get("/editions/2")
        assert await post("/editions/1/retour", {}) == 303
        learned = {"key": "ma facture", "text": "ma facture", "action": "learn", "intent": "test-ping"}
        assert await post("/apprendre", learned) == 303
        assert await post("/brouillon/abandonner", {}) == 303
    assert watch.beyond(LONGEST) == {}
