"""A linear view of an encoder's vectors in which labels of one concept lie close and those of different concepts apart.

It is regularised linear discriminant analysis with concepts as classes: directions are ordered by how much labels vary
in all against how much they vary within a concept, over all languages, so what merely tells languages or spellings
apart goes. ESCO itself is the training set; fitting takes seconds. On the seven development sets it raises success@10
of the dense score by .00 to .07 and lets 128 dimensions do the work of 512.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from skillmatch.encode import Vectors, unit_rows

Matrix = NDArray[np.float32]

KEPT = 128
"""Dimensions; 96 to 160 differ by less than the sampling error."""

_SHRINKAGE = 0.1  # share of the within-concept scatter that is made spherical
_EMPHASIS = 0.25  # power of a direction's ratio by which it is stretched
_ENOUGH = 2000  # concepts; with fewer the vectors stay as they are

SAMPLE = 120_000
"""Labels to fit to: more change nothing that can be measured."""


def fit(vectors: Vectors, concepts: NDArray[np.int32]) -> Matrix:
    """The matrix (dim x KEPT) fitted to centred label ``vectors`` and their ``concepts``; identity for a small ESCO."""
    order = np.argsort(concepts, kind="stable")
    _, first, counts = np.unique(concepts[order], return_index=True, return_counts=True)
    if len(counts) < _ENOUGH:
        return np.eye(vectors.shape[1], dtype=np.float32)
    rows = vectors[order]
    total = (rows.T @ rows) / len(rows)
    means = (np.add.reduceat(rows, first) / counts[:, None]).astype(np.float32)
    rows -= np.repeat(means, counts, axis=0)
    rows *= np.repeat(1 / np.sqrt(counts), counts)[:, None].astype(np.float32)
    return _directions(total, (rows.T @ rows) / len(counts))


def _directions(total: NDArray[np.floating], within: NDArray[np.floating]) -> Matrix:
    dim = len(within)
    spherical = np.eye(dim) * np.trace(within) / dim
    ratios, directions = eigh(total, (1 - _SHRINKAGE) * within + _SHRINKAGE * spherical)
    best = np.argsort(-ratios, kind="stable")[:KEPT]
    matrix: Matrix = (directions[:, best] * ratios[best] ** _EMPHASIS).astype(np.float32)
    return matrix


def project(vectors: Vectors, centre: NDArray[np.float32], head: Matrix) -> Vectors:
    """``vectors`` seen from ``centre`` through ``head``: unit rows again, each the same in any batch."""
    return unit_rows((vectors - centre).astype(np.float64) @ head)
