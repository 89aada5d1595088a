"""Who calls, and what the agent is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.actions import Transfer
from ivr.telephony.agi import Environment
from ivr.telephony.caller import caller_from, display_name, hand_off_variables, national, plain

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("0612345678", "0612345678"),
        ("+33 6 12 34 56 78", "0612345678"),
        ("+33(0)612345678", "0612345678"),
        ("33612345678", "0612345678"),
        ("0033612345678", "0612345678"),
        ("06.12.34.56.78", "0612345678"),
        ("+442079460000", "00442079460000"),
        ("204", "204"),
        ("alice01", None),
        ("", None),
    ],
)
def test_numbers_become_what_one_dials(number: str, dialled: str | None) -> None:
    """Every French spelling gives the same ten digits; others keep their country; names are no numbers."""
    assert national(number) == dialled


@pytest.mark.parametrize(
    "variables",
    [
        {"callerid": "unknown"},
        {"callerid": "Anonymous"},
        {"callerid": ""},
        {},
        {"callerid": "0612345678", "callingpres": "32"},
        {"callerid": "0612345678", "callingpres": "67"},
    ],
)
def test_withheld_numbers_stay_withheld(variables: dict[str, str]) -> None:
    """Neither an anonymous call nor a number marked as hidden gives a number."""
    assert caller_from(Environment(variables)).number is None


def test_a_shown_number_is_known() -> None:
    """Presentation « allowed » in any screening is shown."""
    assert caller_from(Environment({"callerid": "+33612345678", "callingpres": "3"})).number == "0612345678"


def test_a_returning_caller_is_recognised() -> None:
    """What the dialplan says about an earlier visit, in the address or as arguments, is kept."""
    environment = Environment({"network_script": "ivr?returned=busy", "arg_1": "intent=adresse-mac"})
    caller = caller_from(environment, recorded=True)
    assert (caller.returned_from, caller.previous_intent, caller.recorded) == ("busy", "adresse-mac", True)
    first = caller_from(Environment({"network_script": "ivr", "arg_1": "intent="}))
    assert (first.returned_from, first.previous_intent) == (None, None)


@given(st.text(max_size=400), st.integers(1, 100))
def test_plain_text_harms_no_dialplan(text: str, length: int) -> None:
    """Nothing that a dialplan, AGI or AMI would interpret survives, and the length holds."""
    shown = plain(text, length)
    assert len(shown) <= length
    assert not set(shown) & set('"$[]{}()\\;,|&<>`\r\n\t\0')
    assert plain(shown, length) == shown


def test_plain_text_stays_readable() -> None:
    """French survives."""
    assert plain("J'ai « payé » 12,50 € à Noël…") == "J'ai payé 12 50 à Noël"


def test_the_agent_sees_the_question() -> None:
    """Intent and last words, in the length of a phone's display."""
    transfer = Transfer("support", "requested", intent="adresse-mac", words="je la trouve où ? " * 9)
    shown = display_name(transfer)
    assert shown.startswith("adresse-mac : je la trouve où ?")
    assert len(shown) <= 80


def test_a_hand_off_is_written_into_variables() -> None:
    """What is no queue's name leaves the choice to the dialplan; without words the caller's name stays."""
    variables = hand_off_variables(Transfer("sup port,x", "no-match", steps="redémarré; branché"))
    assert variables == {
        "IVR_QUEUE": "",
        "IVR_REASON": "no-match",
        "IVR_INTENT": "",
        "IVR_WORDS": "",
        "IVR_STEPS": "redémarré branché",
    }
    named = hand_off_variables(Transfer("support", "faq", intent="horaires"))
    assert named["IVR_LABEL"] == "horaires"
    for name in ("support.n1", "600", "Assistance"):
        assert hand_off_variables(Transfer(name, "faq"))["IVR_QUEUE"] == name
