"""Regression calls from the console: a process of their own, failures in French, results kept, a bar."""

import asyncio
import dataclasses
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from ivr.console.accounts import Role
from ivr.console.failures import OTHERWISE
from ivr.console.pages.regression_calls import told_mismatch
from ivr.console.test_call.regression import Regression, digest_of
from tests.console_site import Site, site

pytestmark = pytest.mark.console

SCRIPT = """
calls:
  - {name: réussit, steps: [{hear: menu.1}], end: {exit: caller}}
  - {name: échoue, steps: [{hear: menu.1}], end: {exit: caller}}
"""
SIMULATOR = '''
"""Plays nothing: reports as the simulator does, of whatever calls it is asked to play."""
import json, os, pathlib, sys, time
names = [sys.argv[i + 1] for i, word in enumerate(sys.argv) if word == "--call"]
pathlib.Path({pid!r}).write_text(str(os.getpid()))
if "panne" in {mood!r}:
    sys.exit("ivr: the model is missing")
greeting = pathlib.Path(os.environ["IVR_PROMPTS"], "lines", "accueil.yaml").read_text(encoding="utf-8")
print("ami.unavailable: a line of a log")
for name in names:
    mismatches = [{{"what": "intent", "expected": "test-ping", "found": "none"}}] if name == "échoue" else []
    print(json.dumps({{"call": name, "passed": not mismatches, "failures": [], "mismatches": mismatches,
                      "heard": ["Bonsoir" if "Bonsoir" in greeting else "Bonjour"], "seconds": 2}}))
    sys.stdout.flush()
    if "lent" in {mood!r}:
        time.sleep(600)
sys.exit(1 if "échoue" in names else 0)
'''


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Site]:
    """A console with two regression calls."""
    async with site(tmp_path, ThreadPoolExecutor(1)) as opened:
        (tmp_path / "scripts").mkdir()
        (tmp_path / "scripts" / "calls.yaml").write_text(SCRIPT, encoding="utf-8")
        with_simulator(opened, tmp_path)
        yield opened


def with_simulator(console: Site, folder: Path, mood: str = "") -> Path:
    """Have *console* ask a simulator that reports at once, ``lent`` (slowly), or breaks (``panne``)."""
    pid = folder / "pid"
    (folder / "simulator.py").write_text(SIMULATOR.format(pid=str(pid), mood=mood), encoding="utf-8")
    command = (sys.executable, str(folder / "simulator.py"))
    regression = Regression(folder / "scripts", console.parts.settings.console.folder, command)
    console.app.state.parts = dataclasses.replace(console.parts, regression=regression)
    return pid


def parts_now(console: Site) -> Regression:
    """What the console plays with."""
    regression: Regression = console.app.state.parts.regression
    return regression


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


async def played(console: Site, browser: httpx.AsyncClient, **form: str) -> str:
    """Play, wait for the end, and return the page."""
    answer = await browser.post("/essayer/controles", data=form or {"source": "published"})
    assert answer.status_code == 303
    await until(lambda: not parts_now(console).running)
    return (await browser.get(answer.headers["location"])).text.replace("\u00a0", " ").replace("&#39;", "'")


async def test_all_calls_are_played_and_the_failure_explained(console: Site) -> None:
    """Which failed, what was expected, what came instead, and what the line heard."""
    browser = await console.signed_in(Role.SUPERVISOR)
    assert (await browser.get("/essayer/controles")).text.count("Jamais joué") == 2
    text = await played(console, browser)
    assert "1 réussi" in text
    assert "1 échoué" in text
    assert "Question comprise : attendu « le test ping du poste », obtenu rien." in text
    assert "La ligne a entendu : « Bonjour »" in text


