"""Personal text under a key of its own per person: destroying the key makes the text unreadable wherever it lies."""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from skillmatch.errors import StoreError
from skillmatch.store.columns import canonical

MASTER_KEY = "SKILLMATCH_MASTER_KEY"
"""The environment variable that holds the master key: 32 random bytes in base64. It is never kept with the records."""

_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"
_WITNESS = b"skillmatch"


def new_master_key() -> str:
    """A fresh master key, as the environment variable wants it."""
    return base64.b64encode(urandom(_KEY_BYTES)).decode()


def _seal(key: bytes, content: bytes, place: str) -> bytes:
    """AES-256-GCM with a random 96-bit nonce; ``place`` is authenticated, so that no ciphertext can be moved."""
    nonce = urandom(_NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, content, _FORMAT + place.encode())


def _open(key: bytes, sealed: bytes, place: str) -> bytes:
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] != _FORMAT or len(nonce) != _NONCE_BYTES:
        raise StoreError(f"{place} is damaged or of a newer format")
    try:
        return AESGCM(key).decrypt(nonce, body, _FORMAT + place.encode())
    except InvalidTag:
        raise StoreError(f"{place} is damaged, was moved, or belongs to another key") from None


@dataclass(frozen=True, slots=True)
class Vault:
    """The key of one person, opened."""

    key: bytes = field(repr=False)

    def seal(self, value: object, place: str) -> bytes:
        """``value`` (plain data) as ciphertext that opens at ``place`` (``table:id:column``) only."""
        return _seal(self.key, canonical(value).encode(), place)

    def open(self, sealed: bytes, place: str) -> object:
        """What :meth:`seal` sealed there; raises StoreError, which names the place and nothing of the content."""
        value: object = json.loads(_open(self.key, sealed, place))
        return value


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key that wraps the keys of people and, by another derivation, seals the audit. Never shown."""

    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "MasterKey":
        """From base64; raises StoreError without quoting it."""
        try:
            secret = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != _KEY_BYTES:
            raise StoreError(f"{MASTER_KEY} has to hold {_KEY_BYTES} random bytes in base64")
        return cls(secret)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "MasterKey":
        """From the variable SKILLMATCH_MASTER_KEY; raises StoreError where it is not set."""
        if not environment.get(MASTER_KEY):
            raise StoreError(f"{MASTER_KEY} is not set: personal text cannot be read or written without it")
        return cls.of(environment[MASTER_KEY])

    def _derived(self, purpose: str) -> bytes:
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"skillmatch:{purpose}".encode()).derive(self.secret)

    def new_key(self, person_id: str) -> tuple[Vault, bytes]:
        """A random key for a person, and the same wrapped for keeping."""
        key = urandom(_KEY_BYTES)
        return Vault(key), _seal(self._derived("people"), key, _key_place(person_id))

    def unwrap(self, person_id: str, wrapped: bytes) -> Vault:
        """The key of that person and no other; raises StoreError."""
        return Vault(_open(self._derived("people"), wrapped, _key_place(person_id)))

    def witness(self) -> bytes:
        """What is kept with the records to know this key again."""
        return _seal(self._derived("witness"), _WITNESS, "master:1:witness")

    def recognise(self, witness: bytes) -> None:
        """Raises StoreError unless these records were begun with this key."""
        try:
            _open(self._derived("witness"), witness, "master:1:witness")
        except StoreError:
            raise StoreError(f"{MASTER_KEY} is not the key that these records were written with") from None

    def sign(self, text: str) -> str:
        """HMAC-SHA-256 of ``text`` in hex, for the audit: who holds the database alone cannot make one."""
        return hmac.new(self._derived("audit"), text.encode(), sha256).hexdigest()


def _key_place(person_id: str) -> str:
    return f"person_keys:{person_id}:wrapped"
