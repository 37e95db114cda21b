"""From notes in any language to evidence of skills and occupations: where in the note, how sure, and how found.

A note is read in phrases: sentences, clauses, short windows over long clauses. Each phrase has one vote and spreads it
over the skills that the search finds for it (softmax); a skill's votes are joined by noisy or. Occupations are taken
from labels in the text alone, and the skills that ESCO links to one get a head start among the candidates of every
phrase: "maten van het plan halen" means another thing to a welder than to a tailor.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from skillmatch.assess.labels import LabelFinder, Named
from skillmatch.assess.phrases import Reading, read
from skillmatch.assess.profile import Evidence, Found, Note, Source
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.taxonomy.concepts import ENGLISH, ConceptId, Kind, Taxonomy
from skillmatch.text import Language, Span

CANDIDATES = 50
"""Skills looked at for a phrase; with 20 R-Precision@5 is .01 lower."""

SHARPNESS = 20.0
"""How much a difference in search score counts in a vote; 5 to 30 were within .02 of each other."""

ESSENTIAL, OPTIONAL = 4.0, 3.0
"""The head start of an occupation's skills, in units of the vote's exponent: R-Precision@5 on the notes .14 to .22."""

SHOWN = 0.25
"""The chance from which on a skill is shown. Of those shown at .25, 45 % are in the gold of the half of the development
notes and job advertisements that the regression below did not see; at .3 it is 48 %.
"""

SHOWN_OCCUPATION = 0.5

_SURE, _UNSURE = 0.95, 0.4  # the chance that a literal label means its concept
_NEAR = 0.75  # the cosine of n-grams from which on words are a spelling of the label

_CONSTANT, _VOTES, _LINKED = -2.9, 0.63, 0.75
"""Logistic regression of "is in the gold" on the log odds of the votes and on the head start (1: essential)."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a note tells: ``skills`` and ``occupations`` are shown, best first, each with its words in the note.

    ``hits`` are all candidate skills, best first. Every score is the estimated chance that the person has the skill.
    """

    language: Language | None
    skills: tuple[Evidence, ...]
    occupations: tuple[Evidence, ...]
    hits: tuple[Hit, ...]


Answers = Mapping[Span, Sequence[Hit]]
"""What the search found for each phrase of a note."""

Chances = Mapping[ConceptId, float]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A concept that may be meant: its chance, and the hit and the words that speak most for it."""

    score: float
    hit: Hit
    span: Span
    found: Found


def extract(note: Note, search: ConceptSearch, *, k: int = 50) -> Extraction:
    """What ``note`` tells of skills and occupations; up to ``k`` candidate skills as hits."""
    return extract_all([note], search, k=k)[0]


def extract_all(notes: Sequence[Note], search: ConceptSearch, *, k: int = 50) -> list[Extraction]:
    """:func:`extract` for several notes: all their phrases are encoded in one batch."""
    readings = [read(note) for note in notes]
    return [
        _extraction(reading, answers, search, k)
        for reading, answers in zip(readings, _answers(readings, search), strict=True)
    ]


def _answers(readings: Sequence[Reading], search: ConceptSearch) -> list[Answers]:
    """The skills found for each phrase of each reading; every distinct text is looked up once."""
    queries = dict.fromkeys((reading.text(span), reading.language) for reading in readings for span in reading.phrases)
    texts, languages = [text for text, _ in queries], [language for _, language in queries]
    found = dict(zip(queries, search.find(texts, Kind.SKILL, CANDIDATES, language=languages), strict=True))
    return [{span: found[reading.text(span), reading.language] for span in reading.phrases} for reading in readings]


def _extraction(reading: Reading, answers: Answers, search: ConceptSearch, k: int) -> Extraction:
    named = list(_named(reading, search))
    occupations = _occupations(named, _chances(answers, {}), search.taxonomy)
    skills = _skills(named, answers, _head_start(occupations, search.taxonomy), search.taxonomy)
    return Extraction(
        language=reading.language,
        skills=_evidence(reading, _beside(occupations, skills), SHOWN),
        occupations=_evidence(reading, occupations, SHOWN_OCCUPATION),
        hits=tuple(replace(each.hit, score=each.score) for each in skills[:k]),
    )


@lru_cache(maxsize=16)
def _finder(search: ConceptSearch, language: Language) -> LabelFinder:
    """Kept for as long as the process lives: its dictionary takes up to 0.6 s to build."""
    return LabelFinder(search.taxonomy, language)


def _named(reading: Reading, search: ConceptSearch) -> Iterator[Named]:
    """The labels in what is claimed: in the note's own language, and in English where those leave words over."""
    own: list[Named] = []
    for language in dict.fromkeys((reading.language, ENGLISH)):
        if language in search.taxonomy.labels:
            finder = _finder(search, language)
            found = [
                each for piece in reading.claimed for each in finder.find(reading.note.text, piece, reading.language)
            ]
            taken = {place for each in own for place in range(*each.span)}
            own += [each for each in found if taken.isdisjoint(range(*each.span))]
    yield from own


def _occupations(named: Iterable[Named], told: Chances, taxonomy: Taxonomy) -> list[_Candidate]:
    """The occupations that are named; of several that share the name, the one whose skills the note tells most of."""
    found: dict[ConceptId, _Candidate] = {}
    for each in named:
        if each.kind == Kind.OCCUPATION:
            concept = max(each.concepts, key=lambda number: _support(taxonomy.ids[number], told, taxonomy))
            found.setdefault(taxonomy.ids[concept], _of_label(each, concept, taxonomy))
    return sorted(found.values(), key=lambda each: -each.score)


