"""Occupation-skill links as vectors: learnt from a release that has them, read by one that lacks them.

An occupation has one vector for its essential skills and one for its optional ones, a skill has one for both. The
scores of all skills for an occupation go through a softmax; links are the skills whose share is near the largest, for
the training drives the shares of all linked skills to the same height. 64 numbers a vector give 99.9 % of ESCO's
essential and 97 % of its optional links back, with 1 % of others (``benchmarks/quality.py``).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import ConceptId, Kind, Links, Taxonomy

RELATIONS = "relations.npz"

DIM = 64
NEAR = 0.1
"""The share, beside the largest of the occupation, from which on a skill is linked; .05 to .3 give nearly the same."""

_EPOCHS, _BATCH, _RATE = 50, 376, 0.03
_BLOCK = 256  # occupations at a time: their scores with all skills take 14 MB

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Note = Callable[[int, int], None]
"""Told (epochs done, epochs in all)."""


@dataclass(frozen=True, slots=True)
class Rows:
    """``scales[i] * values[i]`` (int8, n x DIM) is the vector of the concept whose URI has the hash ``keys[i]``."""

    keys: NDArray[np.uint64]
    values: NDArray[np.int8]
    scales: Floats

    @classmethod
    def of(cls, keys: NDArray[np.uint64], vectors: Floats) -> "Rows":
        """The rows nearest to ``vectors``, ordered by key."""
        order = np.argsort(keys)
        scales = np.maximum(np.abs(vectors).max(axis=1), np.float32(1e-9)) / np.float32(127)
        return cls(keys[order], (vectors / scales[:, None]).round().astype(np.int8)[order], scales[order])

    def vectors(self, uris: Sequence[ConceptId]) -> Floats:
        """One row a URI: zeros where nothing was learnt of it."""
        keys = hashed(uris)
        place = np.searchsorted(self.keys, keys)
        known = np.flatnonzero(np.isin(keys, self.keys))
        found = np.zeros((len(keys), self.values.shape[1]), np.float32)
        found[known] = self.values[place[known]] * self.scales[place[known], None]
        return found


def hashed(uris: Sequence[ConceptId]) -> NDArray[np.uint64]:
    """64 bits of each URI: among twenty thousand, two the same in one of 10^11 releases."""
    digests = b"".join(hashlib.blake2b(uri.encode(), digest_size=8).digest() for uri in uris)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


@dataclass(frozen=True, slots=True)
class Relations:
    """What was learnt of the links of one release."""

    essential: Rows
    optional: Rows
    skills: Rows

    def save(self, path: Path) -> None:
        """Write one ``.npz`` file."""
        parts = {f"{name}_{part}": getattr(getattr(self, name), part) for name in _NAMES for part in _PARTS}
        np.savez(path, **parts)

    @classmethod
    def load(cls, path: Path) -> "Relations":
        """What :meth:`save` wrote, its checksums compared; raises TaxonomyError where it is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                rows = [Rows(*(stored[f"{name}_{part}"] for part in _PARTS)) for name in _NAMES]
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise TaxonomyError(f"{path}: is missing or damaged") from error
        return cls(*rows)

    def links(self, taxonomy: Taxonomy) -> tuple[Links, Links]:
        """The essential and optional links among the occupations and skills of ``taxonomy`` that were learnt."""
        jobs, skills = taxonomy.of_kind(Kind.OCCUPATION), taxonomy.of_kind(Kind.SKILL)
        known = self.skills.vectors([taxonomy.ids[number] for number in skills])
        skills, known = skills[known.any(axis=1)], known[known.any(axis=1)]
        uris = [taxonomy.ids[number] for number in jobs]
        essential, optional = (
            Links.of(len(taxonomy.ids), _linked(jobs, rows.vectors(uris), skills, known))
            for rows in (self.essential, self.optional)
        )
        return essential, optional


_NAMES = ("essential", "optional", "skills")
_PARTS = ("keys", "values", "scales")


