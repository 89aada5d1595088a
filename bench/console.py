"""How long the server takes for each page of the console, with ten thousand calls in the record.

No network and no browser: the application is asked as a browser asks it. The processor's time says the same
on a machine that does other things too.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.report import asked_for_quick, percentile, publish
from ivr.console.accounts import Role
from ivr.console.assembly import warm
from ivr.store.queries import Page, find_calls
from tests.console_site import site
from tests.sample_calls import fill

CALLS, TIMES = 10_000, 15
PAGES = (
    "/", "/essayer", "/essayer/micro", "/essayer/controles", "/appels", "/appels?page=150",
    "/appels?texte=adresse", "/apprendre",
    "/apprendre?jours=90", "/questions", "/questions/adresse-mac", "/questions/nouvelle", "/phrases",
    "/lexique", "/brouillon", "/brouillon/effet", "/editions", "/editions/1", "/statistiques",
    "/statistiques?jours=365", "/statistiques.csv?jours=365", "/reglages",
    "/reglages/horaires", "/incident",
)  # fmt: skip


async def main(quick: bool) -> None:
    """Fill the record, ask for every page, print the table."""
    calls, times = (500, 3) if quick else (CALLS, TIMES)
    with tempfile.TemporaryDirectory() as folder:
        async with site(Path(folder)) as console:
            await fill(console.parts.database, calls, until=datetime.now(UTC))
            await console.parts.draft.save({"lines/accueil.yaml": "accueil.1: Bonsoir.\n"})
            await warm(console.app, console.parts)
            browser = await console.signed_in(Role.SUPERVISOR)
            newest = (await find_calls(console.parts.database, page=Page(size=1))).rows[0].id
            rows = []
            for path in (*PAGES, f"/appels/{newest}"):
                seconds, spent = [], time.process_time()
                for _ in range(times):
                    begun = time.perf_counter()
                    response = await browser.get(path)
                    seconds.append(time.perf_counter() - begun)
                    assert response.status_code == 200, path
                row = {
                    "page": path.replace(newest, "…"),
                    "cpu ms": 1000 * (time.process_time() - spent) / times,
                    "first ms": 1000 * seconds[0],
                    "median ms": 1000 * median(seconds),
                }
                rows.append(
                    row | {"p95 ms": 1000 * percentile(seconds, 95), "kB": len(response.content) / 1000}
                )
    publish("console", rows)


if __name__ == "__main__":
    asyncio.run(main(asked_for_quick(__doc__)))
