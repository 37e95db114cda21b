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
_AUDIT_PLACE = "master:1:audit_key"


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
    """The key that wraps all others: those of people, and that of the audit. Never shown, never kept with them."""

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

    @property
    def _wrapping(self) -> bytes:
        """What wraps other keys: derived, so that the secret itself can serve another purpose one day."""
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"skillmatch:wrapping").derive(self.secret)

    def new_key(self, person_id: str) -> tuple[Vault, bytes]:
        """A random key for a person, and the same wrapped for keeping."""
        key = urandom(_KEY_BYTES)
        return Vault(key), _seal(self._wrapping, key, _key_place(person_id))

    def unwrap(self, person_id: str, wrapped: bytes) -> Vault:
        """The key of that person and no other; raises StoreError."""
        return Vault(_open(self._wrapping, wrapped, _key_place(person_id)))

    def new_audit_key(self) -> tuple["AuditKey", bytes]:
        """A random key for the audit of new records, and the same wrapped for keeping."""
        key = urandom(_KEY_BYTES)
        return AuditKey(key), _seal(self._wrapping, key, _AUDIT_PLACE)

    def open_audit_key(self, wrapped: bytes) -> "AuditKey":
        """The audit's key; raises StoreError unless these records were written with this master key."""
        try:
            return AuditKey(_open(self._wrapping, wrapped, _AUDIT_PLACE))
        except StoreError:
            raise StoreError(f"{MASTER_KEY} is not the key that these records were written with") from None

    def rewrap(self, person_id: str, wrapped: bytes, new: "MasterKey") -> bytes:
        """A person's key under another master key; what it seals stays as it is."""
        return _seal(new._wrapping, self.unwrap(person_id, wrapped).key, _key_place(person_id))

    def rewrap_audit_key(self, wrapped: bytes, new: "MasterKey") -> bytes:
        """The audit's key under another master key; every row that was sealed stays as it is."""
        return _seal(new._wrapping, self.open_audit_key(wrapped).key, _AUDIT_PLACE)


@dataclass(frozen=True, slots=True)
class AuditKey:
    """The key that seals the audit's rows, opened."""

    key: bytes = field(repr=False)

    def sign(self, text: str) -> str:
        """HMAC-SHA-256 of ``text`` in hex: who holds the database alone cannot make one."""
        return hmac.new(self.key, text.encode(), sha256).hexdigest()

    def pseudonyms(self, organisation: str) -> "Pseudonyms":
        """What stands for ids where ``organisation`` shows them; the same after a change of the master key."""
        info = f"skillmatch:pseudonyms:{organisation}".encode()
        return Pseudonyms(HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(self.key))


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Keyed stand-ins for ids (GDPR art. 4(5)): one id, one pseudonym; who lacks the key cannot go back or forth."""

    key: bytes = field(repr=False)

    def of(self, identity: str) -> str:
        """``p`` and 96 bits in hex, so that no pseudonym looks like an id."""
        return "p" + hmac.new(self.key, identity.encode(), sha256).hexdigest()[:24]


def _key_place(person_id: str) -> str:
    return f"person_keys:{person_id}:wrapped"
