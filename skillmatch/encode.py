"""Texts to unit vectors: a narrow port, so that the encoder can be changed in this one file."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""n x dim, each row of length 1."""


class Encoder(Protocol):
    """Turns texts into unit vectors. The same text gives the same vector in every batch."""

    @property
    def name(self) -> str:
        """Names model and version; part of an index's manifest."""

    @property
    def dim(self) -> int:
        """Width of the vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row a text, in order: shape (len(texts), dim)."""
