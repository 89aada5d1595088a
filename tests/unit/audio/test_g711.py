"""Both laws, on every input there is."""

import hashlib
from collections.abc import Callable

import numpy as np
import pytest

from ivr.audio import g711

pytestmark = pytest.mark.unit

EVERY_SAMPLE = np.arange(-32768, 32768).astype("<i2").tobytes()
EVERY_CODE = bytes(range(256))


@pytest.mark.parametrize(
    ("convert", "given", "digest"),
    [
        (g711.to_ulaw, EVERY_SAMPLE, "81d633c9e6972a18"),
        (g711.from_ulaw, EVERY_CODE, "3dab54339e520bb2"),
        (g711.to_alaw, EVERY_SAMPLE, "38488f6fd710f468"),
        (g711.from_alaw, EVERY_CODE, "e04788d110e58ff8"),
    ],
)
def test_agrees_with_audioop(convert: Callable[[bytes], bytes], given: bytes, digest: str) -> None:
    """All 65,536 samples and 256 codes convert as CPython 3.11's audioop does (digests of its output)."""
    assert hashlib.sha256(convert(given)).hexdigest().startswith(digest)


@pytest.mark.parametrize(
    ("convert", "given", "expected"),
    [
        (g711.to_alaw, b"\x00\x00", b"\xd5"),
        (g711.to_ulaw, b"\x00\x00", b"\xff"),
        (g711.to_ulaw, b"\x00\x80", b"\x00"),
        (g711.from_alaw, b"\xd5", b"\x08\x00"),
        (g711.from_ulaw, b"\x80", b"\x7c\x7d"),
    ],
)
def test_well_known_codes(convert: Callable[[bytes], bytes], given: bytes, expected: bytes) -> None:
    """Silence and full scale, as ITU-T G.711 tabulates them."""
    assert convert(given) == expected


@pytest.mark.parametrize(
    ("encode", "decode"), [(g711.to_alaw, g711.from_alaw), (g711.to_ulaw, g711.from_ulaw)]
)
def test_the_way_back_is_near(encode: Callable[[bytes], bytes], decode: Callable[[bytes], bytes]) -> None:
    """Companding loses at most one step in sixteen, plus the smallest step."""
    before = np.frombuffer(EVERY_SAMPLE, "<i2").astype(int)
    after = np.frombuffer(decode(encode(EVERY_SAMPLE)), "<i2").astype(int)
    assert np.all(np.abs(after - before) <= np.abs(before) / 16 + 16)
