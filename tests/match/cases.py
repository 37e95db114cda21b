"""People, vacancies and vectors that the tests of matching share."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from skillmatch.assess.profile import Cefr, Claim, Evidence, Profile, Source, Standing
from skillmatch.encode import Vectors
from skillmatch.match.offers import Vacancy
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language
from tests.small_esco.concepts import OCCUPATIONS, SKILLS, occupation_uri, skill_uri

at_ease = settings(deadline=None, max_examples=60)
"""For property tests that must hold on a busy machine too."""

NL, EN, AR = Language("nl"), Language("en"), Language("ar")


def skill(number: int) -> ConceptId:
    return ConceptId(skill_uri(number))


def occupation(number: int) -> ConceptId:
    return ConceptId(occupation_uri(number))


SKILL_IDS = [skill(row.number) for row in SKILLS]
OCCUPATION_IDS = [occupation(row.number) for row in OCCUPATIONS]


def confirmed(*concepts: ConceptId) -> tuple[Claim, ...]:
    return tuple(Claim(concept, Standing.CONFIRMED) for concept in concepts)


def suggested(concept: ConceptId, *found: tuple[Source, float]) -> Claim:
    return Claim(concept, Standing.SUGGESTED, tuple(Evidence(concept, source, score) for source, score in found))


def random_vectors(concepts: Sequence[ConceptId]) -> Vectors:
    """A unit vector a concept that depends on its URI alone, in so few dimensions that many are near to each other."""
    return np.array([_random_row(concept) for concept in concepts], dtype=np.float32).reshape(-1, 3)


@cache
def _random_row(concept: ConceptId) -> NDArray[np.float64]:
    row = np.random.default_rng(list(concept.encode())).normal(size=3)
    return row / np.linalg.norm(row)


@st.composite
def evidence_of(draw: st.DrawFn, concept: ConceptId) -> Evidence:
    return Evidence(concept, draw(st.sampled_from(Source)), draw(st.floats(0, 1)), detail=draw(st.sampled_from("abc")))


@st.composite
def claims_on(draw: st.DrawFn, concepts: Sequence[ConceptId]) -> Claim:
    concept = draw(st.sampled_from(concepts))
    evidence = draw(st.lists(evidence_of(concept), max_size=2, unique=True))
    return Claim(concept, draw(st.sampled_from(Standing)), tuple(evidence))


def claims() -> st.SearchStrategy[tuple[Claim, ...]]:
    return st.lists(claims_on(SKILL_IDS + OCCUPATION_IDS), max_size=5, unique_by=lambda claim: claim.concept).map(tuple)


levels = st.dictionaries(st.sampled_from([NL, EN, AR]), st.none() | st.sampled_from(Cefr))


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    names = st.none() | st.frozensets(st.sampled_from(["B", "C", "night", "Antwerp"]))
    return Profile(draw(levels), draw(claims()), None, draw(names), draw(names), draw(names))


@st.composite
def vacancies(draw: st.DrawFn) -> Vacancy:
    skills = st.lists(st.sampled_from(SKILL_IDS), max_size=4).map(tuple)
    return Vacancy(
        id=f"v{draw(st.integers(0, 10**6))}",
        title="",
        occupation=draw(st.none() | st.sampled_from(OCCUPATION_IDS)),
        essential=draw(skills),
        optional=draw(skills),
        languages=draw(levels),
        licences=draw(st.frozensets(st.sampled_from(["B", "C"]))),
        region=draw(st.none() | st.sampled_from(["Antwerp", "Ghent"])),
        schedule=draw(st.frozensets(st.sampled_from(["night", "weekend"]))),
        shortage=draw(st.none() | st.just("lasser")),
    )


offers = st.lists(vacancies(), min_size=1, max_size=4, unique_by=lambda vacancy: vacancy.id)
