from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmatch.errors import NotFound
from skillmatch.taxonomy.concepts import (
    DUTCH,
    ENGLISH,
    ConceptId,
    Kind,
    Labels,
    LabelStatus,
    Links,
    SkillType,
    Taxonomy,
    Texts,
)
from skillmatch.text import Language
from tests.small_esco.concepts import OCCUPATIONS, SKILLS, group_uri, isco_uri, occupation_uri, skill_uri

ARABIC = Language("ar")
WELDER = ConceptId(occupation_uri(1))
PIPE_WELDER = ConceptId(occupation_uri(11))
NURSE = ConceptId(occupation_uri(3))
WELD_METAL = ConceptId(skill_uri(1))
PYTHON = ConceptId(skill_uri(13))
TEST_CIRCUITS = ConceptId(skill_uri(16))

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=30)
sizes = st.integers(1, 12)
relations = sizes.flatmap(
    lambda size: st.tuples(
        st.just(size), st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=40)
    )
)


@given(texts)
def test_packed_texts_come_back_as_they_were(given_texts: list[str]) -> None:
    packed = Texts.of(given_texts)
    assert list(packed) == given_texts
    assert [packed[i] for i in range(len(packed))] == given_texts
    assert len(packed) == len(given_texts)


@given(texts, st.integers(-40, 40), st.integers(-40, 40), st.integers(1, 5))
def test_packed_texts_answer_indices_and_slices_as_a_list_does(
    given_texts: list[str], start: int, stop: int, step: int
) -> None:
    packed = Texts.of(given_texts)
    assert packed[start:stop:step] == given_texts[start:stop:step]
    if -len(given_texts) <= start < len(given_texts):
        assert packed[start] == given_texts[start]
        assert packed[np.int64(start)] == given_texts[start]
    else:
        with pytest.raises(IndexError):
            packed[start]


@given(relations)
def test_links_lead_from_each_concept_to_its_targets_once_and_sorted(
    relation: tuple[int, list[tuple[int, int]]],
) -> None:
    size, pairs = relation
    links = Links.of(size, pairs)
    for number in range(size):
        assert links.from_(number).tolist() == sorted({target for source, target in pairs if source == number})
    assert len(links) == len(set(pairs))


@given(relations)
def test_reversed_links_hold_the_same_pairs_the_other_way_round(relation: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = relation
    back = Links.of(size, pairs).reversed()
    expected = Links.of(size, [(target, source) for source, target in pairs])
    assert back.starts.tolist() == expected.starts.tolist()
    assert back.targets.tolist() == expected.targets.tolist()
    again = back.reversed()
    assert again.targets.tolist() == Links.of(size, pairs).targets.tolist()


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(LabelStatus), st.text("abc", max_size=3)), max_size=30))
def test_packed_labels_are_ordered_by_concept_and_best_status_first(rows: list[tuple[int, LabelStatus, str]]) -> None:
    labels = Labels.pack(rows)
    for number in range(10):
        expected = [(status, text) for of, status, text in rows if of == number]
        found = [(labels.status[row], labels.text[row]) for row in labels.of(number)]
        assert found == sorted(expected, key=lambda label: label[0])
    assert len(labels) == len(rows)


def test_a_skill_shows_its_labels_preferred_first_in_every_language(taxonomy: Taxonomy) -> None:
    skill = taxonomy.skill(WELD_METAL)
    assert skill.labels == {Language(name): tuple(labels) for name, labels in SKILLS[0].labels.items()}
    assert (skill.kind, skill.reuse) == (SkillType.SKILL, "sector-specific")
    assert skill.broader == (group_uri("S8.1"),)
    assert taxonomy.skill(PYTHON).kind is SkillType.KNOWLEDGE
    assert set(taxonomy.skill(PYTHON).broader) == {skill_uri(12), group_uri("K2")}


def test_an_occupation_shows_its_skills_isco_group_and_sectors(taxonomy: Taxonomy) -> None:
    welder = taxonomy.occupation(WELDER)
    assert welder.labels == {Language(name): tuple(labels) for name, labels in OCCUPATIONS[0].labels.items()}
    assert welder.isco == "7212"
    assert welder.essential == {skill_uri(number) for number in (1, 2, 3)}
    assert welder.optional == {skill_uri(19)}
    assert welder.nace == ("25", "30.1")
    assert not welder.estimated


def test_an_occupation_is_regulated_or_not_known_to_be(taxonomy: Taxonomy) -> None:
    assert taxonomy.occupation(NURSE).regulated is True
    assert taxonomy.occupation(WELDER).regulated is None


def test_a_concept_is_named_in_the_first_language_that_has_a_label(taxonomy: Taxonomy) -> None:
    assert taxonomy.label(WELDER) == "lasser"
    assert taxonomy.label(WELDER, (ARABIC, DUTCH)) == "لحّام"
    assert taxonomy.label(TEST_CIRCUITS, (ARABIC, DUTCH)) == "elektrische kringen testen"
    assert taxonomy.label(TEST_CIRCUITS, (ARABIC,)) == "test electrical circuits"


def test_a_concept_without_any_label_is_named_by_its_uri(taxonomy: Taxonomy) -> None:
    assert replace(taxonomy, labels={}).label(WELDER) == WELDER


def test_a_language_without_labels_of_a_concept_is_left_out_of_its_labels(taxonomy: Taxonomy) -> None:
    assert set(taxonomy.all_labels(TEST_CIRCUITS)) == {ENGLISH, DUTCH}
    assert taxonomy.languages == (ARABIC, ENGLISH, DUTCH)


def test_broader_links_lead_up_to_the_major_group(taxonomy: Taxonomy) -> None:
    path = [PIPE_WELDER]
    while above := taxonomy.named(taxonomy.broader, path[-1]):
        path.append(above[0])
    assert path == [PIPE_WELDER, WELDER, *(isco_uri(code) for code in ("7212", "721", "72", "7"))]


def test_descriptions_are_empty_where_there_is_none(taxonomy: Taxonomy) -> None:
    assert taxonomy.description(WELDER) == "Welders join metal parts."
    assert taxonomy.description(WELDER, DUTCH) == ""
    assert taxonomy.description(ConceptId(isco_uri("7212"))) == ""


def test_concepts_are_found_by_kind_and_number(taxonomy: Taxonomy) -> None:
    assert taxonomy.kind(WELDER) is Kind.OCCUPATION
    assert [len(taxonomy.of_kind(kind)) for kind in Kind] == [11, 20, 34, 13]
    assert all(taxonomy.kind(taxonomy.ids[number]) is Kind.SKILL for number in taxonomy.of_kind(Kind.SKILL))
    assert taxonomy.ids[taxonomy.number(PYTHON)] == PYTHON


@pytest.mark.parametrize("concept", ["http://data.europa.eu/esco/skill/none", ""])
def test_an_unknown_concept_is_not_found(taxonomy: Taxonomy, concept: str) -> None:
    for ask in (taxonomy.number, taxonomy.kind, taxonomy.skill, taxonomy.occupation, taxonomy.label):
        with pytest.raises(NotFound, match=r"ESCO 1\.2\.0"):
            ask(ConceptId(concept))


def test_a_skill_is_no_occupation_and_an_occupation_no_skill(taxonomy: Taxonomy) -> None:
    with pytest.raises(NotFound, match="is no occupation"):
        taxonomy.occupation(WELD_METAL)
    with pytest.raises(NotFound, match="is no skill"):
        taxonomy.skill(WELDER)
