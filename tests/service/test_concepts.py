"""Which URIs a use case takes, and how a concept is shown, also one that ESCO no longer has."""

import pytest

from skillmatch.errors import InvalidInput
from skillmatch.service.casework.concepts import known, label, named, required
from skillmatch.taxonomy.concepts import Kind, Taxonomy
from tests.small_esco.concepts import occupation_uri, skill_uri

WELD, WELDER, GONE = skill_uri(1), occupation_uri(1), skill_uri(999)


def test_a_concept_is_known_by_its_uri_and_kind(taxonomy: Taxonomy) -> None:
    assert known(taxonomy, WELD, Kind.SKILL) == WELD
    assert known(taxonomy, WELD, Kind.OCCUPATION) is None
    assert known(taxonomy, WELDER, Kind.SKILL, Kind.OCCUPATION) == WELDER
    assert [known(taxonomy, uri, Kind.SKILL, Kind.OCCUPATION) for uri in (GONE, "", None)] == [None, None, None]


@pytest.mark.parametrize("uri", [GONE, WELD, "welder"])
def test_what_is_no_such_concept_is_refused_by_its_field_and_not_quoted(taxonomy: Taxonomy, uri: str) -> None:
    with pytest.raises(InvalidInput, match=r"ESCO .*: occupation") as refused:
        required(taxonomy, uri, Kind.OCCUPATION, field="aim")
    assert refused.value.field == "aim"
    assert uri not in str(refused.value)


def test_labels_are_in_the_language_asked_for_else_dutch(taxonomy: Taxonomy) -> None:
    assert label(taxonomy, WELD) == label(taxonomy, WELD, "xx") == "metaal lassen"
    assert label(taxonomy, WELD, "en") not in (None, "metaal lassen")
    assert named(taxonomy, WELD) == {"label": "metaal lassen", "kind": "skill"}


def test_a_concept_that_esco_no_longer_has_is_shown_without_label_and_kind(taxonomy: Taxonomy) -> None:
    assert label(taxonomy, GONE) is None
    assert named(taxonomy, GONE) == {}
