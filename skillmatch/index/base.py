"""The contract of a vector index, in words."""

from pathlib import Path
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from skillmatch.encode import Vectors


class Neighbours(NamedTuple):
    """``ids`` (int64) and ``scores`` (float32), n x k, best first; where fewer rows exist, id -1 and score -inf."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]


class VectorIndex(Protocol):
    """Rows are numbers 0..len-1 in the order they were given; an index knows nothing of skills.

    Unit vectors in, batch in, batch out. Scores are cosines: higher is nearer, best first, ties by the lower row. The
    answer is always n x k. ``only`` (bool, one entry a row) keeps the search inside the rows that are True: k results
    come back whenever k such rows exist.
    """

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        """An index of these rows."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """The index that ``save`` wrote, memory-mapped; raises IndexMismatch if the file cannot be one."""

    def save(self, path: Path) -> None:
        """Write the one file that ``load`` reads."""

    def __len__(self) -> int: ...

    def search(self, queries: Vectors, k: int, *, only: NDArray[np.bool_] | None = None) -> Neighbours:
        """The ``k`` nearest rows of each query."""

    def vectors(self, rows: NDArray[np.int64]) -> Vectors:
        """The rows themselves, as far as they were kept: shape (len(rows), dim)."""
