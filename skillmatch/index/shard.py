"""The labels of one kind of concept in one language: found by meaning and by spelling, and scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from skillmatch.encode import Vectors
from skillmatch.errors import IndexMismatch
from skillmatch.index.base import VectorIndex
from skillmatch.index.lexical import LexicalIndex
from skillmatch.text import Language

Numbers = NDArray[np.int64]
Scores = NDArray[np.float32]

PREFERRED = 0.015
"""Added to a preferred label, settling ties between concepts that share a name: +.02 success@1 in Dutch and French."""


class Pairs(NamedTuple):
    """Pairs of a query (its place in the block) and a concept (its number)."""

    queries: Numbers
    concepts: Numbers


@dataclass(frozen=True, slots=True)
class Best:
    """For each of some pairs (query, concept) the concept's best row: -1 and -inf where it has none."""

    row: Numbers
    score: Scores
    dense: Scores
    lexical: Scores

    @classmethod
    def none(cls, size: int) -> Self:
        """No row for any of ``size`` pairs."""
        zeros = np.zeros(size, dtype=np.float32)
        return cls(np.full(size, -1), np.full(size, -np.inf, dtype=np.float32), zeros, zeros.copy())


@dataclass(frozen=True, slots=True)
class Shard:
    """Row ``i`` is label ``labels[i]`` of ``language``, a name of concept number ``concepts[i]`` (ascending).

    ``starts[c]:starts[c + 1]`` are the rows of concept ``c``, its preferred label first; ``preferred`` is True for
    those. ``centre`` is the mean of the encoder's vectors of the labels; ``dense`` holds what lies around it.
    """

    language: Language
    concepts: NDArray[np.int32]
    labels: NDArray[np.int32]
    preferred: NDArray[np.bool_]
    starts: Numbers
    centre: NDArray[np.float32]
    dense: VectorIndex
    lexical: LexicalIndex

    def save(self, folder: Path, name: str) -> None:
        """Write the files that :meth:`load` reads, all called ``name`` and something."""
        own = {part: getattr(self, part) for part in _ARRAYS}
        for part, array in (*own.items(), *self.lexical.arrays().items()):
            np.save(folder / f"{name}.{part}.npy", array, allow_pickle=False)
        self.dense.save(folder / f"{name}.vectors")

    @classmethod
    def load(cls, folder: Path, name: str, language: Language, backend: type[VectorIndex]) -> Self:
        """The shard that ``save`` wrote, memory-mapped; raises IndexMismatch where a file cannot be one of its."""
        own = {part: _mapped(folder / f"{name}.{part}.npy") for part in _ARRAYS}
        spelling = {part: _mapped(folder / f"{name}.{part}.npy") for part in LexicalIndex.array_names()}
        dense = backend.load(folder / f"{name}.vectors")
        return cls(language=language, dense=dense, lexical=LexicalIndex.of_arrays(spelling), **own)


_ARRAYS = ("concepts", "labels", "preferred", "starts", "centre")


def _mapped(path: Path) -> NDArray[Any]:
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError, EOFError, TokenError) as error:
        raise IndexMismatch(f"{path.name} is no saved array") from error


class View:
    """A block of texts as one shard sees it; ``allowed`` (bool, one a concept) keeps it inside some concepts.

    ``spelling`` is the weight of the n-gram cosine, the dense one having the rest; with 0 spelling is not looked at.
    """

    def __init__(
        self,
        shard: Shard,
        forms: Sequence[str],
        vectors: Vectors,
        spelling: float,
        allowed: NDArray[np.bool_] | None = None,
    ) -> None:
        self._shard = shard
        self._spelling = np.float32(spelling)
        self.vectors = vectors
        self._only = None if allowed is None else allowed[shard.concepts]
        self._lexical = shard.lexical.scores(forms) if spelling else np.zeros((len(forms), 1), np.float32)
        self._equal = shard.lexical.equal(forms)

    def equal(self) -> Pairs:
        """The pairs where a label equals the text."""
        return self._pairs([rows if self._only is None else rows[self._only[rows]] for rows in self._equal])

    def candidates(self, breadth: int) -> Pairs:
        """The pairs worth a closer look: concepts of the ``breadth`` best rows by either score."""
        near = self._shard.dense.search(self.vectors, breadth, only=self._only).ids
        spelt = [self._spelt_like(query, breadth) for query in range(len(near))] if self._spelling else near[:, :0]
        return self._pairs([np.concatenate([row[row >= 0], like]) for row, like in zip(near, spelt, strict=True)])

    def _spelt_like(self, query: int, breadth: int) -> Numbers:
        """The ``breadth`` best rows by spelling (more where some are equal, fewer where no more share an n-gram)."""
        scores = self._lexical[query] if self._only is None else self._lexical[query] * self._only
        best = float(scores.max(initial=0))
        for share in (0.5, 0.25, 0.0):  # most rows share something: look at the many only where the few do not do
            rows = np.flatnonzero(scores > share * best)
            if len(rows) >= breadth:
                return np.asarray(rows[scores[rows] >= np.partition(scores[rows], -breadth)[-breadth]])
        return rows

    def _pairs(self, rows: Sequence[NDArray[Any]]) -> Pairs:
        queries = np.repeat(np.arange(len(rows)), [len(found) for found in rows])
        return Pairs(queries, self._shard.concepts[np.concatenate(rows).astype(np.int64)].astype(np.int64))

    def best(self, pairs: Pairs) -> Best:
        """The best row of each pair's concept, by the weighted sum; of equal ones the first. Pairs come by query."""
        shard, best = self._shard, Best.none(len(pairs.queries))
        first, counts = shard.starts[pairs.concepts], np.diff(shard.starts)[pairs.concepts]
        named = np.flatnonzero(counts)
        pair = np.repeat(named, counts[named])
        if not len(pair):
            return best
        rows = np.arange(len(pair)) + np.repeat(first - np.cumsum(counts) + counts, counts)
        dense = self._cosines(pairs.queries[pair], rows)
        lexical = self._lexical[pairs.queries[pair], rows if self._spelling else 0]
        score = (1 - self._spelling) * dense + self._spelling * lexical + np.float32(PREFERRED) * shard.preferred[rows]
        best.score[named] = np.maximum.reduceat(score, np.flatnonzero(np.diff(pair, prepend=-1)))
        tops = np.flatnonzero(score == best.score[pair])
        top = tops[np.flatnonzero(np.diff(pair[tops], prepend=-1))]
        best.row[named], best.dense[named], best.lexical[named] = rows[top], dense[top], lexical[top]
        return best

    def _cosines(self, queries: Numbers, rows: Numbers) -> Scores:
        """The dense cosine of each query with its row."""
        return cosines(self.vectors[queries], self._shard.dense.vectors(rows))


def cosines(left: Vectors, right: Vectors) -> Scores:
    """The products of unit rows, summed in double precision: the same whatever else is in the batch."""
    products: Scores = np.einsum("ij,ij->i", left, right, dtype=np.float64, casting="same_kind").astype(np.float32)
    return products
