"""Writes log lines in a thread of its own: nobody waits for the reader of the log, or suffers from its disk.

What cannot be written is counted. Knows nothing of what the lines say.
"""

import threading
import time
from collections import deque
from typing import Any, BinaryIO, TextIO

LENGTH = 10_000
"""Lines that wait for a reader who does not read; more are lost."""
AGAIN_SECONDS = 0.05
"""Until the next try when a pipe that must not block is full."""


class LogWriter:
    """Takes lines at once; satisfies structlog's idea of a logger."""

    def __init__(self, file: TextIO | None, length: int = LENGTH) -> None:
        """*file* is None in a process that was started without standard output."""
        self.problem = ""
        """Why lines are being lost; empty while they are written."""
        self.lost = 0
        """Lines lost so far."""
        self._out = _unbuffered(file)
        self._lines: deque[str] = deque()
        self._length = length
        self._news = threading.Condition()
        self._idle = True
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def msg(self, line: str) -> None:
        """Take *line*. Never blocks, never raises."""
        with self._news:
            if len(self._lines) >= self._length:
                self.lose("whoever reads the log does not read")
                return
            self._lines.append(line)
            self._news.notify_all()

    debug = info = warning = error = critical = exception = fatal = log = msg

    def lose(self, reason: str) -> None:
        """Count a line that is not going to be written."""
        self.lost += 1
        self.problem = reason

    def flush(self, seconds: float = 2.0) -> None:
        """Return when all that was taken is written or lost, after at most so long."""
        with self._news:
            self._news.wait_for(lambda: self._idle and not self._lines, seconds)

    # In the thread.

    def _run(self) -> None:
        while True:
            with self._news:
                self._idle = True
                self._news.notify_all()
                self._news.wait_for(lambda: bool(self._lines))
                line, self._idle = self._lines.popleft(), False
            self._write(line)

    def _write(self, line: str) -> None:
        try:
            if self._out is None:
                raise OSError("there is no standard output")
            view = memoryview(f"{line}\n".encode(errors="backslashreplace"))
            while view:
                written = self._out.write(view)
                if written is None:
                    time.sleep(AGAIN_SECONDS)
                view = view[written or 0 :]
        except Exception as error:  # boundary: a log that cannot be written must harm nothing else
            self.lose(getattr(error, "strerror", None) or str(error) or type(error).__name__)
        else:
            self.problem = ""


def _unbuffered(file: TextIO | None) -> BinaryIO | None:
    """What a full disk refuses must not stay in a buffer, to be refused again with every later line."""
    buffer: Any = getattr(file, "buffer", None)
    raw: BinaryIO | None = getattr(buffer, "raw", buffer)
    return raw
