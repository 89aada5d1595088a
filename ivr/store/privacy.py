"""What must not be kept as it is: numbers become pseudonyms, some words are never written.

Decides and computes; deletes nothing (that is ``retention``).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path

from ivr.errors import ConfigurationError
from ivr.folders import made_once
from ivr.french.passwords import tells_a_password
from ivr.french.phone import count_number_words, dictates_number, holds_a_long_number
from ivr.french.private_numbers import dictates_part

PSEUDONYM_LENGTH = 24
"""Hexadecimal digits kept: 96 bits, so that no two callers ever share one."""
KEY_BYTES = 32
MINIMUM_KEY = 16

FEWEST_HEARD = 3
"""So many words of numbers are enough to delete the sound: more may have been said than was recognised."""

READ_BACK = frozenset(
    {
        "cb.numero",
        "cb.verif",
        "cb.ok",
        "cb.ok.quand",
        "num.suite",
        "lien.sms.appelant",
        "lien.sms.verif",
        "lien.mail.verif",
    }
)
"""Prompts that say personal data aloud: their text is not kept."""


class Pseudonyms:
    """Replaces numbers by a keyed hash: the same caller is recognised, nobody can tell who it is.

    HMAC-SHA256 (RFC 2104). Without the key, trying all numbers leads nowhere.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def check(self) -> str:
        """What tells this key from another one and does not give it away."""
        return check_value(self._key)

    def of(self, number: str | None) -> str | None:
        """Return the pseudonym of *number*; None for a withheld one."""
        if not number:
            return None
        return hmac.new(self._key, number.encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH]

    def key_for(self, purpose: str) -> bytes:
        """Return a key for *purpose*, 64 bytes: the same on all servers with this one, of no use for another.

        SHA-512, so that no number that a caller presents can have (part of) it as its pseudonym.
        """
        return hmac.new(self._key, b"ivr: key for " + purpose.encode(), hashlib.sha512).digest()


def check_value(key: bytes) -> str:
    """Return what tells two keys apart and gives neither away (HMAC-SHA256, RFC 2104)."""
    return hmac.new(key, b"ivr: is this the key of the pseudonyms?", hashlib.sha256).hexdigest()


def load_pseudonyms(key: str, path: Path) -> Pseudonyms:
    """Return the pseudonyms made with *key*, or with the one in *path*, which is generated if missing.

    Raises:
        ConfigurationError: the key is too short to protect anybody, or its file cannot be used.
    """
    material = key.encode() if key else _key_from(path)
    if len(material) < MINIMUM_KEY:
        where = "[store] key" if key else str(path)
        raise ConfigurationError(f"{where}: a key of at least {MINIMUM_KEY} characters is needed")
    return Pseudonyms(material)


def why_masked(texts: Iterable[str], *, private: bool, command: bool) -> str | None:
    """Return why the words of a turn must not be kept; None when they may be.

    *private*: the dialogue expected a secret or a number; a *command* is neither.
    """
    texts = tuple(texts)
    if (private and not command) or any(map(tells_a_password, texts)):
        return "private"
    return "number" if any(map(_says_a_number, texts)) else None


def sound_may_stay(texts: Iterable[str], *, private: bool, pressed: int) -> bool:
    """Return whether the sound of a turn may be kept, where its words are.

    Stricter than for words, for a voice says more than is recognised: nothing at all where the dialogue
    expected a secret (*private*), several keys (*pressed*) or what sounds like part of a number. Words stay
    without their sound only when they say how many: « vingt et un postes ».
    """
    return not private and pressed < 2 and all(count_number_words(text) < FEWEST_HEARD for text in texts)


def _says_a_number(text: str) -> bool:
    return dictates_number(text) or holds_a_long_number(text) or dictates_part(text)


def _key_from(path: Path) -> bytes:
    try:
        key = made_once(path, secrets.token_hex(KEY_BYTES).encode()).strip()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}: the key of the pseudonyms") from None
    if not key:
        raise ConfigurationError(f"{path} is empty, perhaps since the disk was full: delete it for a new key")
    return key
