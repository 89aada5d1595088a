"""A supervisor in a process of its own: saves, reorders every question, learns and publishes in a loop.

Asks the console as a browser does; measures nothing but how long each request took.
"""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.connection import Connection

import httpx

from bench.child import BenchError, answer
from tests.console_forms import fields_of
from tests.shipped import INTENTS

PASSWORD = "une phrase assez longue"
ANSWER_SECONDS = 120.0


class Supervisor:
    """Somebody signed in as an administrator."""

    def __init__(self, link: str) -> None:
        """*link* is an invitation."""
        address, _, token = link.partition("/inscription/")
        self._browser = httpx.Client(
            base_url=address, timeout=ANSWER_SECONDS, headers={"Sec-Fetch-Site": "same-origin"}
        )
        form = {"login": "lea", "name": "Léa", "password": PASSWORD, "again": PASSWORD}
        self._do("POST", f"/inscription/{token}", form)
        self.took: dict[str, list[float]] = defaultdict(list)
        """Seconds of each request, by what it was for."""

    def work(self, seconds: float) -> None:
        """Do one thing after the other until *seconds* are over."""
        until = time.monotonic() + seconds
        for turn in itertools.count():
            for what, step in self._round(turn):
                if time.monotonic() > until:
                    return
                began = time.monotonic()
                step()
                self.took[what].append(time.monotonic() - began)

    def _round(self, turn: int) -> list[tuple[str, Callable[[], object]]]:
        intent, verb = INTENTS[turn % len(INTENTS)], "rise" if turn % 2 else "fall"
        orders = [partial(self._do, "POST", "/questions/ordre", {"do": f"{verb} {each}"}) for each in INTENTS]
        words = f"phrase d'essai numéro {turn}"
        lesson = {"key": words, "text": words, "action": "learn", "intent": intent}
        why = {"comment": "Banc d'essai", "override": "1"}
        return [
            ("save", partial(self._save, intent, turn)),
            *(("reorder", order) for order in orders),
            ("learn", partial(self._do, "POST", "/apprendre", lesson)),
            ("look", partial(self._do, "GET", "/brouillon")),
            ("publish", partial(self._do, "POST", "/brouillon/publier", why)),
            ("export", partial(self._do, "GET", "/statistiques.csv?jours=365")),
        ]

    def _save(self, intent: str, turn: int) -> None:
        form = fields_of(self._do("GET", f"/questions/{intent}").text)
        self._do("POST", f"/questions/{intent}", form | {"display": f"{form['display'][0]} ({turn})"})

    def _do(self, method: str, path: str, form: Mapping[str, object] | None = None) -> httpx.Response:
        response = self._browser.request(method, path, data=form)
        if response.status_code >= 400:
            raise BenchError(f"{method} {path}: {response.status_code}")
        return response


def supervise(pipe: Connection, link: str) -> None:
    """Work when told to, and tell how long each request took; the entry of the process."""
    supervisor = Supervisor(link)

    async def work(seconds: float) -> dict[str, list[float]]:
        supervisor.took.clear()
        await asyncio.to_thread(supervisor.work, seconds)
        return dict(supervisor.took)

    pipe.send("ready")
    asyncio.run(answer(pipe, {"work": work}))
