"""The head brings the names of one concept together; on too little data it leaves vectors as they are."""

import numpy as np
import pytest

from skillmatch.encode import unit_rows
from skillmatch.index import head


def labels(concepts: int, dim: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Three names for each concept, whose vectors differ in two dimensions that say nothing of the concept."""
    pick = np.random.default_rng(0)
    centres = pick.standard_normal((concepts, dim))
    centres[:, :2] = 0
    owners = np.repeat(np.arange(concepts, dtype=np.int32), 3)
    vectors = centres[owners] + 0.1 * pick.standard_normal((len(owners), dim))
    vectors[:, :2] += noise * pick.standard_normal((len(owners), 2))
    return unit_rows(vectors), owners


def share_with_own_concept_nearest(vectors: np.ndarray, owners: np.ndarray) -> float:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    return float((owners[cosines.argmax(axis=1)] == owners).mean())


def test_what_does_not_tell_concepts_apart_is_taken_out() -> None:
    vectors, owners = labels(concepts=2100, dim=24, noise=12)
    centre = vectors.mean(axis=0)
    matrix = head.fit(vectors - centre, owners)
    before = share_with_own_concept_nearest(unit_rows(vectors - centre), owners)
    after = share_with_own_concept_nearest(head.project(vectors, centre, matrix), owners)
    assert before < 0.5
    assert after > 0.9


def test_of_many_dimensions_the_best_are_kept() -> None:
    vectors, owners = labels(concepts=2100, dim=160, noise=0)
    assert head.fit(vectors - vectors.mean(axis=0), owners).shape == (160, head.KEPT)


def test_the_order_of_the_labels_does_not_matter() -> None:
    vectors, owners = labels(concepts=2100, dim=8, noise=1)
    order = np.random.default_rng(1).permutation(len(owners))
    first, second = head.fit(vectors, owners), head.fit(vectors[order], owners[order])
    assert np.abs(first) == pytest.approx(np.abs(second), abs=1e-3)


@pytest.mark.parametrize("concepts", [0, 1, 50])
def test_few_concepts_leave_vectors_as_they_are(concepts: int) -> None:
    vectors, owners = labels(concepts, dim=8, noise=1)
    assert np.array_equal(head.fit(vectors, owners), np.eye(8, dtype=np.float32))
