"""Vacancies as employers write them, read into ESCO: which occupation, which skills, a shortage or not.

The first lines of the text were tried beside the title, at several lengths and weights: success@1 on 271 job ads moved
from .387 to between .380 and .417 without pattern, so the occupation is read from the title alone.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.match.offers import Posting, Vacancy
from skillmatch.taxonomy.concepts import ConceptId, Kind, Taxonomy
from skillmatch.text import Language

LINKED = 0.55
"""A title names an occupation from this score on: below it 3 of 31 job ads were linked rightly, above it 105 of 240."""

HEAD = 0.05
"""Taken off what the head of a title finds ("Sheet metal worker, ventilation ducts"), which knows less than the
whole."""

NAMED = 0.8
"""A phrase names a skill from this score on: below it, half of them only share a word with it."""

READ = 2_000
"""Characters of a text that are read for skills, so that no text costs much more than 50 ms."""

WORDS = 5
"""Words a phrase may have: longer ones are sentences about something else as well."""

_HEAD = re.compile(r"\s*[,;:(|–—]\s*|\s+-\s+")
_PHRASE = re.compile(r"[\n\t.;:,•·()\[\]!?/–—|،؛؟]+|\s-\s")


def read_vacancy(
    posting: Posting, search: ConceptSearch, taxonomy: Taxonomy, shortages: Mapping[ConceptId, str]
) -> Vacancy:
    """One vacancy; see :func:`read_vacancies`."""
    return read_vacancies([posting], search, taxonomy, shortages)[0]


def read_vacancies(
    postings: Sequence[Posting], search: ConceptSearch, taxonomy: Taxonomy, shortages: Mapping[ConceptId, str]
) -> list[Vacancy]:
    """Every posting as a vacancy, in order; all titles and all phrases are searched for in one batch each.

    What the employer gave stands: a given occupation is not looked for, and given skills make optional what is usual in
    the occupation. A title that names no occupation gives none, and a URI of another release counts as not given.
    ``shortages`` has the official name of each shortage occupation.
    """
    titles = _found([query for posting in postings for query in _titles(posting, taxonomy)], Kind.OCCUPATION, search)
    phrases = _found([query for posting in postings for query in _phrases(posting)], Kind.SKILL, search)
    return [_vacancy(posting, titles, phrases, taxonomy, shortages) for posting in postings]


_Query = tuple[str, Language | None]
_Found = Mapping[_Query, Hit | None]


def _found(queries: Sequence[_Query], kind: Kind, search: ConceptSearch) -> _Found:
    """The best concept for each text in its language; each distinct text is searched for once."""
    distinct = list(dict.fromkeys(queries))
    hits = search.find([text for text, _ in distinct], kind, 1, language=[language for _, language in distinct])
    return {query: best[0] if best else None for query, best in zip(distinct, hits, strict=True)}


def _titles(posting: Posting, taxonomy: Taxonomy) -> list[_Query]:
    """The title and its head, where the employer gave no occupation."""
    if _is(posting.occupation, Kind.OCCUPATION, taxonomy):
        return []
    head = next((part for part in _HEAD.split(posting.title) if part), posting.title)
    return [(posting.title, posting.language), (head, posting.language)]


def _phrases(posting: Posting) -> list[_Query]:
    """The short phrases of the text, between marks."""
    phrases = (phrase.strip() for phrase in _PHRASE.split(posting.text[:READ]))
    return [(phrase, posting.language) for phrase in phrases if 1 <= len(phrase.split()) <= WORDS]


def _vacancy(
    posting: Posting, titles: _Found, phrases: _Found, taxonomy: Taxonomy, shortages: Mapping[ConceptId, str]
) -> Vacancy:
    occupation, score = _occupation(posting, titles, taxonomy)
    usual = taxonomy.named(taxonomy.essential, occupation) if occupation else ()
    helpful = taxonomy.named(taxonomy.optional, occupation) if occupation else ()
    given = tuple(skill for skill in posting.skills if _is(skill, Kind.SKILL, taxonomy))
    named = _named([(query, phrases[query]) for query in _phrases(posting)], {*usual, *helpful})
    essential = dict.fromkeys((*(given or usual), *named))
    return Vacancy(
        id=posting.id,
        title=posting.title,
        occupation=occupation,
        occupation_score=score,
        essential=tuple(essential),
        optional=tuple(skill for skill in dict.fromkeys((*usual, *helpful)) if skill not in essential),
        languages=posting.languages,
        licences=posting.licences,
        region=posting.region,
        schedule=posting.schedule,
        employer=posting.employer,
        shortage=shortages.get(occupation) if occupation else None,
        estimated=bool(usual or helpful) and taxonomy.release.relations == "estimated",
    )


def _occupation(posting: Posting, titles: _Found, taxonomy: Taxonomy) -> tuple[ConceptId | None, float]:
    """The occupation, and how sure it is: 1 where the employer gave it."""
    queries = _titles(posting, taxonomy)
    if not queries:
        return posting.occupation, 1.0
    hits = [(titles[query], taken) for query, taken in zip(queries, (0.0, HEAD), strict=True)]
    scored = [(hit.score - taken, hit.concept) for hit, taken in hits if hit is not None]
    score, concept = max(scored, default=(0.0, None), key=lambda pair: pair[0])
    return (concept, score) if score >= LINKED else (None, 0.0)


def _named(phrases: Sequence[tuple[_Query, Hit | None]], related: Collection[ConceptId]) -> list[ConceptId]:
    """The skills that phrases name; a single word ("care", "data") only where ESCO links its skill to the
    occupation."""
    sure = [(text, hit.concept) for (text, _), hit in phrases if hit is not None and hit.score >= NAMED]
    return [concept for text, concept in sure if " " in text or concept in related]


def _is(concept: ConceptId | None, kind: Kind, taxonomy: Taxonomy) -> bool:
    return concept is not None and concept in taxonomy.numbers and taxonomy.kind(concept) is kind
