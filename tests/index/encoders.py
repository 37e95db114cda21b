"""An encoder that needs no model: the vector of a text follows from its characters alone."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skillmatch.encode import Vectors, unit_rows


@dataclass(frozen=True, slots=True)
class SpellingEncoder:
    """Adds up a random direction for each pair of characters, so that texts spelt alike lie near each other."""

    name: str = "spelling-1"
    dim: int = 24
    spelling: float = 0.5

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row a text."""
        return unit_rows(np.array([self._vector(text) for text in texts]).reshape(len(texts), self.dim))

    def _vector(self, text: str) -> Vectors:
        pairs = [f" {text} "[at : at + 2] for at in range(len(text) + 1)]
        seeds = [zlib.crc32(pair.encode("utf-8", "replace")) for pair in pairs]
        total = sum(np.random.default_rng(seed).standard_normal(self.dim) for seed in seeds)
        return np.asarray(total, dtype=np.float32)
