"""The layering rule of docs/why.md, checked on the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2] / "ivr"

LAYERS = {
    "french": 0,
    "dialogue": 1,
    "knowledge": 2,
    "audio": 3,
    "telephony": 4,
    "speech": 4,
    "store": 4,
    "health": 5,
    "metrics": 5,
    "content": 5,
    "call": 6,
    "console": 7,
    "app": 8,
    "simulator": 9,
    "cli": 10,
    "__main__": 11,
}
"""A module imports lower numbers or its own package; modules of one number never import each other."""

EVERYWHERE = {
    "background", "config", "daemon_thread", "errors", "log_writer", "logs", "places", "progress",
    "setting_names", "tasks",
}  # fmt: skip
"""Small leaf modules anyone but the pure ones may import."""

ISLANDS = {"language_model"}
"""Run only in a process of their own (pynini and vosk dead-lock together): leaves and ``french`` alone."""

PURE = {
    "french",
    "dialogue",
    "telephony/audiosocket",
    "telephony/agi",
    "speech/recognition/barge_in",
    "speech/recognition/endpointing",
    "speech/recognition/vosk_result",
    "audio/levels",
    "audio/frame",
}
"""No clock, no randomness, no I/O: bytes and ``now`` in, values out."""

IMPURE_MODULES = {
    "asyncio", "random", "secrets", "socket", "subprocess", "threading", "time", "os", "multiprocessing",
    "panoramisk", "vosk", "pyttsx3", "structlog", "logging", "yaml", "onnxruntime",
}  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write absolute imports"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "ivr")


def top(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


MODULES = sorted(p for p in ROOT.rglob("*.py") if top(p) != "__init__")


def is_pure(path: Path) -> bool:
    name = path.relative_to(ROOT).with_suffix("").as_posix()
    return any(name == pure or name.startswith(f"{pure}/") for pure in PURE)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_point_downwards(path: Path) -> None:
    """A module imports only lower layers, its own package, and the leaves."""
    here = top(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "ivr" or len(parts) == 1 or parts[1] == here or parts[1] == "__version__":
            continue
        there = parts[1]
        if here in ISLANDS:
            assert there in EVERYWHERE | {"french"}, f"{path}: island imports {name}"
        elif there in EVERYWHERE:
            assert not is_pure(path), f"{path}: pure module imports {name}"
        else:
            assert here not in EVERYWHERE, f"{path}: leaf imports {name}"
            assert there not in ISLANDS, f"{path}: imports island {name}"
            assert LAYERS[there] < LAYERS[here], f"{path}: {here} must not import {name}"


@pytest.mark.parametrize("path", [p for p in MODULES if is_pure(p)], ids=lambda p: p.name)
def test_pure_modules_touch_nothing(path: Path) -> None:
    """A pure module knows no clock, no chance, no file, no network."""
    assert not IMPURE_MODULES & {name.split(".")[0] for name in imports(path)}, path


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_modules_stay_readable(path: Path) -> None:
    """No module passes 400 lines, no function 40."""
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 400, f"{path} is too long"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = (node.end_lineno or 0) - node.lineno + 1
            assert body <= 40, f"{path}:{node.lineno} {node.name} has {body} lines"


def test_every_module_says_its_rule() -> None:
    """Every module opens with a docstring."""
    silent = [p for p in MODULES if ast.get_docstring(ast.parse(p.read_text(encoding="utf-8"))) is None]
    assert silent == []