def _support(occupation: ConceptId, told: Chances, taxonomy: Taxonomy) -> float:
    essential = (told.get(skill, 0.0) for skill in taxonomy.named(taxonomy.essential, occupation))
    optional = (told.get(skill, 0.0) for skill in taxonomy.named(taxonomy.optional, occupation))
    return sum(essential) + sum(optional) / 2


def _head_start(occupations: Iterable[_Candidate], taxonomy: Taxonomy) -> dict[ConceptId, float]:
    """What each skill of the occupations gets added, by how it is linked."""
    ahead: dict[ConceptId, float] = {}
    for candidate in occupations:
        if candidate.score >= SHOWN_OCCUPATION:
            ahead |= dict.fromkeys(taxonomy.named(taxonomy.optional, candidate.hit.concept), OPTIONAL) | ahead
            ahead |= dict.fromkeys(taxonomy.named(taxonomy.essential, candidate.hit.concept), ESSENTIAL)
    return ahead


def _votes(hits: Sequence[Hit], ahead: Mapping[ConceptId, float]) -> list[float]:
    """One vote spread over the hits of a phrase: they sum to 1."""
    exponents = [SHARPNESS * hit.score + ahead.get(hit.concept, 0.0) for hit in hits]
    highest = max(exponents, default=0.0)
    powers = [math.exp(exponent - highest) for exponent in exponents]
    whole = sum(powers)
    return [power / whole for power in powers]


def _chances(
    answers: Answers, ahead: Mapping[ConceptId, float], named: Iterable[tuple[ConceptId, float]] = ()
) -> Chances:
    """The chance that at least one phrase or label means the concept, were they right as often as they claim."""
    against: dict[ConceptId, float] = defaultdict(float)
    for hits in answers.values():
        for hit, vote in zip(hits, _votes(hits, ahead), strict=True):
            against[hit.concept] += math.log1p(-min(vote, 0.999))
    for concept, chance in named:
        against[concept] += math.log1p(-chance)
    return {concept: -math.expm1(logarithm) for concept, logarithm in against.items()}


def _skills(
    named: Sequence[Named], answers: Answers, ahead: Mapping[ConceptId, float], taxonomy: Taxonomy
) -> list[_Candidate]:
    """Every candidate skill with its calibrated chance, best first."""
    literal = [
        _of_label(each, number, taxonomy) for each in named if each.kind == Kind.SKILL for number in each.concepts
    ]
    meant = (_of_hit(hit, span) for span, hits in answers.items() for hit in hits)
    best: dict[ConceptId, _Candidate] = {}
    for each in (*literal, *meant):
        known = best.get(each.hit.concept)
        if known is None or each.score > known.score:
            best[each.hit.concept] = each
    chances = _chances(answers, ahead, ((each.hit.concept, each.score) for each in literal))
    judged = (
        replace(each, score=_calibrated(chances[concept], ahead.get(concept, 0.0) / ESSENTIAL))
        for concept, each in best.items()
    )
    return sorted(judged, key=lambda each: (-each.score, each.hit.concept))


def _calibrated(chance: float, linked: float) -> float:
    """How often such a skill is right: votes promise too much, those for an occupation's skills less so."""
    chance = min(max(chance, 1e-3), 1 - 1e-3)
    return 1 / (1 + math.exp(-(_CONSTANT + _VOTES * math.log(chance / (1 - chance)) + _LINKED * linked)))


def _of_label(named: Named, number: int, taxonomy: Taxonomy) -> _Candidate:
    label = taxonomy.labels[named.language].text[named.label]
    chance = (_SURE if named.sure else _UNSURE) / len(named.concepts) ** (named.kind == Kind.SKILL)
    hit = Hit(taxonomy.ids[number], label, named.language, chance, 1.0, 1.0, exact=True)
    return _Candidate(chance, hit, named.span, Found.LABEL)


def _of_hit(hit: Hit, span: Span) -> _Candidate:
    found = Found.LABEL if hit.exact else Found.NEAR_LABEL if hit.lexical >= _NEAR else Found.MEANING
    return _Candidate(hit.score, hit, span, found)


def _beside(occupations: Iterable[_Candidate], skills: Iterable[_Candidate]) -> Iterator[_Candidate]:
    """The skills but for those that a job title alone suggests: "receptionist" tells of no skill by itself."""
    titles = [each.span for each in occupations if each.score >= SHOWN_OCCUPATION]
    for skill in skills:
        if skill.found == Found.LABEL or not any(_same_words(skill.span, title) for title in titles):
            yield skill


def _evidence(reading: Reading, ranked: Iterable[_Candidate], least: float) -> tuple[Evidence, ...]:
    """What is shown of the candidates: sure enough, and one concept for the same words."""
    shown: list[_Candidate] = []
    for each in ranked:
        if each.score >= least and not any(_same_words(each.span, other.span) for other in shown):
            shown.append(each)
    return tuple(
        Evidence(
            concept=each.hit.concept,
            source=Source.SELF_REPORT,
            score=each.score,
            on=reading.note.on,
            note=reading.note.id,
            span=each.span,
            found=each.found,
        )
        for each in shown
    )


def _same_words(one: Span, other: Span) -> bool:
    """Whether more than half of the shorter lies within the other."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return 2 * shared > min(one.end - one.start, other.end - other.start)
