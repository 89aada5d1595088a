"""One rule for the names of queues, wherever one is written."""

import pytest

from ivr.config import DeskSettings
from ivr.queue_names import is_queue_name

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["support", "600", "Assistance", "support.n1", "n-1_b"])
def test_what_asterisk_and_people_call_queues(name: str) -> None:
    """Figures, capitals and points are as good as anything."""
    assert is_queue_name(name)
    assert DeskSettings(queue=name).queue == name


@pytest.mark.parametrize("name", ["", "a,b", "a b", "a|b", "${X}", "a&b", "été", "x" * 65, "a\n"])
def test_what_would_mean_something_to_a_dialplan(name: str) -> None:
    """Refused where it is written, not cut where it is used."""
    assert not is_queue_name(name)
    with pytest.raises(ValueError, match="is no queue: letters without accents"):
        DeskSettings(queue=name)


def test_no_technical_queue_is_the_same_people() -> None:
    """Empty is allowed there."""
    assert DeskSettings(technical_queue="").technical_queue == ""
