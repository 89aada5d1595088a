"""libespeak-ng through ctypes: text to IPA.

One library state per process and no thread safety: call it from one thread only.
"""

import ctypes
import ctypes.util
from functools import cache, lru_cache

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_CHARS_UTF8 = 1
_PHONEMES_IPA = 2


class EspeakError(RuntimeError):
    """libespeak-ng is missing or refuses the voice."""


@cache
def library(data_path: str | None = None) -> ctypes.CDLL:
    """The initialised library; `data_path` is the folder that holds espeak-ng-data."""
    name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
    try:
        lib = ctypes.CDLL(name)
    except OSError as error:
        raise EspeakError("libespeak-ng is not installed: apt install libespeak-ng1") from error
    lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
    lib.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
    path = data_path.encode() if data_path else None
    if lib.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, path, 0) <= 0:
        raise EspeakError(f"libespeak-ng cannot read its data in {data_path or 'the default folder'}")
    return lib


@lru_cache(maxsize=1)
def _select(voice: str) -> None:
    if library().espeak_SetVoiceByName(voice.encode()) != 0:
        raise EspeakError(f"libespeak-ng has no voice {voice!r}: apt install espeak-ng-data")


def ipa(text: str, voice: str = "fr") -> str:
    """IPA of a text, word groups separated by spaces."""
    _select(voice)
    return current_voice_ipa(text)


def current_voice_ipa(text: str) -> str:
    """IPA of a text in whatever voice the library has selected."""
    lib = library()
    buffer = ctypes.create_string_buffer(text.encode())
    cursor = ctypes.c_void_p(ctypes.addressof(buffer))
    parts = []
    while cursor.value:
        part = lib.espeak_TextToPhonemes(ctypes.byref(cursor), _CHARS_UTF8, _PHONEMES_IPA)
        parts.append(part.decode() if part else "")
    return " ".join(parts)
