"""Finding libttspico."""

from pathlib import Path

import pytest

from models.training import pico

pytestmark = pytest.mark.unit

DEB822 = """\
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://other.example/node
Suites: nodistro
Components: contrib
"""


def test_apts_own_sources_with_non_free(tmp_path: Path) -> None:
    """Both formats of apt's sources are read; archives without Debian's main component are left out."""
    (tmp_path / "sources.list").write_text(
        "# ours\ndeb http://mirror.example/debian bookworm main contrib\ndeb http://x.example stable beta\n"
    )
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "debian.sources").write_text(DEB822)
    key = "[signed-by=/usr/share/keyrings/debian.gpg]"
    assert pico.nonfree_sources(tmp_path) == [
        "deb http://mirror.example/debian bookworm non-free",
        f"deb {key} http://mirror.example/debian bookworm non-free",
        f"deb {key} http://mirror.example/debian bookworm-updates non-free",
    ]


def test_a_library_without_its_voice_is_none(tmp_path: Path) -> None:
    """Both packages are needed."""
    library = tmp_path / "usr/lib/x86_64-linux-gnu/libttspico.so.0"
    library.parent.mkdir(parents=True)
    library.touch()
    assert pico.find(tmp_path) != tmp_path
    (tmp_path / "usr/share/pico/lang").mkdir(parents=True)
    assert pico.find(tmp_path) is not None
