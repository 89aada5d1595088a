"""Regression calls in the background: one `ivr simulate` process at low priority, and its last results.

Judges nothing itself, and takes nothing from calls: the process has a server, a voice and a model of its own.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
import yaml

from ivr.console.failures import worded
from ivr.content.draft import write
from ivr.content.publications import read_files

log = structlog.get_logger(__name__)

AT_ONCE = 2
START_SECONDS, CALL_SECONDS = 300.0, 120.0
"""What a script may take: to get ready (the edition may have to be learned), and for each of its calls."""
STOPPING_SECONDS = 5.0
NICE = "10"
MOST_CALLS = 200
UNFINISHED = "Le contrôle n'a pas abouti."
SOURCES = ("published", "draft")
IVR = (sys.executable, "-m", "ivr")


@dataclass(frozen=True, slots=True, order=True)
class ControlCall:
    """One call of a script."""

    script: str
    """The script's file name in the configured folder."""
    name: str

    @property
    def key(self) -> str:
        """What the page and the results name it by."""
        return f"{self.script} {self.name}"


@dataclass(frozen=True, slots=True)
class Result:
    """How one call went."""

    edition: str
    """Digest of what it was played with."""
    at: str
    """ISO 8601, UTC."""
    passed: bool
    seconds: float
    mismatches: tuple[Mapping[str, str], ...] = ()
    """``what``, ``expected``, ``found``: see the simulator's reports."""
    heard: tuple[str, ...] = ()


@dataclass(slots=True)
class Run:
    """What is being played, or was last."""

    source: str
    calls: tuple[ControlCall, ...]
    done: set[ControlCall] = field(default_factory=set)
    problem: str = ""
    """Why some of them were not played."""


class Regression:
    """The regression calls of one folder."""

    def __init__(
        self, scripts: Path, home: Path, command: Sequence[str] = (sys.executable, "-m", "ivr")
    ) -> None:
        """*scripts* holds the YAML scripts; results are kept in *home*."""
        self._scripts, self._home, self._command = scripts, home / "regression", tuple(command)
        self.run: Run | None = None
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    @property
    def running(self) -> bool:
        """Whether calls are being played."""
        return self._task is not None and not self._task.done()

    def calls(self) -> tuple[ControlCall, ...]:
        """Return every call of the folder, script by script; a script that cannot be read has none."""
        found: list[ControlCall] = []
        for path in sorted(self._scripts.glob("*.yaml")):
            with contextlib.suppress(OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError):
                calls = yaml.safe_load(path.read_text(encoding="utf-8"))["calls"]
                found += [ControlCall(path.name, str(call["name"])) for call in calls]
        return tuple(found[:MOST_CALLS])

    def results(self, source: str) -> dict[str, Result]:
        """Return the last results by the calls' keys."""
        try:
            kept: dict[str, Any] = json.loads(self._kept(source).read_bytes())
            return {key: Result(**value) for key, value in kept.items()}
        except (OSError, ValueError, TypeError):
            return {}

    def start(self, source: str, folder: Path, calls: Sequence[ControlCall]) -> bool:
        """Begin to play *calls* with the edition in *folder*; False while others are being played."""
        if self.running or not calls:
            return False
        self.run = Run(source, tuple(calls))
        self._task = asyncio.create_task(self._play(self.run, folder), name="regression")
        self._task.add_done_callback(lambda task: self._tell())
        self._tell()
        return True

    async def stop(self) -> None:
        """Give up what is being played."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def news(self, within: float) -> None:
        """Return when something has changed, or after *within* seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._changed.wait()

    def bar(self, edition: str) -> tuple[ControlCall, ...]:
        """Return the calls that have not passed with the draft whose digest is *edition*."""
        results = self.results("draft")
        return tuple(
            call
            for call in self.calls()
            if (found := results.get(call.key)) is None or not found.passed or found.edition != edition
        )

    async def _play(self, run: Run, folder: Path) -> None:
        """Play *run* on a copy of *folder*, which may change meanwhile."""
        stage = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="ivr-regression-"))
        try:
            prompts = stage / "prompts"
            await asyncio.to_thread(shutil.copytree, folder, prompts)
            edition = await asyncio.to_thread(digest_of, prompts)
            for script in sorted({call.script for call in run.calls}):
                await self._play_script(run, script, stage, edition)
        except asyncio.CancelledError:
            run.problem = "Arrêté avant la fin."
            raise
        except TimeoutError:
            log.warning("console.regression_failed", reason="too slow")
            run.problem = (
                "Le contrôle dure trop longtemps : il a été arrêté. La machine est-elle surchargée ?"
            )
        except Exception as error:  # task boundary: the page tells, calls are not concerned
            log.exception("console.regression_failed")
            run.problem = f"{UNFINISHED} {worded(str(error))}"
        finally:
            await asyncio.to_thread(shutil.rmtree, stage, ignore_errors=True)

    async def _play_script(self, run: Run, script: str, stage: Path, edition: str) -> None:
        calls = {call.name: call for call in run.calls if call.script == script}
        arguments = [str(self._scripts / script), "--json", "--always-open", "--at-once", str(AT_ONCE)]
        arguments += ["--recordings", str(stage / "heard")]
        arguments += [each for name in calls for each in ("--call", name)]
        with (stage / "errors").open("wb") as errors:
            async with (
                asyncio.timeout(START_SECONDS + CALL_SECONDS * len(calls)),
                self._process(arguments, stage, errors.fileno()) as process,
            ):
                assert process.stdout is not None
                async for line in process.stdout:
                    if not line.startswith(b"{"):  # a library's remark
                        continue
                    report = json.loads(line)
                    await asyncio.to_thread(self._keep, run.source, calls[report["call"]], edition, report)
                    run.done.add(calls[report["call"]])
                    self._tell()
                await process.wait()
        if not run.done.issuperset(calls.values()):
            told = (stage / "errors").read_text(encoding="utf-8", errors="replace").splitlines()
            reason = told[-1].removeprefix("ivr: ") if told else f"status {process.returncode}"
            log.warning("console.regression_failed", script=script, reason=reason)
            run.problem = f"{UNFINISHED} {worded(reason)}"

    @contextlib.asynccontextmanager
    async def _process(
        self, arguments: Sequence[str], stage: Path, errors: int
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """The simulator, with everything it starts in one group, so that nothing of it is left behind."""
        process = await asyncio.create_subprocess_exec(
            "nice", "-n", NICE, *self._command, "simulate", *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=errors,
            env={**os.environ, "IVR_PROMPTS": str(stage / "prompts")}, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            await _end(process)

    def _keep(self, source: str, call: ControlCall, edition: str, report: Mapping[str, Any]) -> None:
        result = Result(
            edition,
            datetime.now(UTC).isoformat(timespec="seconds"),
            bool(report["passed"]),
            float(report["seconds"]),
            tuple(report["mismatches"]),
            tuple(report["heard"]),
        )
        kept = self.results(source) | {call.key: result}
        text = json.dumps({key: asdict(each) for key, each in kept.items()}, ensure_ascii=False)
        write(self._kept(source), text.encode())

    def _kept(self, source: str) -> Path:
        return self._home / f"{source}.json"

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def digest_of(folder: Path) -> str:
    """Return a digest of an edition's files, texts and recordings."""
    digest = hashlib.sha256()
    for name, content in read_files(folder).items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the process group, gently at first."""
    for how, patience in ((signal.SIGTERM, STOPPING_SECONDS), (signal.SIGKILL, STOPPING_SECONDS)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await process.wait()
                return
