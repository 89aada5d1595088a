"""What may be the name of a queue: one rule for settings, texts, AMI and dialplan.

Knows no queue.
"""

import re

RULE = "letters without accents, figures, points, hyphens and underscores, 64 at most"
_NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)


def is_queue_name(name: str) -> bool:
    """Return whether a queue may have *name*: nothing in it means anything to a dialplan or to AMI.

    >>> [is_queue_name(name) for name in ("support.n1", "600", "Assistance", "a,b", "été")]
    [True, True, True, False, False]
    """
    return _NAME.fullmatch(name) is not None
