from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from skillmatch.match.nearness import DEFAULT_SCALE, FAMILY, NEIGHBOURS, SAMPLE, SHARE, Near, Nearness, Scale, Way
from skillmatch.taxonomy.concepts import ConceptId, Kind, Links, Release, Taxonomy, Texts
from tests.match.cases import OCCUPATION_IDS, SKILL_IDS, at_ease, occupation, random_vectors, skill
from tests.small_esco.concepts import group_uri, isco_uri

WELD, CABLES, CIRCUITS = skill(1), skill(15), skill(16)
COOK, BAKE, PROGRAMMING, PYTHON = skill(4), skill(6), skill(12), skill(13)
CLEAN, PROTECT = skill(14), skill(3)


def tree(kinds: Sequence[Kind], broader: Mapping[int, Sequence[int]], codes: Mapping[int, str]) -> Taxonomy:
    """A taxonomy of nothing but kinds, codes and broader links, concept n having the URI ``c<n>``."""
    size = len(kinds)
    empty = Texts.of([""] * size)
    return Taxonomy(
        release=Release("test", "test", "official", ""),
        ids=tuple(ConceptId(f"c{number}") for number in range(size)),
        kinds=np.array(kinds, dtype=np.int8),
        labels={},
        isco=empty,
        code=Texts.of([codes.get(number, "") for number in range(size)]),
        skill_types=empty,
        reuse=empty,
        regulated=empty,
        nace=empty,
        essential=Links.of(size, []),
        optional=Links.of(size, []),
        broader=Links.of(size, [(child, parent) for child, parents in broader.items() for parent in parents]),
        related=Links.of(size, []),
    )


def family(children: int, code: str = "S1.2", kind: Kind = Kind.SKILL_GROUP) -> Nearness:
    """``children`` skills c1, c2, ... under one parent c0."""
    links = {number: [0] for number in range(1, children + 1)}
    return Nearness(tree([kind, *[Kind.SKILL] * children], links, {0: code}))


def at_angle(cosine: float) -> Nearness:
    """Two skills without any relation whose vectors have this cosine."""
    rows = {"c0": [1.0, 0.0], "c1": [cosine, np.sqrt(1 - cosine**2)]}
    return Nearness(
        tree([Kind.SKILL, Kind.SKILL], {}, {}), lambda ids: np.array([rows[concept] for concept in ids], np.float32)
    )


C0, C1, C2 = ConceptId("c0"), ConceptId("c1"), ConceptId("c2")


def test_a_skill_answers_itself_whole(taxonomy: Taxonomy) -> None:
    assert Nearness(taxonomy).between(WELD, WELD) == Near(Way.SAME, 1.0)


def test_a_narrower_skill_answers_nearly_all_and_a_broader_one_half(taxonomy: Taxonomy) -> None:
    near = Nearness(taxonomy)
    assert near.between(PROGRAMMING, held=PYTHON) == Near(Way.NARROWER, 0.9)
    assert near.between(PYTHON, held=PROGRAMMING) == Near(Way.BROADER, 0.5)


def test_siblings_answer_a_quarter_and_name_their_family(taxonomy: Taxonomy) -> None:
    near = Nearness(taxonomy)
    assert near.between(BAKE, COOK) == Near(Way.SIBLING, 0.25, through=ConceptId(group_uri("S3.1")))
    assert near.between(CABLES, CIRCUITS) == Near(Way.SIBLING, 0.25, through=ConceptId(group_uri("S8.1")))


def test_neighbours_in_a_top_level_group_are_strangers(taxonomy: Taxonomy) -> None:
    assert Nearness(taxonomy).between(CLEAN, PROTECT) is None


@pytest.mark.parametrize(("children", "expected"), [(FAMILY, Way.SIBLING), (FAMILY + 1, None)])
def test_siblings_of_a_large_group_are_strangers(children: int, expected: Way | None) -> None:
    found = family(children).between(C1, C2)
    assert (found.way if found else None) is expected


@pytest.mark.parametrize(("children", "expected"), [(FAMILY, Way.BROADER), (FAMILY + 1, None)])
def test_a_heading_over_many_skills_answers_none_of_them(children: int, expected: Way | None) -> None:
    """ "think critically" has 189 narrower skills in ESCO 1.1.1: who thinks critically diagnoses no patients."""
    found = family(children, kind=Kind.SKILL).between(C1, held=C0)
    assert (found.way if found else None) is expected


