"""Installing a model: all or nothing, and no trap in the archive works."""

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ivr.errors import EngineError
from ivr.progress import Progress
from ivr.speech.recognition import model_install, model_list
from ivr.speech.recognition.model_folder import can_be_restricted, check_folder

pytestmark = pytest.mark.unit

FILES = {
    "am/final.mdl": b"acoustics",
    "conf/model.conf": b"--beam=12\n",
    "conf/mfcc.conf": b"--use-energy=false\n--sample-frequency=8000\n",
    "graph/HCLG.fst": b"words",
}


def bundle(path: Path, files: dict[str, bytes], top: str = "small-fr/") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return path


def install(source: Path, into: Path, *, sha256: str | None = None, replace: bool = False) -> Path:
    return model_install.install(
        str(source), into, sha256=sha256, replace=replace, load=check_folder, progress=Progress(io.StringIO())
    )


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.mark.parametrize(("top", "name"), [("small-fr/", "small-fr"), ("", "model-1.0")])
def test_a_zip_is_installed_under_its_own_name(tmp_path: Path, into: Path, top: str, name: str) -> None:
    """The folder inside the archive names the model; an archive without one is named by its file."""
    folder = install(bundle(tmp_path / "model-1.0.zip", FILES, top), into)
    assert folder == into / name
    assert (folder / "am/final.mdl").read_bytes() == b"acoustics"
    assert check_folder(folder) == 8000
    assert list(model_install.installed(into)) == [folder]


def test_a_folder_is_copied(tmp_path: Path, into: Path) -> None:
    """A model folder made elsewhere is installed as it is."""
    with zipfile.ZipFile(bundle(tmp_path / "x.zip", FILES)) as archive:
        archive.extractall(tmp_path)
    assert (install(tmp_path / "small-fr", into) / "graph/HCLG.fst").read_bytes() == b"words"


def test_the_checksum_decides(tmp_path: Path, into: Path) -> None:
    """The right sum installs, in either case of letters; a wrong one changes nothing."""
    archive = bundle(tmp_path / "x.zip", FILES)
    good = hashlib.sha256(archive.read_bytes()).hexdigest()
    with pytest.raises(EngineError, match="SHA-256"):
        install(archive, into, sha256="0" * 64)
    assert list(into.iterdir()) == []
    assert install(archive, into, sha256=good.upper()).is_dir()


def test_an_installed_model_is_replaced_only_on_demand(tmp_path: Path, into: Path) -> None:
    """A name that is taken is an error, or the new model in one move."""
    install(bundle(tmp_path / "x.zip", FILES), into)
    newer = bundle(tmp_path / "y.zip", {**FILES, "am/final.mdl": b"better"})
    with pytest.raises(EngineError, match="--replace"):
        install(newer, into)
    assert (into / "small-fr/am/final.mdl").read_bytes() == b"acoustics"
    install(newer, into, replace=True)
    assert (into / "small-fr/am/final.mdl").read_bytes() == b"better"
    assert [path.name for path in into.iterdir()] == ["small-fr"]


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "a/../../../evil", "..\\evil", "c:evil"])
def test_no_path_leaves_the_folder(tmp_path: Path, into: Path, name: str) -> None:
    """A file that would land elsewhere refuses the whole archive."""
    with pytest.raises(EngineError, match="outside"):
        install(bundle(tmp_path / "x.zip", {**FILES, name: b"evil"}, ""), into)
    assert list(into.iterdir()) == []
    assert not list(tmp_path.rglob("*evil*"))


def test_links_are_refused(tmp_path: Path, into: Path) -> None:
    """A symbolic link in an archive points wherever its author likes."""
    path = bundle(tmp_path / "x.zip", FILES)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("small-fr/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(EngineError, match="outside"):
        install(path, into)


def test_no_size_is_believed(tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to more than any model stops, whatever the archive declares."""
    monkeypatch.setattr(model_install, "LARGEST_MODEL", 1000)
    path = bundle(tmp_path / "x.zip", {**FILES, "graph/huge": bytes(5000)})
    with pytest.raises(EngineError, match="too large"):
        install(path, into)
    raw = path.read_bytes().replace((5000).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    path.write_bytes(raw)
    with pytest.raises(EngineError):
        install(path, into)
    assert list(into.iterdir()) == []


@pytest.mark.parametrize("missing", FILES)
def test_an_incomplete_model_is_refused(tmp_path: Path, into: Path, missing: str) -> None:
    """An archive of something else is named for what it lacks."""
    files = {name: content for name, content in FILES.items() if name != missing}
    with pytest.raises(EngineError, match="not a Vosk model"):
        install(bundle(tmp_path / "x.zip", files), into)
    assert list(into.iterdir()) == []


def test_a_broken_zip_is_one_line(tmp_path: Path, into: Path) -> None:
    """Half an archive, or none at all, is an error of one line."""
    path = bundle(tmp_path / "x.zip", FILES)
    path.write_bytes(path.read_bytes()[:200])
    for source in (path, tmp_path / "absent.zip"):
        with pytest.raises(EngineError) as raised:
            install(source, into)
        assert "\n" not in str(raised.value)


def test_only_look_ahead_graphs_can_be_restricted(tmp_path: Path, into: Path) -> None:
    """A static graph wins in Vosk, which then ignores every grammar without a word."""
    static = install(bundle(tmp_path / "x.zip", FILES), into)
    assert not can_be_restricted(static)
    (static / "graph/HCLG.fst").rename(static / "graph/HCLr.fst")
    assert can_be_restricted(static)


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder served on loopback, with the list of models that names a good and a damaged one."""
    folder = tmp_path / "published"
    folder.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        archive = bundle(folder / "vosk-model-small-fr-9.zip", FILES)
        md5 = hashlib.md5(archive.read_bytes(), usedforsecurity=False).hexdigest()
        url = f"{address}/{archive.name}"
        models = [
            {"name": "vosk-model-small-fr-9", "lang": "fr", "url": url, "md5": md5},
            {"name": "vosk-model-fr-8", "lang": "fr", "url": url, "md5": "0" * 32},
            {"name": "vosk-model-de-9", "lang": "de", "url": url, "md5": md5},
        ]
        (folder / "list.json").write_text(json.dumps(models), encoding="utf-8")
        find = partial(model_list.find, where=f"{address}/list.json")
        monkeypatch.setattr(model_install, "find", find)
        yield folder
        server.shutdown()


def test_a_published_model_is_installed_by_its_name(published: Path, into: Path) -> None:
    """Found in the list, fetched, and compared with the list's checksum."""
    folder = install(Path("vosk-model-small-fr-9"), into)
    assert (folder / "graph/HCLG.fst").read_bytes() == b"words"


@pytest.mark.parametrize(
    ("name", "message"),
    [("vosk-model-fr-8", "MD5 is"), ("vosk-model-fr-7", "are vosk-model-fr-8, vosk-model-small-fr-9$")],
)
def test_a_damaged_or_unknown_model_is_refused(published: Path, into: Path, name: str, message: str) -> None:
    """Nothing is installed; the French names are told."""
    with pytest.raises(EngineError, match=message):
        install(Path(name), into)
    assert list(model_install.installed(into)) == []


def test_a_list_that_is_none_is_told(published: Path, into: Path) -> None:
    """What a proxy answers in its place is no list."""
    (published / "list.json").write_text("<html>", encoding="utf-8")
    with pytest.raises(EngineError, match="give its path"):
        install(Path("vosk-model-small-fr-9"), into)