async def test_results_outlive_the_server_and_grow_stale(console: Site) -> None:
    """They are read again after a restart; texts that changed since are said to have."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await played(console, browser, source="published", call="calls.yaml réussit")
    with_simulator(console, console.prompts.parent)
    text = (await browser.get("/essayer/controles")).text
    assert text.count("Réussi") == 1
    assert "ont changé depuis" not in text
    (console.prompts / "lines" / "accueil.yaml").write_text("accueil.1: Bonsoir.\n", encoding="utf-8")
    assert "ont changé depuis" in (await browser.get("/essayer/controles")).text


async def test_the_draft_is_played_as_it_was_when_asked(console: Site) -> None:
    """A draft has its own results, on a copy of its texts."""
    browser = await console.signed_in(Role.SUPERVISOR)
    await console.parts.draft.save({"lines/accueil.yaml": "accueil.1: Bonsoir à vous.\n"})
    assert "« Bonsoir »" in await played(console, browser, source="draft")
    assert (await browser.get("/essayer/controles?source=published")).text.count("Jamais joué") == 2


async def test_one_run_at_a_time_and_it_can_be_stopped(console: Site, tmp_path: Path) -> None:
    """A second is told to wait; stopping ends the process, and whatever it has started."""
    pid = with_simulator(console, tmp_path, "lent")
    browser = await console.signed_in(Role.SUPERVISOR)
    assert (await browser.post("/essayer/controles", data={"source": "published"})).status_code == 303
    regression = parts_now(console)
    await until(lambda: regression.run is not None and len(regression.run.done) == 1)
    assert "1 sur 2" in (await browser.get("/essayer/controles")).text
    assert (await browser.post("/essayer/controles", data={"source": "published"})).status_code == 409
    await browser.post("/essayer/controles/arret")
    assert not regression.running
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    assert "Arrêté avant la fin" in (await browser.get("/essayer/controles")).text


async def test_a_simulator_that_breaks_says_why(
    console: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page tells a supervisor where the operator finds the reason; nothing is taken for a result."""
    with_simulator(console, tmp_path, "panne")
    browser = await console.signed_in(Role.SUPERVISOR)
    text = await played(console, browser)
    assert "exploitant en lira la cause dans le journal" in text
    assert "the model is missing" in capsys.readouterr().out
    assert text.count("Jamais joué") == 2


async def test_news_come_as_they_happen(console: Site) -> None:
    """A page that waits is told of the start, of each call and of the end."""
    regression = parts_now(console)
    waiting = asyncio.create_task(regression.news(30))
    await asyncio.sleep(0)
    assert regression.start("published", console.prompts, regression.calls())
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(regression.news(30), 20)
    await regression.stop()


@pytest.mark.parametrize("address", ["/essayer/controles", "/essayer/controles/arret"])
async def test_a_viewer_looks_and_starts_nothing(console: Site, address: str) -> None:
    """The processor is for supervisors."""
    viewer = await console.signed_in(Role.VIEWER)
    assert (await viewer.post(address)).status_code == 403
    page = (await viewer.get("/essayer/controles")).text
    assert "Tout jouer" not in page


async def test_a_failed_call_bars_the_publication_if_so_configured(console: Site) -> None:
    """Required and not passed with this draft: refused, with what is missing; passed: published."""
    parts = console.app.state.parts
    required = parts.settings.console.model_copy(update={"regression_required": True})
    settings = parts.settings.model_copy(update={"console": required})
    console.app.state.parts = dataclasses.replace(parts, settings=settings)
    browser = await console.signed_in(Role.SUPERVISOR)
    await parts.draft.save({"lines/accueil.yaml": "accueil.1: Bonsoir à vous.\n"})
    wish = {"comment": "Le soir", "when": "now"}
    refused = await browser.post("/brouillon/publier", data=wish)
    assert (refused.status_code, "Il manque : « réussit »" in refused.text.replace("\u00a0", " ")) == (
        422,
        True,
    )
    everything = {call.key: passed(digest_of(parts.draft.folder)) for call in parts.regression.calls()}
    kept = parts.settings.console.folder / "regression" / "draft.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(everything))
    assert (await browser.post("/brouillon/publier", data=wish)).status_code == 303


def passed(edition: str) -> dict[str, object]:
    """A good result with *edition*."""
    return {"edition": edition, "at": "2026-11-23T00:00:00+00:00", "passed": True, "seconds": 1.0}


@pytest.mark.parametrize(
    ("mismatch", "told"),
    [
        (("text", "oui", "ouïe"), "Paroles reconnues : attendu « oui », obtenu « ouïe »."),
        (("outcome", "answer", "reject"), "Décision : attendu « Répond », obtenu « Ne sait pas »."),
        (("command", "agent", "none"), "Commande : attendu « conseiller », obtenu rien."),
        (
            ("end", "transfer", "hang-up"),
            "Fin de l'appel : attendu un conseiller, obtenu la ligne raccroche.",
        ),
        (("latency", "3 s", "3.72 s"), "Délai de réponse : attendu 3 s, obtenu 3,72 s."),
        (("interruption", "", ""), "La ligne ne s'est pas laissé couper la parole."),
        (
            ("call", "", "the line did not listen within 30 s"),
            "L'appel n'a pas pu se tenir comme prévu. La ligne n'a pas écouté l'appelant en 30 secondes.",
        ),
        (("tomorrow's", "a", "b"), f"L'appel n'a pas pu se tenir comme prévu. {OTHERWISE}"),
    ],
)
def test_every_kind_of_failure_is_told_in_french(mismatch: tuple[str, str, str], told: str) -> None:
    """No English and no identifier where there is a word for it."""
    assert told_mismatch(dict(zip(("what", "expected", "found"), mismatch, strict=True)), {}) == told
