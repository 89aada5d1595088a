"""The errors a person can act on.

Each says what is wrong, where, and what to do; anything else that is raised is a bug.
"""


class IvrError(Exception):
    """Base of all errors whose message is meant for an operator or a supervisor: one line, no traceback."""


class ConfigurationError(IvrError):
    """A setting, a prompt or an FAQ file is wrong; the message names the file, the place and the remedy."""


class EngineError(IvrError):
    """A recogniser or a synthesiser cannot do its work."""
