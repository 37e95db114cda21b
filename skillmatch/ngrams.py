"""Texts as bags of hashed n-grams, and the sum of what a table has learnt of each: exact, whatever the batch.

All scripts are written in Latin letters first. Features of a text are the character 3- to 6-grams inside its words (the
spaces around a word count), its words, its pairs of neighbouring words, and the 3- and 4-grams and words that are left
without vowels, which a transcription gets wrong first. The table is of small integers, so sums have no rounding.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from tokenize import TokenError
from typing import Any, NamedTuple, Self

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillmatch.errors import EncoderError
from skillmatch.text import normalise

FORMAT = 1
"""Goes up with every change to the features or to what the files hold."""

MANIFEST = "encoder.json"

_READ = 400  # characters of a text that count
_LONGEST = 500  # characters of its Latin form that count
_BATCH = 1024  # texts at a time

Hashes = NDArray[np.uint32]
Offsets = NDArray[np.int64]
_Words = NDArray[np.uint64]


def ascii_form(text: str) -> str:
    """``text`` in a-z, 0-9, + and #, words parted by one space; '' where it has no letter or digit."""
    folded = normalise(text[:_READ])
    if not folded.isascii():
        latin = anyascii(folded).lower()
        folded = " ".join("".join(sign if sign.isalnum() or sign in "+#" else " " for sign in latin).split())
    return folded[:_LONGEST]


class Bags(NamedTuple):
    """The features of text ``i`` are ``hashes[offsets[i]:offsets[i + 1]]``, repeats and all."""

    hashes: Hashes
    offsets: Offsets


def bags(forms: Sequence[str]) -> Bags:
    """The features of some texts, given as :func:`ascii_form` writes them."""
    parts = [_bags(forms[start : start + _BATCH]) for start in range(0, len(forms), _BATCH)]
    counts = [np.diff(part.offsets) for part in parts]
    offsets = np.concatenate([[0], *counts]).cumsum()
    return Bags(np.concatenate([np.empty(0, np.uint32), *(part.hashes for part in parts)]), offsets)


_SPACE, _END = 32, 10
_VOWEL = np.isin(np.arange(256), [ord(letter) for letter in "aeiouy"])
_WORD, _PAIR, _SKELETON = 90, 91, 1000


def _bags(forms: Sequence[str]) -> Bags:
    codes = np.frombuffer("".join(f" {form} \n" for form in forms).encode("ascii"), np.uint8)
    whole, skeleton = _Buffer(codes), _Buffer(codes[~_VOWEL[codes]])
    found = [*(whole.grams(size, size) for size in (3, 4, 5, 6)), whole.words(_WORD), whole.pairs(_PAIR)]
    found += [*(skeleton.grams(size, _SKELETON + size) for size in (3, 4)), skeleton.words(_SKELETON + _WORD)]
    owners = np.concatenate([owner for _, owner in found])
    order = np.argsort(owners, kind="stable")
    offsets = np.searchsorted(owners[order], np.arange(len(forms) + 1)).astype(np.int64)
    return Bags(np.concatenate([hashes for hashes, _ in found])[order], offsets)


class _Buffer:
    """Texts in one array of letters, each " like this " and a line end, and the hash of any stretch of it."""

    def __init__(self, codes: NDArray[np.uint8]) -> None:
        space, end = codes == _SPACE, codes == _END
        apart = space | end
        self._end = end
        self._row = np.cumsum(end)
        self._apart_before = np.concatenate([[0], np.cumsum(apart)])
        self._prefix = _prefix_hashes(codes)
        self._starts = np.flatnonzero(space[:-1] & ~apart[1:]) + 1
        self._stops = np.flatnonzero(~apart[:-1] & space[1:]) + 1

    def grams(self, size: int, salt: int) -> tuple[Hashes, Offsets]:
        """(hash, row) of every stretch of ``size`` inside a word, the spaces around the word included."""
        start = np.arange(max(0, len(self._end) - size + 1))
        last = start + size - 1
        inside = self._apart_before[last] == self._apart_before[start + 1]
        start = start[inside & ~self._end[start] & ~self._end[last]]
        return self._hashes(start, start + size, salt), self._row[start]

    def words(self, salt: int) -> tuple[Hashes, Offsets]:
        """(hash, row) of every word."""
        return self._hashes(self._starts, self._stops, salt), self._row[self._starts]

    def pairs(self, salt: int) -> tuple[Hashes, Offsets]:
        """(hash, row) of every two words in a row."""
        first, last = self._starts[:-1], self._stops[1:]
        same = self._row[first] == self._row[last]
        return self._hashes(first[same], last[same], salt), self._row[first[same]]

    def _hashes(self, start: Offsets, stop: Offsets, salt: int) -> Hashes:
        """32 bits of each stretch: a polynomial over the letters, the same wherever in the buffer it stands, mixed."""
        mixed = (self._prefix[stop] - self._prefix[start]) * _powers()[1][start]
        mixed = (mixed ^ np.uint64(salt * 0x5851F42D4C957F2D & _MASK)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)
        return (mixed >> np.uint64(32)).astype(np.uint32)


_MASK = 2**64 - 1
_PRIME = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64


