"""The plain index: every query with every row, in numpy. Slow, right, the yardstick of the tests."""

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from skillmatch.encode import Vectors
from skillmatch.errors import IndexMismatch
from skillmatch.index.base import Neighbours

_QUERIES = 64  # at a time, so that the scores of a block stay in tens of megabytes


class ExactIndex:
    """A matrix and a sort."""

    def __init__(self, rows: Vectors) -> None:
        self._rows = rows

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        """An index of these rows."""
        return cls(np.ascontiguousarray(vectors, dtype=np.float32))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The index that ``save`` wrote, memory-mapped; raises IndexMismatch if the file cannot be one."""
        try:
            rows = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise IndexMismatch(f"{path.name} is no saved array") from error
        if rows.ndim != 2 or rows.dtype != np.float32:
            raise IndexMismatch(f"{path.name} holds no rows of float32")
        return cls(rows)

    def save(self, path: Path) -> None:
        """Write the one file that ``load`` reads."""
        with path.open("wb") as stream:
            np.save(stream, self._rows, allow_pickle=False)

    def __len__(self) -> int:
        return len(self._rows)

    def search(self, queries: Vectors, k: int, *, only: NDArray[np.bool_] | None = None) -> Neighbours:
        """The ``k`` nearest rows of each query."""
        ids = np.full((len(queries), k), -1, dtype=np.int64)
        scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        rows = np.arange(len(self)) if only is None else np.flatnonzero(only)
        for start in range(0, len(queries), _QUERIES):
            found = queries[start : start + _QUERIES] @ self._rows[rows].T
            order = np.argsort(-found, axis=1, kind="stable")[:, :k]
            block = slice(start, start + len(order)), slice(0, order.shape[1])
            ids[block] = rows[order]
            scores[block] = np.take_along_axis(found, order, axis=1)
        return Neighbours(ids, scores)

    def vectors(self, rows: NDArray[np.int64]) -> Vectors:
        """The rows themselves: shape (len(rows), dim)."""
        return np.asarray(self._rows[rows])
