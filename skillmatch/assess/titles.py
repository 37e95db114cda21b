"""Job titles, and sentences about a job ("as a cook I planned menus"), to occupations and ISCO groups."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from skillmatch.assess.phrases import Reading, read
from skillmatch.assess.profile import Note
from skillmatch.encode import MAX_CHARACTERS
from skillmatch.index.search import ConceptSearch, Hit, chances
from skillmatch.taxonomy.concepts import Kind
from skillmatch.text import Language

SENTENCE = 8
"""Words from which on a text is no title."""

NEAR = 60
"""Occupations looked at for a sentence and for each of its phrases, and more where more are asked for."""

PHRASES, LITERAL = 0.5, 0.9
"""Weight of the nearest phrase beside the whole, and the most that it scores: success@1 of sentences .26 to .33."""


def link_titles(
    texts: Sequence[str], search: ConceptSearch, k: int, *, languages: Sequence[Language | None]
) -> list[list[Hit]]:
    """The ``k`` occupations or ISCO groups nearest to each text, best first; of a sentence its phrases count too."""
    found = search.find(texts, Kind.OCCUPATION, k, language=languages, groups=True)
    for place, (text, language) in enumerate(zip(texts, languages, strict=True)):
        if len(text.split()) >= SENTENCE:
            reading = read(Note(str(place), text[:MAX_CHARACTERS], language))
            found[place] = _of_sentence(reading, search, k, language) or found[place]
    return found


def _of_sentence(reading: Reading, search: ConceptSearch, k: int, language: Language | None) -> list[Hit]:
    """The occupations of a sentence; none where nothing in it is about what the person does."""
    phrases = [reading.text(span) for span in reading.phrases]
    texts = [reading.note.text, *phrases] if phrases else []
    whole, *parts = search.find(texts, Kind.OCCUPATION, max(k, NEAR), language=language, groups=True) or [[]]
    return _joined(whole, sorted(chain.from_iterable(parts), key=lambda hit: hit.score))[:k]


def _joined(whole: Sequence[Hit], parts: Sequence[Hit]) -> list[Hit]:
    """Hits of the whole and of its phrases (the best last), by the sum of both."""
    nearest = {hit.concept: hit for hit in parts}
    entire = {hit.concept: hit for hit in whole}
    score = {concept: _score(entire.get(concept), nearest.get(concept)) for concept in entire | nearest}
    ranked = sorted(score, key=lambda concept: (-score[concept], concept))
    likely = chances([score[concept] for concept in ranked], Kind.OCCUPATION)
    return [
        replace(nearest.get(concept) or entire[concept], score=score[concept], chance=chance, exact=False)
        for concept, chance in zip(ranked, likely, strict=True)
    ]


def _score(whole: Hit | None, part: Hit | None) -> float:
    joined = (whole.score if whole else 0) + PHRASES * min(part.score if part else 0, LITERAL)
    return round(joined / (1 + PHRASES), 6)
