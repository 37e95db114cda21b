"""Which labels are spelt like a text: character n-grams, weighted by rarity, and the labels that are equal to it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

ORDERS = (2, 3, 4)
"""Characters in an n-gram. Longer ones and 3-5 were tried: within .003 of these on seven development sets."""

COMMON = 0.1
"""An n-gram in a larger share of the labels is left out: a third of the time, and no answer better for it."""

_ALWAYS_KEPT = 100  # labels: in a small index nothing is common
_SHARPNESS = 1.25  # power of the inverse document frequency

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SPACE = ord(" ")


def ngrams(forms: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The distinct n-grams of each form, as (number of the form, 64-bit hash of the n-gram), ordered by form.

    A form has words parted by one space, as :func:`skillmatch.text.normalise` gives. Words are padded with a space on
    both sides; an n-gram lies within one padded word. All forms are hashed at once, in one buffer of code points.
    """
    padded = [f" {form.replace(' ', '  ')} " for form in forms]
    buffer = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(forms)), np.fromiter(map(len, padded), dtype=np.int64, count=len(forms)))
    space = buffer == _SPACE
    within = ~(space[:-1] & space[1:])  # between two words, or two forms, lie two spaces
    hashes, inside = buffer, np.ones(len(buffer), dtype=np.bool_)
    owners: list[NDArray[np.int64]] = []
    found: list[NDArray[np.uint64]] = []
    for order in range(2, max(ORDERS) + 1):
        hashes = hashes[:-1] * _MULTIPLIER + buffer[order - 1 :]
        inside = inside[:-1] & within[order - 2 :]
        owners.append(owner[: len(inside)][inside])
        found.append(_mixed(hashes[inside]))
    return _distinct(np.concatenate(owners), np.concatenate(found))


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (hashes ^ (hashes >> np.uint64(29))) * _MULTIPLIER


def _distinct(owners: NDArray[np.int64], found: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    if not len(owners):
        return owners, found
    order = np.lexsort((found, owners))
    owners, found = owners[order], found[order]
    first = np.r_[True, (owners[1:] != owners[:-1]) | (found[1:] != found[:-1])]
    return owners[first], found[first]


def _form_keys(forms: Iterable[str]) -> Iterator[int]:
    """A 64-bit digest of each form: among a million labels two share one with a chance of 3e-8."""
    return (int.from_bytes(hashlib.blake2b(form.encode(), digest_size=8).digest(), "little") for form in forms)


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """Rows are the labels 0..size-1 in the order they were given.

    ``vocabulary`` (uint64, ascending) are the n-grams of the labels and ``rarity`` (float32) their weights, 0 for the
    common ones. Posting list ``i``, ``rows[offsets[i]:offsets[i + 1]]``, has the rows with n-gram ``i``, ``weights``
    what it adds to their cosine. ``keys`` (uint64, ascending) are digests of the forms of rows ``keyed``.
    """

    size: int
    vocabulary: NDArray[np.uint64]
    rarity: NDArray[np.float32]
    offsets: NDArray[np.int32]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    keys: NDArray[np.uint64]
    keyed: NDArray[np.int32]

    @classmethod
    def build(cls, forms: Sequence[str]) -> Self:
        """An index of labels in normalised form."""
        owners, hashes = ngrams(forms)
        vocabulary, columns, frequency = np.unique(hashes, return_inverse=True, return_counts=True)
        rarity = _rarity(frequency, len(forms))
        rarity[frequency > max(COMMON * len(forms), _ALWAYS_KEPT)] = 0
        weights = rarity[columns]
        length = np.sqrt(np.bincount(owners, weights.astype(np.float64) ** 2, minlength=len(forms)))
        weights /= np.maximum(length, 1e-9)[owners].astype(np.float32)
        kept = np.flatnonzero(weights > 0)
        order = kept[np.lexsort((owners[kept], columns[kept]))]
        offsets = np.searchsorted(columns[order], np.arange(len(vocabulary) + 1))
        keys = np.fromiter(_form_keys(forms), dtype=np.uint64, count=len(forms))
        keyed = np.argsort(keys, kind="stable")
        return cls(
            len(forms),
            vocabulary,
            rarity,
            offsets.astype(np.int32),
            owners[order].astype(np.int32),
            weights[order],
            keys[keyed],
            keyed.astype(np.int32),
        )

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """What :meth:`of_arrays` takes, by name."""
        return {name: getattr(self, name) for name in self.array_names()}

    @classmethod
    def array_names(cls) -> tuple[str, ...]:
        """The names of :meth:`arrays`."""
        return tuple(part.name for part in fields(cls) if part.name != "size")

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The index that had these :meth:`arrays`; they may be memory-mapped."""
        return cls(size=len(arrays["keyed"]), **arrays)

    def scores(self, forms: Sequence[str]) -> NDArray[np.float32]:
        """The cosine of each form with each row: shape (len(forms), size), in [0, 1]."""
        out = np.zeros((len(forms), self.size), dtype=np.float32)
        owners, hashes = ngrams(forms)
        if not len(owners) or not len(self.vocabulary):
            return out
        places = np.minimum(np.searchsorted(self.vocabulary, hashes), len(self.vocabulary) - 1)
        known = self.vocabulary[places] == hashes
        weights = np.where(known, self.rarity[places], _rarity(np.zeros(1), self.size))
        length = np.sqrt(np.bincount(owners, weights.astype(np.float64) ** 2, minlength=len(forms)))
        weights = weights / np.maximum(length, 1e-9)[owners]
        first = np.searchsorted(owners[known], np.arange(len(forms) + 1))
        for form, (start, end) in enumerate(pairwise(first)):
            out[form] = self._sum(places[known][start:end], weights[known][start:end])
        return out

    def _sum(self, places: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[Any]:
        """What the postings at ``places`` add up to for each row; twice as fast as a product of sparse matrices."""
        spans = [slice(start, end) for start, end in zip(self.offsets[places], self.offsets[places + 1], strict=True)]
        lengths = self.offsets[places + 1] - self.offsets[places]
        rows = np.concatenate([self.rows[:0], *(self.rows[span] for span in spans)])
        parts = np.concatenate([self.weights[:0], *(self.weights[span] for span in spans)])
        return np.bincount(rows, parts * np.repeat(weights, lengths), minlength=self.size)

    def equal(self, forms: Sequence[str]) -> list[NDArray[np.int32]]:
        """The rows whose form is the same as each of ``forms``."""
        keys = np.fromiter(_form_keys(forms), dtype=np.uint64, count=len(forms))
        first = np.searchsorted(self.keys, keys, side="left")
        last = np.searchsorted(self.keys, keys, side="right")
        return [self.keyed[start:end] for start, end in zip(first, last, strict=True)]


def _rarity(frequency: NDArray[Any], size: int) -> NDArray[np.float32]:
    weights: NDArray[np.float32] = ((np.log((1 + size) / (1 + frequency)) + 1) ** _SHARPNESS).astype(np.float32)
    return weights
