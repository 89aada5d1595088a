"""An edition has one name, whoever asks: the record and the console."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.content.publications import Editions
from ivr.store.database import Database
from ivr.store.editions import read_edition
from ivr.store.records import edition_record
from ivr.store.writing import write

pytestmark = pytest.mark.contract


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prompts = tmp_path / "prompts"
    for name, content in {
        "lines/accueil.yaml": b"accueil.1: Bonjour.\n",
        "recordings/accueil.1.wav": b"RIFF\xff\xfe",
        "phrasings/README.md": b"for people",
        ".hidden.yaml": b"x: 1",
    }.items():
        (prompts / name).parent.mkdir(parents=True, exist_ok=True)
        (prompts / name).write_bytes(content)
    return prompts


async def test_the_console_and_the_record_agree(database: Database, folder: Path, tmp_path: Path) -> None:
    """What the server notes in its turns is what the history calls it; both may keep it first."""
    edition = read_edition(folder)
    await write(database, [edition_record(edition.id, edition.files, 0.0)])
    history = Editions(database, folder, tmp_path / "home", lambda: datetime.now(UTC), {})
    await history.begin()
    assert (await history.history())[0].edition == edition.id
    assert set(edition.files) == {"lines/accueil.yaml", "recordings/accueil.1.wav"}


def test_any_change_is_another_edition(folder: Path) -> None:
    """A word, a recording, a name: whatever can be heard differently has a name of its own."""
    before = read_edition(folder).id
    assert read_edition(folder).id == before
    (folder / "recordings" / "accueil.1.wav").write_bytes(b"RIFF\xff\xfd")
    assert read_edition(folder).id != before