def test_of_two_families_the_smaller_is_named() -> None:
    kinds = [Kind.SKILL_GROUP, Kind.SKILL, Kind.SKILL, Kind.SKILL, Kind.SKILL]
    links = {1: [0, 4], 2: [0, 4], 3: [0]}
    found = Nearness(tree(kinds, links, {0: "S1.2"})).between(C1, C2)
    assert found == Near(Way.SIBLING, 0.25, through=ConceptId("c4"))


@pytest.mark.parametrize(("code", "expected"), [("S1.2", Way.SIBLING), ("", Way.SIBLING), ("L1", None), ("L1.1", None)])
def test_one_language_does_not_answer_another(code: str, expected: Way | None) -> None:
    near = family(3, code)
    same_direction = Nearness(near.taxonomy, lambda ids: np.ones((len(ids), 1), dtype=np.float32))
    assert [near.between(C1, C2) is not None, same_direction.between(C1, C2) is not None] == [
        expected is not None,
        expected is not None,
    ]


def test_a_language_under_two_groups_of_languages_is_one_all_the_same() -> None:
    kinds = [Kind.SKILL_GROUP, Kind.SKILL_GROUP, Kind.SKILL, Kind.SKILL]
    languages = tree(kinds, {1: [0], 2: [0, 1], 3: [1]}, {0: "L", 1: "L1"})
    assert Nearness(languages, lambda ids: np.ones((len(ids), 1), np.float32)).between(C2, ConceptId("c3")) is None


def test_having_done_an_occupation_answers_its_essential_skills_and_no_others(taxonomy: Taxonomy) -> None:
    near = Nearness(taxonomy)
    answered = {asked for asked in SKILL_IDS if near.between(asked, held=occupation(1)) is not None}
    assert answered == taxonomy.occupation(occupation(1)).essential
    assert near.between(WELD, held=occupation(1)) == Near(Way.PRACTISED, 0.6)
    assert near.between(occupation(1), held=WELD) is None


def test_occupations_are_near_by_specialism_unit_group_and_minor_group(taxonomy: Taxonomy) -> None:
    near = Nearness(taxonomy)
    welder, pipe_welder, warehouse, planner, nurse = (occupation(number) for number in (1, 11, 4, 10, 3))
    assert near.between(welder, held=pipe_welder) == Near(Way.NARROWER, 0.9)
    assert near.between(pipe_welder, held=welder) == Near(Way.UNIT_GROUP, 0.6, through=ConceptId(isco_uri("7212")))
    assert near.between(warehouse, planner) == Near(Way.MINOR_GROUP, 0.3, through=ConceptId(isco_uri("432")))
    assert near.between(welder, nurse) is None


@pytest.mark.parametrize(("cosine", "share"), [(0.76, None), (0.865, 0.3), (0.96, 0.6), (1.0, 0.6)])
def test_vectors_count_above_a_threshold_and_never_like_the_same_skill(cosine: float, share: float | None) -> None:
    found = at_angle(cosine).between(C0, C1)
    if share is None:
        assert found is None
    else:
        assert found is not None
        assert found.way is Way.VECTOR
        assert (found.share, found.cosine) == pytest.approx((share, cosine))


def test_the_strongest_road_is_the_one_that_is_told() -> None:
    near = family(3)
    assert Nearness(near.taxonomy, lambda ids: np.ones((len(ids), 1), np.float32)).between(C1, C2) == Near(
        Way.VECTOR, 0.6, cosine=1.0
    )


@pytest.mark.parametrize(
    ("one", "other", "share", "code"),
    [(1, 11, 1.0, "25"), (4, 10, 1.0, "522"), (3, 3, 1.0, "861"), (2, 2, 1.0, "5611"), (1, 3, None, None)],
)
def test_sectors_are_near_by_the_longest_nace_code_in_common(
    taxonomy: Taxonomy, one: int, other: int, share: float | None, code: str | None
) -> None:
    found = Nearness(taxonomy).sector(occupation(one), occupation(other))
    assert (found and found.share, found and found.sector) == (share, code)
    assert found is None or found.way is Way.SECTOR


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("10.71", "10.72", 0.8), ("10.7", "10.71", 0.8), ("10.1", "10.7", 0.6), ("10", "10.71", 0.6), ("10", "11", None)],
)
def test_a_common_group_or_division_of_nace_is_part_of_a_sector(
    taxonomy: Taxonomy, one: str, other: str, share: float | None
) -> None:
    nace = list(taxonomy.nace)
    nace[taxonomy.number(occupation(1))], nace[taxonomy.number(occupation(2))] = one, f"99.9 {other}"
    near = Nearness(replace(taxonomy, nace=nace))
    for asked, held in ((1, 2), (2, 1)):
        found = near.sector(occupation(asked), occupation(held))
        assert (found and found.share) == share


