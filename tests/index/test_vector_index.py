"""Every vector index against a plain oracle: by its answers, not by their number."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from skillmatch.encode import Vectors, unit_rows
from skillmatch.errors import IndexMismatch
from skillmatch.index.base import Neighbours, VectorIndex
from skillmatch.index.search import BACKENDS

SAME = 1e-5  # scores that differ by less may come in either order


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest) -> type[VectorIndex]:
    return BACKENDS[request.param]


def rows(seed: int, count: int, dim: int, *, repeats: bool = False) -> Vectors:
    pick = np.random.default_rng(seed)
    vectors = unit_rows(pick.standard_normal((count, dim)))
    return vectors[pick.integers(0, max(1, count // 3), count)] if repeats and count else vectors


def check(found: Neighbours, queries: Vectors, stored: Vectors, k: int, only: NDArray[np.bool_] | None) -> None:
    """The whole contract of an answer, against the cosines of every query with every row."""
    assert found.ids.shape == found.scores.shape == (len(queries), k)
    assert found.ids.dtype == np.int64
    assert found.scores.dtype == np.float32
    allowed = np.arange(len(stored)) if only is None else np.flatnonzero(only)
    kept = min(k, len(allowed))
    for query, ids, scores in zip(queries, *found, strict=True):
        cosines = stored @ query
        assert (ids[kept:] == -1).all()
        assert np.isneginf(scores[kept:]).all()
        ids, scores = ids[:kept], scores[:kept]
        assert len(set(ids.tolist())) == kept
        assert np.isin(ids, allowed).all()
        assert scores == pytest.approx(cosines[ids], abs=SAME)
        assert scores == pytest.approx(np.sort(cosines[allowed])[::-1][:kept], abs=SAME)
        assert ((np.diff(scores) < 0) | ((np.diff(scores) == 0) & (np.diff(ids) > 0))).all()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(0, 300),
    dim=st.sampled_from([1, 3, 8, 64]),
    queries=st.integers(0, 40),
    k=st.integers(0, 350),
    share=st.sampled_from([None, 0.0, 0.02, 0.5, 1.0]),
    repeats=st.booleans(),
)
@pytest.mark.parametrize("name", sorted(BACKENDS))
def test_the_answers_are_those_of_the_oracle(
    name: str, seed: int, count: int, dim: int, queries: int, k: int, share: float | None, repeats: bool
) -> None:
    stored, asked = rows(seed, count, dim, repeats=repeats), rows(seed + 1, queries, dim)
    only = None if share is None else np.random.default_rng(seed).random(count) < share
    check(BACKENDS[name].build(stored).search(asked, k, only=only), asked, stored, k, only)


def test_a_batch_large_enough_for_blas_gives_the_same_rows(backend: type[VectorIndex]) -> None:
    stored, asked = rows(1, 5000, 128), rows(2, 200, 128)
    index = backend.build(stored)
    together = index.search(asked, 20)
    check(together, asked, stored, 20, None)
    alone = [index.search(asked[place : place + 1], 20) for place in range(len(asked))]
    assert np.array_equal(together.ids, np.concatenate([found.ids for found in alone]))


def test_equal_rows_come_in_their_order(backend: type[VectorIndex]) -> None:
    stored = np.repeat(rows(3, 2, 8), 4, axis=0)
    assert backend.build(stored).search(stored[:1], 4).ids.tolist() == [[0, 1, 2, 3]]


def test_an_empty_index_answers_with_nothing(backend: type[VectorIndex]) -> None:
    index = backend.build(np.empty((0, 8), dtype=np.float32))
    assert len(index) == 0
    check(index.search(rows(4, 3, 8), 5), rows(4, 3, 8), np.empty((0, 8), np.float32), 5, None)


def test_what_was_saved_answers_as_before(backend: type[VectorIndex], tmp_path: Path) -> None:
    stored, asked = rows(5, 400, 16), rows(6, 10, 16)
    index = backend.build(stored)
    index.save(tmp_path / "vectors")
    again = backend.load(tmp_path / "vectors")
    assert len(again) == 400
    assert np.array_equal(again.search(asked, 30).ids, index.search(asked, 30).ids)
    assert np.array_equal(again.search(asked, 30).scores, index.search(asked, 30).scores)
    assert np.array_equal(again.vectors(np.array([7, 3, 3])), stored[[7, 3, 3]])


def test_rows_come_back_as_they_were_given(backend: type[VectorIndex]) -> None:
    stored = rows(7, 50, 16)
    assert np.array_equal(backend.build(stored).vectors(np.array([49, 0, 20])), stored[[49, 0, 20]])
    assert backend.build(stored).vectors(np.array([], dtype=np.int64)).shape == (0, 16)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93NUMPY\x01\x00"])
def test_a_file_of_another_kind_is_refused(backend: type[VectorIndex], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vectors").write_bytes(content)
    with pytest.raises(IndexMismatch):
        backend.load(tmp_path / "vectors")


def test_a_missing_file_is_refused(backend: type[VectorIndex], tmp_path: Path) -> None:
    with pytest.raises(IndexMismatch):
        backend.load(tmp_path / "vectors")
