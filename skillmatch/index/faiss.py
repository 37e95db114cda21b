"""The fast index. The only import of faiss."""

from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from skillmatch.encode import Vectors
from skillmatch.errors import IndexMismatch
from skillmatch.index.base import Neighbours


class FaissIndex:
    """faiss's flat inner product: exact, and at 128 dimensions bound by memory bandwidth up to a million rows.

    An approximate index would be quicker from some hundred thousand rows on; ESCO's largest shard has 99 thousand,
    which takes 3 ms for one query and 0.5 ms each for a batch.
    """

    def __init__(self, index: Any) -> None:
        self._index = index
        # faiss uses BLAS from this many queries x dimensions on; its default, 128,000, keeps a batch of 64 without it
        faiss.cvar.distance_compute_blas_threshold = 8 * index.d
        # on a busy machine spinning OpenMP threads made one query 15 times slower; callers share out batches instead
        faiss.omp_set_num_threads(1)

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        """An index of these rows."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The index that ``save`` wrote, memory-mapped; raises IndexMismatch if the file cannot be one.

        faiss takes many damaged files for sound ones: check their digest first.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise IndexMismatch(f"{path.name} is no saved faiss index") from error

    def save(self, path: Path) -> None:
        """Write the one file that ``load`` reads."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, queries: Vectors, k: int, *, only: NDArray[np.bool_] | None = None) -> Neighbours:
        """The ``k`` nearest rows of each query."""
        asked = min(k, len(self))
        if not asked or not len(queries):
            return _padded(np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0), np.float32), k)
        given = np.ascontiguousarray(queries, dtype=np.float32)
        scores, ids = self._index.search(given, asked, params=_inside(only))
        return _padded(ids, np.where(ids < 0, -np.inf, scores).astype(np.float32), k)

    def vectors(self, rows: NDArray[np.int64]) -> Vectors:
        """The rows themselves: shape (len(rows), dim)."""
        stored: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows, dtype=np.int64))
        return stored


def _inside(only: NDArray[np.bool_] | None) -> Any:
    """Search parameters; faiss's own types do not know what its Python layer takes."""
    if only is None:
        return None
    selector = faiss.IDSelectorBitmap(np.packbits(only, bitorder="little"))  # type: ignore[call-arg,arg-type]
    return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]


def _padded(ids: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> Neighbours:
    """Best first, equal scores by the lower row, filled up to ``k`` with -1 and -inf."""
    order = np.lexsort((ids, -scores), axis=1)
    missing = ((0, 0), (0, k - ids.shape[1]))
    return Neighbours(
        np.pad(np.take_along_axis(ids, order, axis=1), missing, constant_values=-1),
        np.pad(np.take_along_axis(scores, order, axis=1), missing, constant_values=-np.inf),
    )
