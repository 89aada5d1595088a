"""A mistyped setting is told with the one that was probably meant."""

import pytest

from ivr.config import Settings
from ivr.setting_names import key_of, keys, unknown_variable, variable_of

pytestmark = pytest.mark.unit


def test_keys_and_variables_name_each_other() -> None:
    """Every key of every section has a variable that stands for it."""
    known = list(keys(Settings))
    assert {"agi", "agi.port", "send.smtp.host", "faq.bars.misled"} <= set(known)
    assert [key_of(variable_of(key)) for key in known] == known


@pytest.mark.parametrize(
    ("variable", "complaint"),
    [
        ("IVR_NOPE", "IVR_NOPE: no such setting"),
        ("IVR_AGI_PORT", "IVR_AGI_PORT: no such setting (do you mean IVR_AGI__PORT?)"),
        ("IVR_CONSOL__PORT", "IVR_CONSOL__PORT: no such setting (do you mean IVR_CONSOLE__PORT?)"),
    ],
)
def test_an_unknown_variable_is_named(variable: str, complaint: str) -> None:
    """With the nearest that exists, if one is near."""
    assert unknown_variable(["PATH", variable], Settings) == complaint


@pytest.mark.parametrize("variable", ["HOME", "IVR_CONFIG", "IVR_ASTERISK_ROOT", "IVR_AGI__PROT", "ivr_x"])
def test_other_variables_are_let_through(variable: str) -> None:
    """What is no setting of ours, and what the sections themselves judge."""
    assert unknown_variable([variable], Settings) is None
