"""How an encoder's worth is counted."""

from pathlib import Path

import numpy as np
import pytest

from skillmatch.config import Settings
from skillmatch.errors import InvalidInput
from skillmatch.ngrams import Table, ascii_form, bags
from skillmatch.service.training import NOWHERE, Figure, _figure, _rank, _Set, _sets
from skillmatch.taxonomy.concepts import ConceptId, Taxonomy
from skillmatch.text import Language
from tests.small_esco.concepts import occupation_uri

CONCEPTS = np.array([2, 2, 5, 9], np.int32)


@pytest.mark.parametrize(
    ("scores", "gold", "rank"),
    [
        ([0.1, 0.9, 0.5, 0.2], {2}, 1),  # by its best label
        ([0.1, 0.2, 0.5, 0.3], {2}, 3),
        ([0.1, 0.2, 0.5, 0.3], {2, 9}, 2),
        ([0.5, 0.5, 0.5, 0.5], {9}, 3),  # of equal ones the lower number first
        ([0.5, 0.5, 0.5, 0.5], {7}, NOWHERE),
        ([0.5, 0.5, 0.5, 0.5], set(), NOWHERE),
    ],
)
def test_a_concept_ranks_by_its_nearest_label(scores: list[float], gold: set[int], rank: int) -> None:
    assert _rank(np.array(scores, np.float32), CONCEPTS, gold) == rank


def test_without_labels_nothing_is_found() -> None:
    assert _rank(np.empty(0, np.float32), np.empty(0, np.int32), {1}) == NOWHERE


def table_of(texts: list[str]) -> Table:
    keys = np.unique(bags([ascii_form(text) for text in texts]).hashes)
    return Table.of(keys, np.random.default_rng(0).standard_normal((len(keys), 64), dtype=np.float32), {})


def test_titles_are_asked_as_the_search_asks_them(taxonomy: Taxonomy) -> None:
    uri = ConceptId(occupation_uri(1))
    title = taxonomy.all_labels(uri)[Language("nl")][0]
    table = table_of(list(taxonomy.labels[Language("nl")].text))
    row = {"task": "occupation_linking", "lang": "nl", "text": f"{title} (m/v/x)", "gold": [uri]}
    other = {**row, "text": "zzz", "gold": ["http://data.europa.eu/esco/occupation/none"]}
    assert _figure(table, taxonomy, _Set("set", [row, other])) == Figure("set", 2, 0.5, 0.5)


def test_a_language_that_esco_lacks_counts_as_found_nothing(taxonomy: Taxonomy) -> None:
    row = {"task": "skill_linking", "lang": "xx", "text": "lassen", "gold": [taxonomy.ids[0]]}
    assert _figure(table_of(["lassen"]), taxonomy, _Set("set", [row])) == Figure("set", 1, 0.0, 0.0)


def test_our_own_sets_are_always_there_and_shared_ones_where_asked_for(tmp_path: Path) -> None:
    assert [(one.name, len(one.rows)) for one in _sets(Settings(), None)][:2] == [
        ("titles/tr", 100),
        ("titles/fa", 100),
    ]
    with pytest.raises(InvalidInput, match="nld_nl_dev"):
        list(_sets(Settings(), tmp_path))
