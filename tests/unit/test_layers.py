"""The layering rule of docs/why.md, checked on the source itself."""

import ast
import functools
import graphlib
import re
from collections.abc import Collection, Iterator
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
    "http_server": 5,
    "metrics": 5,
    "node_metrics": 6,
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
    "background", "config", "config_asterisk", "daemon_thread", "errors", "log_writer", "logs", "places",
    "descriptors", "folders", "progress", "queue_names", "setting_descriptions",
    "setting_names", "tasks",
}  # fmt: skip
"""Small leaf modules anyone but the pure ones may import."""

ISLANDS = {"language_model"}
"""Run only in a process of their own (pynini and vosk dead-lock together): leaves and ``french`` alone."""

PURE = re.compile(r"\bpure\b(?! but)", re.I)
NO_CLOCK = re.compile(r"\bno clock\b", re.I)
"""What a module's docstring, or that of its package, may claim; what it claims is checked."""

IMPURE_MODULES = {
    "asyncio", "random", "secrets", "socket", "subprocess", "threading", "time", "os", "multiprocessing",
    "panoramisk", "vosk", "pyttsx3", "structlog", "logging", "onnxruntime", "sqlalchemy", "starlette",
}  # fmt: skip
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
FILES = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "unlink",
    "mkdir",
    "iterdir",
    "rglob",
}

WEB = {"starlette", "jinja2", "uvicorn", "itsdangerous"}
MOST_MODULES = 21
"""In one folder, beside its ``__init__``: more are several rooms in one."""


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write absolute imports"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "ivr")


def top(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


MODULES = sorted(p for p in ROOT.rglob("*.py") if top(p) != "__init__")


def claims(path: Path) -> str:
    """Return the docstrings that speak for a module: its own, and those of the packages it is in."""
    packages = (parent / "__init__.py" for parent in path.parents if parent.is_relative_to(ROOT))
    return "\n".join(ast.get_docstring(tree(file)) or "" for file in (path, *packages))


def is_pure(path: Path) -> bool:
    return PURE.search(claims(path)) is not None


def called(path: Path) -> set[str]:
    """Return what a module calls: ``open``, ``.read_text`` as ``read_text``, and ``datetime.now``."""
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    methods = [each for each in calls if isinstance(each, ast.Attribute)]
    return (
        {each.id for each in calls if isinstance(each, ast.Name)}
        | {each.attr for each in methods if each.attr != "open"}
        | {f"{each.value.id}.{each.attr}" for each in methods if isinstance(each.value, ast.Name)}
    )


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
    """A module that claims to be pure knows no clock, no chance, no file, no network."""
    assert not IMPURE_MODULES & {name.split(".")[0] for name in imports(path)}, path
    assert not (CLOCKS | FILES) & called(path), path


@pytest.mark.parametrize("path", [p for p in MODULES if NO_CLOCK.search(claims(p))], ids=lambda p: p.name)
def test_modules_without_a_clock_read_none(path: Path) -> None:
    """A module that claims to know no clock reads none."""
    assert "time" not in imports(path)
    assert not CLOCKS & called(path), path


def test_there_are_no_circles() -> None:
    """No module imports, by whatever way, a module that imports it; imports for types count too."""
    names = {module_name(path): path for path in ROOT.rglob("*.py")}
    needs = {name: imported_modules(path, names.keys()) - {name} for name, path in names.items()}
    list(graphlib.TopologicalSorter(needs).static_order())  # raises CycleError, which names the circle


def module_name(path: Path) -> str:
    parts = ("ivr", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, known: Collection[str]) -> set[str]:
    """Return the modules of ours that *path* imports itself; ``from package import module`` is the module."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            deep = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {each if each in known else node.module or "" for each in deep}
    return found & set(known)


def test_no_page_imports_a_page() -> None:
    """What two pages share lives beside them."""
    for path in (ROOT / "console" / "pages").glob("*.py"):
        pages = {name for name in imports(path) if name.startswith("ivr.console.pages")}
        assert not pages, f"{path} imports {pages}"


@pytest.mark.parametrize("folder", ["content", "call", "store", "knowledge"])
def test_only_the_console_knows_the_web(folder: str) -> None:
    """What the console edits can be edited without it."""
    for path in (ROOT / folder).rglob("*.py"):
        assert not WEB & {name.split(".")[0] for name in imports(path)}, path


def test_folders_stay_small() -> None:
    """A folder's list of modules can be taken in at a glance."""
    folders = {path.parent for path in MODULES}
    sizes = {folder: len([p for p in folder.glob("*.py") if p.name != "__init__.py"]) for folder in folders}
    assert {folder: size for folder, size in sizes.items() if size > MOST_MODULES} == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_modules_stay_readable(path: Path) -> None:
    """No module passes 400 lines, no function 40."""
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 400, f"{path} is too long"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = (node.end_lineno or 0) - node.lineno + 1
            assert body <= 40, f"{path}:{node.lineno} {node.name} has {body} lines"


def test_every_module_says_its_rule() -> None:
    """Every module opens with a docstring."""
    silent = [p for p in MODULES if ast.get_docstring(tree(p)) is None]
    assert silent == []
