"""Logging: one event a line, with the call's id, and without what callers said or their numbers.

Configures structlog once; masks whatever slips in under a key known to be personal.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from ivr.config import LogSettings

PERSONAL = frozenset({"number", "caller", "callerid", "recipient", "email", "words", "text", "utterance"})
"""Keys whose value is never written; the store has its own, purged copy."""
DIGITS = re.compile(r"(?<![\w.:-])(?:\+33|0033|0)[1-9](?:[ .-]?\d{2}){4}(?!\w)")
"""A French telephone number in free text."""


def configure_logs(settings: LogSettings) -> None:
    """Write log lines to standard output from now on."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.json_lines
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=24)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            mask_personal_data,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.level.upper()]
        ),
        logger_factory=lambda *names: structlog.PrintLogger(sys.stdout),
        cache_logger_on_first_use=False,
    )


def silence_logs(below: int = logging.CRITICAL) -> None:
    """Write nothing less than *below*, on standard error: for commands that say themselves what they find."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(below),
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
    )


def mask_personal_data(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace personal values: « 06••••••78 » for a number, their length for words."""
    for key, value in event.items():
        if key in PERSONAL and value:
            event[key] = (
                mask_number(str(value)) if str(value).isdigit() else f"[{len(str(value))} characters]"
            )
        elif isinstance(value, str):
            event[key] = DIGITS.sub(lambda match: mask_number(match[0]), value)
    return event


def mask_number(number: str) -> str:
    """Keep the first and the last two digits, enough to recognise one's own."""
    return (
        f"{number[:2]}{'•' * max(0, len(number) - 4)}{number[-2:]}" if len(number) > 4 else "•" * len(number)
    )
