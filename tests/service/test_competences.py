"""What a test was of: URIs as they are, words by meaning, and nothing that is no skill."""

import pytest

from skillmatch.encode import open_encoder
from skillmatch.errors import InvalidInput
from skillmatch.index.search import ConceptSearch
from skillmatch.service.competences import competences
from skillmatch.taxonomy.concepts import Taxonomy
from tests.small_esco.concepts import group_uri, isco_uri, occupation_uri, skill_uri

WELD, BREAD = skill_uri(1), skill_uri(6)


@pytest.fixture(scope="module")
def search(taxonomy: Taxonomy, tmp_path_factory: pytest.TempPathFactory) -> ConceptSearch:
    return ConceptSearch.build(taxonomy, open_encoder(), tmp_path_factory.mktemp("index") / "index")


def test_a_uri_is_taken_as_it_is_and_words_are_linked_in_their_order(search: ConceptSearch) -> None:
    found = competences(
        ["brood bakken", WELD, "METAAL LASSEN", "lassen van metalen platen"], search, field="competence"
    )
    assert [one.concept for one in found] == [BREAD, WELD, WELD, WELD]
    assert [one.hit.exact if one.hit else None for one in found] == [True, None, True, False]
    assert [one.guessed for one in found] == [False, False, False, True]


@pytest.mark.parametrize(
    "name", [occupation_uri(1), isco_uri("7212"), group_uri("S8"), skill_uri(999), "https://example.org", "", " ?! "]
)
def test_what_is_no_skill_is_refused_under_the_name_of_the_field(search: ConceptSearch, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        competences([WELD, name], search, field="assessments.competence")
    assert refused.value.field == "assessments.competence"


def test_no_names_are_no_competences(search: ConceptSearch) -> None:
    assert competences([], search, field="competence") == []
