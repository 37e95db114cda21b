"""From notes in any language to evidence of skills and occupations: where in the note, how sure, and how found.

A note is read in phrases: sentences, clauses, short windows over long clauses. Each phrase has one vote and spreads it
over the skills that the search finds for it (softmax); a skill's votes are joined by noisy or. Occupations are taken
from labels in the text alone, and the skills that ESCO links to one get a head start among the candidates of every
phrase: "maten van het plan halen" means another thing to a welder than to a tailor.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from skillmatch.assess.labels import LabelFinder, Named
from skillmatch.assess.phrases import Reading, read
from skillmatch.assess.profile import Evidence, Found, Note, Source
from skillmatch.index.search import ConceptSearch, Meant
from skillmatch.taxonomy.concepts import ENGLISH, ConceptId, Kind, Taxonomy
from skillmatch.text import Language, Span, normalise

CANDIDATES = 50
"""Skills looked at for a phrase; with 20 R-Precision@5 is .01 lower."""

SHARPNESS = 15.0
"""How much a difference in search score counts in a vote; 12 to 30 were within .02 R-Precision@5 of each other."""

ESSENTIAL, OPTIONAL = 4.0, 3.0
"""The head start of an occupation's skills, in units of the vote's exponent: R-Precision@5 on the notes .14 to .22."""

SHOWN = 0.55
"""The chance from which on a skill is shown. Of those in the development notes 66 % are in the gold then (regression
fitted to the other four fifths of the notes; 70 % with all), and 17 % of the gold is among them; from .25 on 51 % and
35 %."""

SHOWN_OCCUPATION = 0.5

_SURE, _UNSURE = 0.95, 0.4  # the chance that a literal label means its concept
_NEAR = 0.8  # the likeness from which on words are a spelling of the label

_CONSTANT, _VOTES, _ESSENTIAL, _OPTIONAL = -2.01, 0.71, 0.4, 0.52
"""Logistic regression of "is in the gold": the constant, and the weights of the log odds of the votes and of being an
essential or optional skill of an occupation in the note."""


Floats = NDArray[np.floating]
"""One entry a concept of the taxonomy, or as said."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A skill that a note may tell of, and the estimated chance that it does."""

    concept: ConceptId
    score: float


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a note tells: ``skills`` and ``occupations`` are shown, best first, each with its words in the note.

    ``hits`` are all candidate skills, best first. Every score is the estimated chance that the person has the skill.
    ``unlinked`` are the clauses of which nothing is shown: what they say is not in ESCO, or too unsure.
    """

    language: Language | None
    skills: tuple[Evidence, ...]
    occupations: tuple[Evidence, ...]
    hits: tuple[Guess, ...]
    unlinked: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Concept number ``concept`` may be meant: its chance, the words that speak most for it, and how."""

    concept: int
    score: float
    span: Span
    found: Found


def extract(note: Note, search: ConceptSearch, *, k: int = 50) -> Extraction:
    """What ``note`` tells of skills and occupations; up to ``k`` candidate skills as hits."""
    reading = read(note)
    taxonomy = search.taxonomy
    texts = [reading.text(span) for span in reading.phrases]
    meant = search.meant(texts, CANDIDATES, language=reading.language)
    named = list(_named(reading, search))
    heard = _chances(_votes(meant, np.zeros(len(taxonomy.ids))), meant, len(taxonomy.ids))
    occupations = _occupations(named, heard, taxonomy)
    skills = _skills(reading, named, meant, _head_start(occupations, taxonomy))
    shown = _shown(_beside(occupations, skills), SHOWN)
    jobs = _shown(occupations, SHOWN_OCCUPATION)
    told = [each.span for each in (*shown, *jobs)]
    return Extraction(
        language=reading.language,
        skills=_evidence(reading, shown, taxonomy),
        occupations=_evidence(reading, jobs, taxonomy),
        hits=tuple(Guess(taxonomy.ids[each.concept], each.score) for each in skills[:k]),
        unlinked=tuple(clause for clause in reading.clauses if not any(_overlap(clause, span) for span in told)),
    )


def extract_all(notes: Sequence[Note], search: ConceptSearch, *, k: int = 50) -> list[Extraction]:
    """:func:`extract` for several notes."""
    return [extract(note, search, k=k) for note in notes]


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


def _occupations(named: Iterable[Named], told: Floats, taxonomy: Taxonomy) -> list[_Candidate]:
    """The occupations that are named; of several that share the name, the one whose skills the note tells most of."""
    found: dict[int, _Candidate] = {}
    for each in named:
        if each.kind == Kind.OCCUPATION:
            concept = max(each.concepts, key=lambda number: _support(number, told, taxonomy))
            chance = _SURE if each.sure else _UNSURE
            found.setdefault(concept, _Candidate(concept, chance, each.span, Found.LABEL))
    return sorted(found.values(), key=lambda each: -each.score)


def _support(occupation: int, told: Floats, taxonomy: Taxonomy) -> float:
    essential, optional = taxonomy.essential.from_(occupation), taxonomy.optional.from_(occupation)
    return float(told[essential].sum() + told[optional].sum() / 2)


