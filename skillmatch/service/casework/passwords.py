"""Passwords: kept as argon2id, and as slow to try at a login that nobody has as at one that somebody has."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from secrets import token_urlsafe
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from skillmatch.errors import InvalidInput, TooManyAttempts
from skillmatch.text import composed

SHORTEST, LONGEST = 12, 200
"""Characters. Length is what counts (NIST SP 800-63B): no rule asks for signs or capitals, nothing expires."""

_HASHER = PasswordHasher()
_AT_ONCE, _PATIENCE_SECONDS = BoundedSemaphore(4), 5
"""Each takes 64 MiB while it runs: a crowd at the door waits its turn, or is sent away, and uses up no machine."""


def check(password: str, login: str) -> None:
    """Raises InvalidInput for a password that is too short, too long, or the login itself."""
    if not SHORTEST <= len(composed(password)) <= LONGEST:
        raise InvalidInput(f"should have {SHORTEST} to {LONGEST} characters", field="password")
    if composed(password).casefold() == login.casefold():
        raise InvalidInput("should not be the login", field="password")


def hashed(password: str) -> str:
    """As it may be kept. Unicode is brought into one form first, so that every keyboard spells it alike."""
    with _turn():
        return _HASHER.hash(composed(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the one that was ``kept``; where none was, False after the same time."""
    nobodys = _nobodys()
    with _turn():
        try:
            return _HASHER.verify(kept or nobodys, composed(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than a new one would be."""
    return _HASHER.check_needs_rehash(kept)


def generated() -> str:
    """A random password of 144 bits."""
    return token_urlsafe(18)


@contextmanager
def _turn() -> Iterator[None]:
    """Raises TooManyAttempts where too many wait already."""
    if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
        raise TooManyAttempts("too many log in at this moment: try again", _PATIENCE_SECONDS)
    try:
        yield
    finally:
        _AT_ONCE.release()


@cache
def _nobodys() -> str:
    """The hash of a password that nobody knows, made once with the parameters of this version."""
    return hashed(token_urlsafe(32))
