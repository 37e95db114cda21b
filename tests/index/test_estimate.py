"""Estimated relations: only where there are none, said to be so, and as right as they are claimed to be."""

from dataclasses import replace

import numpy as np
import pytest

from skillmatch.encode import open_encoder
from skillmatch.index.estimate import ESSENTIAL, OPTIONAL, estimate_relations
from skillmatch.taxonomy.concepts import ConceptId, Kind, Links, Taxonomy, Texts
from tests.index.encoders import SpellingEncoder
from tests.small_esco.concepts import occupation_uri, skill_uri

WELDER, WELDING = ConceptId(occupation_uri(1)), ConceptId(skill_uri(1))


def bare(taxonomy: Taxonomy, without_code: frozenset[int] = frozenset()) -> Taxonomy:
    """``taxonomy`` as a starter would have it: no links, and some occupations without an ISCO code."""
    none = Links.of(len(taxonomy.ids), [])
    codes = Texts.of("" if number in without_code else code for number, code in enumerate(taxonomy.isco))
    release = replace(taxonomy.release, relations="estimated")
    return replace(taxonomy, essential=none, optional=none, isco=codes, release=release)


def pairs(*relations: Links) -> set[tuple[int, int]]:
    return {
        (source, int(target))
        for links in relations
        for source in range(len(links.starts) - 1)
        for target in links.from_(source)
    }


def test_official_relations_stay_as_they_are(taxonomy: Taxonomy) -> None:
    assert estimate_relations(taxonomy, SpellingEncoder()) is taxonomy


def test_a_release_that_was_estimated_before_is_not_estimated_again(taxonomy: Taxonomy) -> None:
    once = estimate_relations(bare(taxonomy), SpellingEncoder())
    assert estimate_relations(once, SpellingEncoder()) is once


def test_without_skills_there_is_nothing_to_estimate(taxonomy: Taxonomy) -> None:
    kinds = np.where(taxonomy.kinds == Kind.SKILL, Kind.SKILL_GROUP, taxonomy.kinds).astype(np.int8)
    empty = replace(bare(taxonomy), kinds=kinds)
    assert estimate_relations(empty, SpellingEncoder()) is empty


def test_every_occupation_gets_its_skills_and_nothing_else(taxonomy: Taxonomy) -> None:
    estimated = estimate_relations(bare(taxonomy), SpellingEncoder())
    skills = taxonomy.of_kind(Kind.SKILL)
    for number in range(len(taxonomy.ids)):
        essential, optional = (set(links.from_(number).tolist()) for links in (estimated.essential, estimated.optional))
        if taxonomy.kinds[number] != Kind.OCCUPATION:
            assert not essential | optional
            continue
        assert len(essential) == min(ESSENTIAL, len(skills))
        assert len(optional) == min(OPTIONAL, len(skills) - len(essential))
        assert not essential & optional
        assert essential | optional <= set(skills.tolist())


def test_an_occupation_says_that_its_skills_are_estimated(taxonomy: Taxonomy) -> None:
    occupation = estimate_relations(bare(taxonomy), open_encoder()).occupation(WELDER)
    assert occupation.estimated
    assert WELDING in occupation.essential


def test_codes_that_are_there_stay_and_a_found_one_leads_to_its_group(taxonomy: Taxonomy) -> None:
    occupations = taxonomy.of_kind(Kind.OCCUPATION).tolist()
    for without in occupations:
        estimated = estimate_relations(bare(taxonomy, frozenset({without})), SpellingEncoder())
        others = [number for number in range(len(taxonomy.ids)) if number != without]
        assert [estimated.isco[number] for number in others] == [taxonomy.isco[number] for number in others]
        assert pairs(taxonomy.broader) <= pairs(estimated.broader)
        groups = {estimated.isco[int(target)] for target in estimated.broader.from_(without)}
        assert not estimated.isco[without] or estimated.isco[without] in groups


@pytest.mark.slow
def test_estimates_are_as_right_as_the_documentation_says(real_taxonomy: Taxonomy) -> None:
    """Against the official links and codes of ESCO 1.1.1, a random half of the codes being taken away."""
    occupations = real_taxonomy.of_kind(Kind.OCCUPATION)
    taken = np.random.default_rng(0).choice(occupations, len(occupations) // 2, replace=False)
    estimated = estimate_relations(bare(real_taxonomy, frozenset(taken.tolist())), open_encoder())
    official = pairs(real_taxonomy.essential, real_taxonomy.optional)
    essential, optional = pairs(estimated.essential), pairs(estimated.optional)
    assert len(essential & official) / len(essential) > 0.32
    assert len((essential | optional) & official) / len(essential | optional) > 0.21
    coded = [number for number in taken.tolist() if estimated.isco[number]]
    assert len(coded) > 0.4 * len(taken)
    assert np.mean([estimated.isco[number] == real_taxonomy.isco[number] for number in coded]) > 0.7
    assert any("estimated" in note for note in estimated.release.notes)
