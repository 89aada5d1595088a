"""Long work made visible."""

import io

import pytest

from ivr.progress import Progress

pytestmark = pytest.mark.unit


def test_without_a_terminal_a_bar_is_a_few_plain_lines() -> None:
    """A log file gets quarters, not three hundred updates, and no control characters."""
    out = io.StringIO()
    with Progress(out).bar("prompts", 300) as advance:
        for done in range(1, 301):
            advance(done)
    lines = out.getvalue().splitlines()
    assert lines[:3] == ["prompts: 75 of 300", "prompts: 150 of 300", "prompts: 225 of 300"]
    assert lines[3].startswith("prompts: 300 in ")
    assert "\x1b" not in out.getvalue()


def test_a_step_says_how_long_it_took() -> None:
    """One line, at its end."""
    out = io.StringIO()
    with Progress(out).step("speech model"):
        assert out.getvalue() == ""
    assert out.getvalue().startswith("speech model: 0.0 s")


def test_nothing_to_do_is_no_error() -> None:
    """An empty bar ends like any other."""
    out = io.StringIO()
    with Progress(out).bar("prompts", 0) as advance:
        advance(0)
    assert out.getvalue().startswith("prompts: 0 in")


def test_quiet_is_silent() -> None:
    """A command whose output is read by a program can ask for silence."""
    out = io.StringIO()
    with Progress(out, quiet=True).bar("prompts", 1) as advance:
        advance(1)
    assert out.getvalue() == ""
