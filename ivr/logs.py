"""Logging: one event a line, with the call's id, and without what callers said or their numbers.

Configures structlog once; masks whatever slips in under a key known to be personal.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog

from ivr.config import LogSettings
from ivr.log_writer import LogWriter

PERSONAL = frozenset({"number", "caller", "callerid", "recipient", "email", "words", "text", "utterance"})
"""Keys whose value is never written; the store has its own, purged copy."""
DIGITS = re.compile(
    r"(?<![\w.:-])(?:\+33|0033|0)[1-9](?:[ .-]?\d{2}){4}(?![\w:])"
    r"|(?<![\w.:-])(?:\+|00)[1-9]\d{0,2}(?:[ .-]?\d{2,4}){2,4}(?![\w:])"
    r"|(?<![\w.:+-])\d(?:[ -]?\d){12,18}(?![\w.:-])"
)
"""A telephone number, French or foreign, or a payment card's, in free text."""
DEEPEST = 6
"""Values within values that are looked through."""


def configure_logs(settings: LogSettings) -> LogWriter:
    """Write log lines to standard output from now on, those of libraries too; return what writes them."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.json_lines
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=24)
    )
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    writer = LogWriter(sys.stdout)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            mask_personal_data,  # last: tracebacks quote values, too
            renderer,
        ],
        wrapper_class=_never_raising(level, writer),
        logger_factory=lambda *names: writer,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Libraries()], level=max(level, logging.WARNING), force=True)
    return writer


def _never_raising(level: int, writer: LogWriter) -> type[Any]:
    """A logger that loses what it cannot put into words: whoever logs is in the middle of something else."""
    filtering: Any = structlog.make_filtering_bound_logger(level)

    class Guarded(filtering):  # type: ignore[misc] # structlog makes the class at run time
        def _proxy_to_logger(self, method: str, event: str | None = None, *args: Any, **values: Any) -> Any:
            try:
                return super()._proxy_to_logger(method, event, *args, **values)
            except Exception as error:  # boundary: a value without words, a processor's bug
                writer.lose(f"{event} cannot be written: {type(error).__name__}")

    return Guarded


class _Libraries(logging.Handler):
    """What libraries log goes the same way as our own lines."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except Exception:  # boundary: a library's format does not fit its values
            message = str(record.msg)
        where = structlog.get_logger()
        where.log(record.levelno, "library", library=record.name, message=message, exc_info=record.exc_info)


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
        event[key] = _masked(key, value, DEEPEST)
    return event


def _masked(key: object, value: Any, depth: int) -> Any:
    """*value* as it may be written, also within lists and mappings; what is no text is written as it is."""
    if key in PERSONAL and value:
        return mask_number(str(value)) if str(value).isdigit() else f"[{len(str(value))} characters]"
    match value:
        case str():
            return DIGITS.sub(lambda match: mask_number(match[0]), value)
        case None | bool() | int() | float():
            return value
        case _ if depth == 0:
            return f"[{type(value).__name__}]"
        case Mapping():
            return {_masked(None, name, 1): _masked(name, item, depth - 1) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(None, item, depth - 1) for item in value]
    return _masked(None, str(value) if isinstance(value, Exception | Path) else repr(value), 1)


def mask_number(number: str) -> str:
    """Keep the first and the last two digits, enough to recognise one's own."""
    return (
        f"{number[:2]}{'•' * max(0, len(number) - 4)}{number[-2:]}" if len(number) > 4 else "•" * len(number)
    )