def _linked(jobs: Numbers, vectors: Floats, skills: Numbers, known: Floats) -> Iterator[tuple[int, int]]:
    """(occupation, skill) of every link; none of an occupation with a vector of zeros."""
    learnt = np.flatnonzero(vectors.any(axis=1)) if len(skills) else np.empty(0, np.int64)
    for block in np.array_split(learnt, len(learnt) // _BLOCK + 1):
        scores = vectors[block] @ known.T
        near = scores >= scores.max(axis=1, keepdims=True, initial=-np.inf) + np.log(NEAR)
        rows, columns = np.nonzero(near)
        yield from zip(jobs[block[rows]].tolist(), skills[columns].tolist(), strict=True)


# --- learning ------------------------------------------------------------------------------------------------------


def fit(
    taxonomy: Taxonomy, *, seed: int = 0, dim: int = DIM, epochs: int = _EPOCHS, note: Note | None = None
) -> Relations:
    """Learn the links of ``taxonomy``: 60 seconds of one core for 124,000. The same seed gives the same vectors.

    The loss is the cross-entropy between an occupation's softmax over all skills and the even share of its own.
    """
    jobs, skills = taxonomy.of_kind(Kind.OCCUPATION), taxonomy.of_kind(Kind.SKILL)
    wanted = [_shares(links, jobs, skills) for links in (taxonomy.essential, taxonomy.optional)]
    draw = np.random.default_rng(seed)
    values, *sides = (_Learnt.random(size, dim, draw) for size in (len(skills), len(jobs), len(jobs)))
    for epoch in range(epochs):
        rate = _RATE * (1 - epoch / epochs) + 1e-4
        for rows in np.array_split(draw.permutation(len(jobs)), max(1, len(jobs) // _BATCH)):
            for side, shares in zip(sides, wanted, strict=True):
                _step(side, values, np.sort(rows), shares, rate)
        if note:
            note(epoch + 1, epochs)
    uris = [hashed([taxonomy.ids[number] for number in numbers]) for numbers in (jobs, skills)]
    linked = [np.diff(shares.indptr) > 0 for shares in wanted]
    essential, optional = (
        Rows.of(uris[0], side.values * some[:, None]) for side, some in zip(sides, linked, strict=True)
    )
    return Relations(essential, optional, Rows.of(uris[1], values.values))


def _shares(links: Links, jobs: Numbers, skills: Numbers) -> csr_array:
    """One row an occupation, one column a skill: the even share of each linked skill."""
    counts = np.diff(links.starts)[jobs]
    targets = [links.from_(int(job)) for job in jobs]
    columns = np.searchsorted(skills, np.concatenate([np.empty(0, np.int32), *targets]))
    shares = np.repeat(1 / np.maximum(counts, 1), counts).astype(np.float32)
    return csr_array((shares, columns, np.concatenate([[0], counts.cumsum()])), shape=(len(jobs), len(skills)))


@dataclass(slots=True)
class _Learnt:
    """Vectors, and the running means of their slopes and of the squares of these (Adam)."""

    values: Floats
    mean: Floats
    square: Floats

    @classmethod
    def random(cls, size: int, dim: int, draw: np.random.Generator) -> "_Learnt":
        values = draw.normal(0, 0.3, (size, dim)).astype(np.float32)
        return cls(values, np.zeros_like(values), np.zeros_like(values))

    def descend(self, rows: Numbers | slice, slopes: NDArray[Any], rate: float) -> None:
        self.mean[rows] = 0.9 * self.mean[rows] + 0.1 * slopes
        self.square[rows] = 0.99 * self.square[rows] + 0.01 * np.square(slopes)
        self.values[rows] -= rate * self.mean[rows] / (np.sqrt(self.square[rows]) + 1e-8)


def _step(side: _Learnt, skills: _Learnt, rows: Numbers, shares: csr_array, rate: float) -> None:
    """One step for some occupations; those without links teach nothing."""
    own = side.values[rows]
    slopes = own @ skills.values.T
    np.exp(slopes - slopes.max(axis=1, keepdims=True), out=slopes)
    slopes /= slopes.sum(axis=1, keepdims=True)
    target = shares[rows]
    slopes[np.diff(target.indptr) == 0] = 0
    slopes -= target.toarray()
    down = slopes.T @ own
    side.descend(rows, slopes @ skills.values, rate)
    skills.descend(slice(None), down, rate)