def test_a_concept_of_another_release_is_near_to_itself_only(taxonomy: Taxonomy) -> None:
    old = ConceptId("http://data.europa.eu/esco/skill/gone")
    near = Nearness(taxonomy, random_vectors)
    assert near.between(old, old) == Near(Way.SAME, 1.0)
    assert not near.shares([old], SKILL_IDS + OCCUPATION_IDS).share.any()
    assert not near.shares(SKILL_IDS + OCCUPATION_IDS, [old]).share.any()
    assert near.sector(old, old) is None


def test_no_concepts_have_no_shares(taxonomy: Taxonomy) -> None:
    near = Nearness(taxonomy, random_vectors)
    assert near.shares([], SKILL_IDS).share.shape == (0, len(SKILL_IDS))
    assert near.shares(SKILL_IDS, []).share.shape == (len(SKILL_IDS), 0)


concepts = st.lists(st.sampled_from(SKILL_IDS + OCCUPATION_IDS), min_size=1, max_size=8)


@at_ease
@given(asked=concepts, held=concepts)
def test_a_pair_shares_the_same_in_every_company_and_order(
    taxonomy: Taxonomy, asked: list[ConceptId], held: list[ConceptId]
) -> None:
    near = Nearness(taxonomy, random_vectors)
    shares = near.shares(asked, held)
    for one in asked:
        for other in held:
            assert near.near(shares, *shares.position(one, other)) == near.between(one, other)


@at_ease
@given(asked=concepts, held=concepts)
def test_a_share_is_what_its_road_allows(taxonomy: Taxonomy, asked: list[ConceptId], held: list[ConceptId]) -> None:
    near = Nearness(taxonomy, random_vectors)
    for one in asked:
        for other in held:
            found = near.between(one, other)
            if found is not None:
                assert 0 < found.share <= SHARE[found.way]
                assert (found.way is Way.SAME) == (one == other)
                assert found.way is Way.VECTOR or found.share == SHARE[found.way]


@pytest.mark.parametrize("squeeze", [1.0, 0.5])
def test_a_scale_is_measured_so_that_the_same_pairs_are_near_whatever_the_encoder(squeeze: float) -> None:
    """Two encoders that order pairs alike but spread them differently: the second has a large part in common."""
    rows = np.random.default_rng(0).normal(size=(1400, 8))
    rows *= np.sqrt(squeeze) / np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = np.hstack([rows, np.full((1400, 1), np.sqrt(1 - squeeze))]).astype(np.float32)
    scale = Scale.measured(vectors)
    cosines = vectors[::2] @ vectors[1::2].T
    assert (scale.share(cosines) > 0).mean() == pytest.approx(NEIGHBOURS, rel=0.03)
    assert scale.high == pytest.approx(scale.low + (1 - scale.low) * 5 / 6)
    assert 1 - scale.low == pytest.approx(squeeze * (1 - Scale.measured(unit(rows)).low), abs=1e-5)


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def test_a_release_with_few_skills_keeps_the_default_scale(taxonomy: Taxonomy) -> None:
    near = Nearness(taxonomy, random_vectors)
    cosines = near.shares(SKILL_IDS, SKILL_IDS).cosine
    assert (near.shares(SKILL_IDS, SKILL_IDS).share >= DEFAULT_SCALE.share(cosines)).all()


def test_a_large_release_measures_its_own_scale() -> None:
    """Chance vectors in few dimensions are often near by a fixed threshold, by a measured one hardly ever."""
    large = tree([Kind.SKILL] * SAMPLE, {}, {})
    rows = unit(np.random.default_rng(1).normal(size=(SAMPLE, 4)))
    measured = Nearness(large, lambda ids: rows[[int(concept[1:]) for concept in ids]])
    fixed = Nearness(large, measured.vectors, DEFAULT_SCALE)
    rates = [(near.shares(large.ids[:200], large.ids[200:400]).share > 0).mean() for near in (measured, fixed)]
    assert rates[0] < 0.001
    assert rates[1] > 0.05


def test_an_occupation_without_an_isco_code_answers_nothing_by_its_group() -> None:
    without = Nearness(tree([Kind.OCCUPATION, Kind.OCCUPATION, Kind.SKILL], {}, {}))
    assert without.between(ConceptId("c1"), ConceptId("c0")) is None
    assert without.between(ConceptId("c2"), ConceptId("c0")) is None
