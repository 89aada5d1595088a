"""Finding calls: what the address asks for, what a row shows, and the way from one call to the next."""

import re
from datetime import UTC, datetime

import httpx
import pytest

from ivr.console.accounts import Role
from ivr.store.queries import CallFilter, find_calls
from tests.console_site import Site
from tests.sample_calls import fill

pytestmark = pytest.mark.console

NUMBER = "0612345678"


@pytest.fixture
async def viewer(console: Site) -> httpx.AsyncClient:
    """A viewer of a console with calls."""
    await fill(console.parts.database, 120, until=datetime.now(UTC))
    return await console.signed_in(Role.VIEWER)


async def test_a_row_shows_what_was_said_and_the_words_looked_for(viewer: httpx.AsyncClient) -> None:
    """Whatever case and accents they were typed with."""
    page = (await viewer.get("/appels?texte=ADRÊSSE mac")).text
    assert page.count("<mark>adresse mac</mark>") == page.count('<a class="row"') > 0
    assert 'class="words"' in (await viewer.get("/appels")).text


async def test_calls_of_some_days_and_hours(viewer: httpx.AsyncClient, console: Site) -> None:
    """Nothing tomorrow; the others are those of the store."""
    assert "Aucun appel." in (await viewer.get("/appels?du=2099-01-01")).text
    wanted = CallFilter(from_hour=12, to_hour=18, longest=60.0)
    total = (await find_calls(console.parts.database, wanted)).total
    page = (await viewer.get("/appels?de=12&a=18&duree=courts")).text
    assert re.search(rf"\b{total}\sappels trouvés", page)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("du=hier", "« hier » n'est pas un jour."),
        ("du=2026-11-30&au=2026-11-29", "Le dernier jour est avant le premier."),
        ("au=9999-12-31", "est trop loin."),
        ("de=24", "« 24 » n'est pas une heure : 0 à 23."),
        ("a=²", "n'est pas une heure"),
        ("de=18&a=8", "La dernière heure est avant la première."),
        ("duree=jamais", "n'est pas une durée de la liste."),
    ],
)
async def test_what_is_no_day_and_no_hour_is_told(viewer: httpx.AsyncClient, asked: str, told: str) -> None:
    """The form is kept, and nothing is shown as if it had been found."""
    answer = await viewer.get(f"/appels?{asked}")
    page = answer.text.replace("&#39;", "'")
    assert (answer.status_code, told in page, "Aucun appel." in page) == (422, True, True)


async def test_the_calls_of_a_number(viewer: httpx.AsyncClient, console: Site) -> None:
    """However it is written; the address has its pseudonym only."""
    pseudonym = console.parts.pseudonyms.of(NUMBER)
    for written in ("06 12 34 56 78", "+33 6 12 34 56 78", "0033612345678", "06.12.34.56.78"):
        sent = await viewer.post("/appels/numero", data={"numero": written})
        assert sent.headers["location"] == f"/appels?appelant={pseudonym}"
    assert (await viewer.post("/appels/numero", data={"numero": "Marie"})).status_code == 404
    assert "Les appels d" in (await viewer.get(f"/appels?appelant={pseudonym}")).text


async def test_a_call_leads_to_its_neighbours_and_to_the_callers_others(
    viewer: httpx.AsyncClient, console: Site
) -> None:
    """Within what was looked for, which stays in the address."""
    rows = (await find_calls(console.parts.database, CallFilter(outcome="resolved"))).rows
    page = (await viewer.get(f"/appels/{rows[1].id}?issue=resolved")).text
    assert f'href="/appels/{rows[0].id}?issue=resolved" rel="prev"' in page
    assert f'href="/appels/{rows[2].id}?issue=resolved" rel="next"' in page
    assert 'href="/appels?issue=resolved"' in page
    known = next(row for row in rows if row.caller)
    assert f'href="/appels?appelant={known.caller}"' in (await viewer.get(f"/appels/{known.id}")).text
    assert (await viewer.get(f"/appels/{known.id}?de=99")).status_code == 200


async def test_shortcuts_name_days_of_the_desk(viewer: httpx.AsyncClient) -> None:
    """« Hier » is one day."""
    page = (await viewer.get("/appels")).text
    days = re.search(r'href="/appels\?du=([\d-]+)&amp;au=([\d-]+)">Hier', page)
    assert days is not None
    assert days[1] == days[2]


async def test_every_figure_leads_to_its_calls(viewer: httpx.AsyncClient) -> None:
    """As many as it says; what is looked for is the figure's."""
    page = (await viewer.get("/statistiques?jours=90")).text
    figures = re.findall(r'<dd><a href="(/appels[^"]+)">([\d\s]+)</a></dd>', page)
    assert len(figures) == 2
    for address, count in figures:
        listed = (await viewer.get(address.replace("&amp;", "&"))).text
        assert re.search(rf"\b{count}\sappels? trouvés?", listed), address
    for part in ("motif=", "question=", "issue=sans-conseiller", "incompris=1", "de="):
        assert part in page


async def test_a_period_by_its_days_and_one_that_is_none(viewer: httpx.AsyncClient) -> None:
    """Also in the file; what is no period is told."""
    assert (await viewer.get("/statistiques?du=2026-01-01&au=2026-06-30")).status_code == 200
    for path in ("/statistiques", "/statistiques.csv"):
        told = await viewer.get(f"{path}?du=2026-02-01&au=2026-01-01")
        assert (told.status_code, "avant le premier" in told.text) == (422, True)
