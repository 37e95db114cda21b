"""Estimated relations: only where there are none, said to be so, and as right as they are claimed to be."""

from dataclasses import replace

import numpy as np
import pytest

from skillmatch.encode import open_encoder
from skillmatch.index.estimate import ESSENTIAL, OPTIONAL, by_neighbours, described, estimate_relations
from skillmatch.index.relations import DIM, Relations, Rows, fit, hashed
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


def nothing() -> Relations:
    none = Rows(np.empty(0, np.uint64), np.empty((0, DIM), np.int8), np.empty(0, np.float32))
    return Relations(none, none, none)


@pytest.fixture(scope="module")
def learnt(taxonomy: Taxonomy) -> Relations:
    return fit(taxonomy, dim=16, epochs=200)


def but(learnt: Relations, occupation: int, taxonomy: Taxonomy) -> Relations:
    """``learnt`` without what it knows of one occupation."""
    others = [uri for number, uri in enumerate(taxonomy.ids) if number != occupation]
    keys = hashed(others)
    sides = [
        Rows(side.keys[kept], side.values[kept], side.scales[kept])
        for side in (learnt.essential, learnt.optional)
        for kept in [np.isin(side.keys, keys)]
    ]
    return Relations(*sides, learnt.skills)


def pairs(*relations: Links) -> set[tuple[int, int]]:
    return {
        (source, int(target))
        for links in relations
        for source in range(len(links.starts) - 1)
        for target in links.from_(source)
    }


def test_official_relations_stay_as_they_are(taxonomy: Taxonomy) -> None:
    assert estimate_relations(taxonomy, SpellingEncoder(), nothing()) is taxonomy


def test_a_release_that_was_estimated_before_is_not_estimated_again(taxonomy: Taxonomy, learnt: Relations) -> None:
    once = estimate_relations(bare(taxonomy), SpellingEncoder(), learnt)
    assert estimate_relations(once, SpellingEncoder(), learnt) is once


def test_without_occupations_there_is_nothing_to_estimate(taxonomy: Taxonomy, learnt: Relations) -> None:
    kinds = np.where(taxonomy.kinds == Kind.OCCUPATION, Kind.ISCO_GROUP, taxonomy.kinds).astype(np.int8)
    empty = replace(bare(taxonomy), kinds=kinds)
    assert estimate_relations(empty, SpellingEncoder(), learnt) is empty


def test_what_was_learnt_is_linked_again(taxonomy: Taxonomy, learnt: Relations) -> None:
    estimated = estimate_relations(bare(taxonomy), SpellingEncoder(), learnt)
    assert pairs(estimated.essential) == pairs(taxonomy.essential)
    assert pairs(estimated.optional) == pairs(taxonomy.optional)


def test_where_nothing_was_learnt_nothing_is_made_up(taxonomy: Taxonomy) -> None:
    estimated = estimate_relations(bare(taxonomy), SpellingEncoder(), nothing())
    assert len(estimated.essential) == len(estimated.optional) == 0


def test_an_occupation_that_is_new_gets_the_skills_of_those_like_it(taxonomy: Taxonomy, learnt: Relations) -> None:
    for number in taxonomy.of_kind(Kind.OCCUPATION).tolist():
        estimated = estimate_relations(bare(taxonomy), SpellingEncoder(), but(learnt, number, taxonomy))
        essential, optional = (set(links.from_(number).tolist()) for links in (estimated.essential, estimated.optional))
        others = {target for source, target in pairs(taxonomy.essential) if source != number}
        assert essential | optional <= others
        assert len(essential) == min(ESSENTIAL, len(others))
        assert len(optional) == min(OPTIONAL, len(others) - len(essential))
        assert not essential & optional
        rest = {(source, target) for source, target in pairs(taxonomy.essential) if source != number}
        assert rest <= pairs(estimated.essential)


def test_an_occupation_says_that_its_skills_are_estimated(taxonomy: Taxonomy, learnt: Relations) -> None:
    occupation = estimate_relations(bare(taxonomy), open_encoder(), learnt).occupation(WELDER)
    assert occupation.estimated
    assert WELDING in occupation.essential


@pytest.mark.slow
def test_skills_of_new_occupations_are_as_right_as_the_documentation_says(real_taxonomy: Taxonomy) -> None:
    """Mean average precision of the essential skills of 600 occupations whose links are not looked at."""
    occupations = real_taxonomy.of_kind(Kind.OCCUPATION)
    known = np.ones(len(occupations), np.bool_)
    known[np.random.default_rng(0).choice(len(occupations), 600, replace=False)] = False
    (jobs,) = described(real_taxonomy, open_encoder(), [occupations])
    ranked = np.argsort(-by_neighbours(real_taxonomy, jobs, known, real_taxonomy.essential), axis=1, kind="stable")
    precisions = []
    for number, order in zip(occupations[~known].tolist(), ranked, strict=True):
        places = np.flatnonzero(np.isin(order, real_taxonomy.essential.from_(number)))
        precisions.append(np.mean(np.arange(1, len(places) + 1) / (places + 1)))
    assert np.mean(precisions) > 0.45


def test_codes_that_are_there_stay_and_a_found_one_leads_to_its_group(taxonomy: Taxonomy) -> None:
    occupations = taxonomy.of_kind(Kind.OCCUPATION).tolist()
    for without in occupations:
        estimated = estimate_relations(bare(taxonomy, frozenset({without})), SpellingEncoder(), nothing())
        others = [number for number in range(len(taxonomy.ids)) if number != without]
        assert [estimated.isco[number] for number in others] == [taxonomy.isco[number] for number in others]
        assert pairs(taxonomy.broader) <= pairs(estimated.broader)
        groups = {estimated.isco[int(target)] for target in estimated.broader.from_(without)}
        assert not estimated.isco[without] or estimated.isco[without] in groups


@pytest.mark.slow
def test_codes_are_as_right_as_the_documentation_says(real_taxonomy: Taxonomy) -> None:
    """Against the official codes of ESCO 1.1.1, a random half of them being taken away."""
    occupations = real_taxonomy.of_kind(Kind.OCCUPATION)
    taken = np.random.default_rng(0).choice(occupations, len(occupations) // 2, replace=False)
    estimated = estimate_relations(bare(real_taxonomy, frozenset(taken.tolist())), open_encoder(), nothing())
    coded = [number for number in taken.tolist() if estimated.isco[number]]
    assert len(coded) > 0.4 * len(taken)
    assert np.mean([estimated.isco[number] == real_taxonomy.isco[number] for number in coded]) > 0.7
    assert any("estimated" in note for note in estimated.release.notes)
