"""What tells one node from another is shown, and equal files have equal digests."""

from pathlib import Path

import pytest
from prometheus_client import generate_latest

from ivr import __version__
from ivr.metrics import Metrics
from ivr.node_metrics import digest_of, show_content, show_node

pytestmark = pytest.mark.unit


def test_a_node_says_who_it_is() -> None:
    """Version, name, limit, whether it drains, and what its process uses; read at every scrape."""
    metrics, draining = Metrics(), [False]
    show_node(metrics, "ivr-1", draining=lambda: draining[0], calls_limit=60)
    scraped = generate_latest(metrics.registry).decode()
    assert f'ivr_build_info{{server="ivr-1",version="{__version__}"}} 1.0' in scraped
    assert "ivr_calls_limit 60.0" in scraped
    assert "ivr_draining 0.0" in scraped
    assert "process_resident_memory_bytes" in scraped
    draining[0] = True
    assert "ivr_draining 1.0" in generate_latest(metrics.registry).decode()


def test_texts_and_model_are_shown_as_digests() -> None:
    """Short enough to compare by eye."""
    metrics = Metrics()
    show_content(metrics, lambda: "0123456789abcdef", lambda: "feedbeef")
    expected = 'ivr_content_info{edition="0123456789ab",model="feedbeef"} 1.0'
    assert expected in generate_latest(metrics.registry).decode()


def test_a_digest_tells_every_change(tmp_path: Path) -> None:
    """A byte, a name, a file more; not where the folder is."""

    def folder(name: str, **files: str) -> str:
        for file, text in files.items():
            (tmp_path / name / "sub").mkdir(parents=True, exist_ok=True)
            (tmp_path / name / "sub" / file).write_text(text)
        return digest_of(tmp_path / name)

    one = folder("one", a="x", b="y")
    assert one == folder("two", a="x", b="y")
    others = [folder("three", a="x", b="z"), folder("four", a="x", c="y"), folder("five", a="x")]
    assert len({one, *others}) == 4
