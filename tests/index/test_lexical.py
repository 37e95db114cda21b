"""The spelling index against n-grams counted in plain Python."""

import math
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmatch.index import lexical
from skillmatch.index.lexical import LexicalIndex, ngrams
from skillmatch.text import normalise

LABELS = ["lasser", "booglasser", "lassen van pijpen", "bakker", "brood bakken", "soudeur soudeuse", "c++", "عامل لحام"]
FORMS = [normalise(label) for label in LABELS]


def plain_ngrams(form: str) -> set[str]:
    padded = [f" {word} " for word in form.split()]
    return {word[at : at + n] for word in padded for n in lexical.ORDERS for at in range(len(word) - n + 1)}


def plain_cosine(query: str, label: str, labels: Sequence[str]) -> float:
    """TF-IDF with presence as term frequency, straight from its definition."""

    def weight(gram: str) -> float:
        frequency = sum(gram in plain_ngrams(other) for other in labels)
        if frequency > max(lexical.COMMON * len(labels), lexical._ALWAYS_KEPT):
            return 0.0
        return float((math.log((1 + len(labels)) / (1 + frequency)) + 1) ** lexical._SHARPNESS)

    asked = {gram: weight(gram) for gram in plain_ngrams(query)}
    given = {gram: weight(gram) for gram in plain_ngrams(label)}
    length = math.sqrt(sum(w * w for w in asked.values()) * sum(w * w for w in given.values()))
    return sum(asked[gram] * given[gram] for gram in asked.keys() & given.keys()) / length if length else 0.0


forms = st.lists(st.text("abc d", max_size=12).map(normalise), max_size=12)


@given(texts=forms)
def test_as_many_ngrams_are_found_as_there_are(texts: list[str]) -> None:
    owners, hashes = ngrams(texts)
    assert owners.tolist() == sorted(owners.tolist())
    for place, text in enumerate(texts):
        assert len(set(hashes[owners == place].tolist())) == (owners == place).sum() == len(plain_ngrams(text))


@given(first=st.text(min_size=1, max_size=10).map(normalise), second=st.text(max_size=10).map(normalise))
def test_two_forms_share_the_hashes_of_the_ngrams_they_share(first: str, second: str) -> None:
    owners, hashes = ngrams([first, second])
    shared = set(hashes[owners == 0].tolist()) & set(hashes[owners == 1].tolist())
    assert len(shared) == len(plain_ngrams(first) & plain_ngrams(second))


@settings(max_examples=60)
@given(labels=forms, queries=forms)
def test_the_scores_are_the_cosines_of_the_definition(labels: list[str], queries: list[str]) -> None:
    scores = LexicalIndex.build(labels).scores(queries)
    assert scores.shape == (len(queries), len(labels))
    expected = [[plain_cosine(query, label, labels) for label in labels] for query in queries]
    assert scores.ravel() == pytest.approx(np.array(expected, dtype=np.float64).ravel(), abs=1e-4)


def test_what_nearly_every_label_has_counts_for_nothing() -> None:
    labels = [f"werker {word}" for word in "abcdefghijklmnopqrstuvwxyz" for _ in range(6)]
    labels = [f"{label} {number}" for number, label in enumerate(labels)]
    index = LexicalIndex.build([*labels, "lasser"])
    assert index.scores(["werker"]).max() == 0
    assert index.scores(["lasser"]).argmax() == len(labels)


def test_a_misspelt_compound_still_finds_its_label() -> None:
    scores = LexicalIndex.build(FORMS).scores([normalise("Booglaser")])
    assert LABELS[int(scores.argmax())] == "booglasser"


def test_scores_do_not_depend_on_the_other_texts() -> None:
    index = LexicalIndex.build(FORMS)
    together = index.scores(FORMS)
    assert np.array_equal(together, np.concatenate([index.scores([form]) for form in FORMS]))
    assert np.diag(together) == pytest.approx(1, abs=1e-6)


def test_equal_forms_are_found_and_no_others() -> None:
    index = LexicalIndex.build([*FORMS, "lasser"])
    found = index.equal(["lasser", normalise("LASSER!"), "lass", "عامل لحام"])
    assert [sorted(rows.tolist()) for rows in found] == [[0, 8], [0, 8], [], [7]]


def test_an_index_of_nothing_has_no_scores() -> None:
    index = LexicalIndex.build([])
    assert index.scores(["lasser"]).shape == (1, 0)
    assert index.equal(["lasser"])[0].size == 0


def test_its_arrays_make_the_same_index() -> None:
    index = LexicalIndex.build(FORMS)
    again = LexicalIndex.of_arrays(index.arrays())
    assert again.size == index.size
    assert np.array_equal(again.scores(["lassen"]), index.scores(["lassen"]))


def test_twenty_thousand_titles_a_second_are_taken_apart() -> None:
    titles = [f"medewerker kwaliteitscontrole afdeling {number}" for number in range(4000)]
    best = math.inf
    for _ in range(3):
        start = time.process_time()
        ngrams(titles)
        best = min(best, time.process_time() - start)
    assert len(titles) / best > 20_000