def _head_start(occupations: Iterable[_Candidate], taxonomy: Taxonomy) -> Floats:
    """What each skill of the occupations gets added, by how it is linked."""
    ahead = np.zeros(len(taxonomy.ids))
    for number in [each.concept for each in occupations if each.score >= SHOWN_OCCUPATION]:
        optional, essential = taxonomy.optional.from_(number), taxonomy.essential.from_(number)
        ahead[optional] = np.maximum(ahead[optional], OPTIONAL)
        ahead[essential] = ESSENTIAL
    return ahead


def _votes(meant: Meant, ahead: Floats) -> Floats:
    """Each phrase's one vote, spread over the skills it may mean: shape of ``meant.scores``, rows sum to 1."""
    exponents = SHARPNESS * meant.scores + ahead[meant.concepts]
    powers = np.exp(exponents - exponents.max(axis=1, keepdims=True, initial=-np.inf))
    votes: Floats = powers / powers.sum(axis=1, keepdims=True)
    return votes


def _chances(votes: Floats, meant: Meant, size: int, literal: Iterable[_Candidate] = ()) -> Floats:
    """The chance that at least one phrase or label means each concept, were they right as often as they claim."""
    against = np.log1p(-np.minimum(votes, 0.999))
    logarithms = np.bincount(meant.concepts.ravel(), against.ravel(), minlength=size)
    for each in literal:
        logarithms[each.concept] += np.log1p(-each.score)
    chances: Floats = -np.expm1(logarithms)
    return chances


def _skills(reading: Reading, named: Iterable[Named], meant: Meant, ahead: Floats) -> list[_Candidate]:
    """Every candidate skill with its calibrated chance, best first."""
    literal = [
        _Candidate(concept, (_SURE if each.sure else _UNSURE) / len(each.concepts), each.span, Found.LABEL)
        for each in named
        if each.kind == Kind.SKILL
        for concept in each.concepts
    ]
    chances = _chances(_votes(meant, ahead), meant, len(ahead), literal)
    named_as = {each.concept: each for each in sorted(literal, key=lambda each: each.score)}
    order = np.argsort(meant.scores, axis=None, kind="stable")  # the best of a concept comes last, and stays
    places, _ = np.unravel_index(order, meant.scores.shape)
    phrase_of = dict(zip(meant.concepts.ravel()[order].tolist(), places.tolist(), strict=True))
    spans = {concept: reading.phrases[place] for concept, place in phrase_of.items()}
    spans |= {concept: each.span for concept, each in named_as.items()}
    numbers = np.array(sorted(spans), dtype=np.int64)
    scores = _calibrated(chances[numbers], ahead[numbers])
    best = np.argsort(-scores, kind="stable")
    return [
        _Candidate(number, score, spans[number], Found.LABEL if number in named_as else Found.MEANING)
        for number, score in zip(numbers[best].tolist(), scores[best].round(6).tolist(), strict=True)
    ]


def _calibrated(chances: Floats, ahead: Floats) -> Floats:
    """How often such skills are right: votes promise too much, those for an occupation's skills less so."""
    limited = chances.clip(1e-3, 1 - 1e-3)
    odds = _CONSTANT + _VOTES * np.log(limited / (1 - limited))
    odds += _ESSENTIAL * (ahead == ESSENTIAL) + _OPTIONAL * (ahead == OPTIONAL)
    scores: Floats = 1 / (1 + np.exp(-odds))
    return scores


def _beside(occupations: Iterable[_Candidate], skills: Iterable[_Candidate]) -> Iterator[_Candidate]:
    """The skills but for those that a job title alone suggests: "receptionist" tells of no skill by itself."""
    titles = [each.span for each in occupations if each.score >= SHOWN_OCCUPATION]
    for skill in skills:
        if skill.found == Found.LABEL or not any(_same_words(skill.span, title) for title in titles):
            yield skill


def _shown(ranked: Iterable[_Candidate], least: float) -> list[_Candidate]:
    """The candidates that are sure enough, and one concept for the same words."""
    shown: list[_Candidate] = []
    for each in ranked:
        if each.score >= least and not any(_same_words(each.span, other.span) for other in shown):
            shown.append(each)
    return shown


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _same_words(one: Span, other: Span) -> bool:
    """Whether more than half of the shorter lies within the other."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return 2 * shared > min(one.end - one.start, other.end - other.start)


def _evidence(reading: Reading, shown: Iterable[_Candidate], taxonomy: Taxonomy) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            concept=taxonomy.ids[each.concept],
            source=Source.SELF_REPORT,
            score=each.score,
            on=reading.note.on,
            note=reading.note.id,
            span=each.span,
            found=_how(each, reading, taxonomy),
        )
        for each in shown
    )


def _how(candidate: _Candidate, reading: Reading, taxonomy: Taxonomy) -> Found:
    """How a concept was found: by a label, by words spelt nearly like one, or by meaning."""
    if candidate.found == Found.LABEL or reading.language is None or reading.language not in taxonomy.labels:
        return candidate.found
    labels = taxonomy.labels[reading.language]
    names = [normalise(labels.text[row]) for row in labels.of(candidate.concept)]
    near = get_close_matches(normalise(reading.text(candidate.span)), names, n=1, cutoff=_NEAR)
    return Found.NEAR_LABEL if near else Found.MEANING