@lru_cache(maxsize=1)
def _powers() -> tuple[_Words, _Words]:
    """The powers of _PRIME and of its inverse, modulo 2^64, one for each place in the longest buffer."""
    size = _BATCH * (_LONGEST + 3)
    inverse = pow(_PRIME, -1, 2**64)
    up, down = (np.cumprod(np.full(size, base, np.uint64)) for base in (_PRIME, inverse))
    one = np.ones(1, np.uint64)
    return np.concatenate([one, up]), np.concatenate([one, down])


def _prefix_hashes(codes: NDArray[np.uint8]) -> _Words:
    out = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * _powers()[0][: len(codes)], out=out[1:])
    return out


@dataclass(frozen=True)
class Table:
    """What is known of each feature: ``scales[i] * rows[i]``, in units that no cosine depends on.

    ``keys`` (uint32) are the hashes, ascending; ``rows`` int8 of shape (n, dim); ``scales`` uint8. ``about`` is what
    the manifest says of its making.
    """

    keys: Hashes
    rows: NDArray[np.int8]
    scales: NDArray[np.uint8]
    about: Mapping[str, Any]

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return int(self.rows.shape[1])

    @cached_property
    def digest(self) -> str:
        """Twelve hex digits that change with any bit of what is computed."""
        named = "".join(_digest(np.ascontiguousarray(getattr(self, name)).tobytes()) for name in _FILES)
        return _digest(f"{FORMAT} {named}".encode())[:12]

    @classmethod
    def of(cls, keys: Hashes, values: NDArray[np.float32], about: Mapping[str, Any]) -> Self:
        """The table nearest to ``values`` (float, one row a key)."""
        step = max(float(np.abs(values).max(initial=0)), 1e-30) / (127 * 255)
        scales = np.ceil(np.abs(values).max(axis=1, initial=0) / (127 * step) - 1e-6).clip(1, 255)
        rows = (values / (scales[:, None] * step)).round().clip(-127, 127)
        return cls(keys.astype(np.uint32), rows.astype(np.int8), scales.astype(np.uint8), about)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit row a text, byte for byte the same in any batch; zeros where no feature is known."""
        out = np.empty((len(texts), self.dim), np.float32)
        for start in range(0, len(texts), _BATCH):
            sums = self._sums([ascii_form(text) for text in texts[start : start + _BATCH]]).astype(np.float64)
            lengths = np.sqrt(np.square(sums).sum(axis=1, keepdims=True))
            out[start : start + _BATCH] = sums / np.maximum(lengths, 1)
        return out

    def _sums(self, forms: Sequence[str]) -> NDArray[np.int32]:
        """The sums of what is known, in integers: 65,000 features fit, and no text has 4,000."""
        hashes, offsets = bags(forms)
        distinct, number = np.unique(hashes, return_inverse=True)
        place = np.searchsorted(self.keys, distinct)
        known = np.take(self.keys, place, mode="clip") == distinct
        used, kept = place[known], known[number]
        column = (np.cumsum(known) - 1)[number[kept]]
        begins = np.concatenate([[0], np.cumsum(kept)])[offsets]
        weights = self.scales[used].astype(np.int32)[column]
        found = csr_array((weights, column, begins), shape=(len(forms), len(used)))
        sums: NDArray[np.int32] = found @ self.rows[used].astype(np.int32)
        return sums

    def save(self, folder: Path) -> None:
        """Write the files that :meth:`load` reads into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        files = {f"{name}.npy": _digest((folder / f"{name}.npy").read_bytes()) for name in _FILES}
        shape = {"format": FORMAT, "features": len(self.keys), "dim": self.dim, "sha256": files}
        text = json.dumps({**shape, "about": self.about}, indent=1, ensure_ascii=False)
        (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The table in ``folder``, memory-mapped, every byte of it checked (0.1 s); raises EncoderError."""
        manifest = _manifest(folder / MANIFEST)
        keys, rows, scales = (_array(folder / f"{name}.npy", manifest["sha256"]) for name in _FILES)
        if rows.shape != (manifest["features"], manifest["dim"]) or not len(keys) == len(scales) == len(rows):
            raise EncoderError(f"{folder / MANIFEST}: the arrays are not of the size it says")
        return cls(keys, rows, scales, manifest["about"])


_FILES = ("keys", "rows", "scales")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _manifest(path: Path) -> Mapping[str, Any]:
    try:
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = content["format"] == FORMAT and {"sha256", "features", "dim", "about"} <= content.keys()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EncoderError(f"{path}: is missing or cannot be read") from error
    if not known:
        raise EncoderError(f"{path}: is no encoder of format {FORMAT}")
    return content


def _array(path: Path, digests: Mapping[str, str]) -> NDArray[Any]:
    try:
        sound = _digest(path.read_bytes()) == digests[path.name]
        array = np.load(path, mmap_mode="r", allow_pickle=False) if sound else None
    except (OSError, ValueError, EOFError, KeyError, TypeError, TokenError) as error:
        raise EncoderError(f"{path}: is missing or cannot be read") from error
    if array is None:
        raise EncoderError(f"{path}: is not as it was written")
    return np.asarray(array)
