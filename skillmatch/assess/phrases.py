"""A note as extraction reads it: the stretches that speak of what the person does, and the phrases in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from skillmatch.assess.negation import exclusions
from skillmatch.assess.profile import Note
from skillmatch.taxonomy.concepts import ENGLISH
from skillmatch.text import Language, Span, detect_language, function_words, normalise, sentences, words

WINDOW = 3
"""Words in a window over a longer clause; 2 to 5 were within .02 R-Precision@5 of each other."""

STRIDE = 2
"""Words from one window to the next; 1 finds no more."""

MAX_PHRASES = 4000
"""In a note of more than about 15,000 words the rest is read for literal labels only."""

_JOINS: Mapping[str, str] = {
    "ar": "و أو ثم",
    "de": "und oder sowie",
    "en": "and or then plus",
    "es": "y e o u",
    "fa": "و یا",
    "fr": "et ou puis",
    "it": "e o oppure",
    "nl": "en of alsook",
    "pl": "i oraz lub",
    "ps": "او یا",
    "pt": "e ou",
    "ru": "и или",
    "so": "iyo ama",
    "tr": "ve veya",
    "uk": "і й та або",
}
_CLAUSE_MARK = re.compile(r"[,;:()\[\]…،؛፣፡\n]|\s[-–—/]\s|[–—]")


class Word(NamedTuple):
    """A word of the note; ``empty`` says that it carries no subject by itself ("ik", "van", "12")."""

    span: Span
    empty: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """``claimed`` are the stretches of ``note`` that are evidence for the person, ``phrases`` what to look up.

    ``clauses`` are those of the phrases that are whole clauses: they do not overlap.
    """

    note: Note
    language: Language | None
    claimed: tuple[Span, ...]
    clauses: tuple[Span, ...]
    phrases: tuple[Span, ...]

    def text(self, span: Span) -> str:
        """The words of ``span``."""
        return self.note.text[span.start : span.end]


def read(note: Note) -> Reading:
    """Split ``note``, without what is denied, only wished for, or about somebody else."""
    language = note.language or detect_language(note.text)
    found = sentences(note.text)
    out = sorted(each.span for each in exclusions(note.text, found, language))
    claimed = tuple(_without(found, out))
    parts = [list(_clauses(note.text, piece, language)) for piece in claimed]
    phrases = tuple(dict.fromkeys(span for clauses in parts for span in _phrases(clauses)))[:MAX_PHRASES]
    whole = dict.fromkeys(span for clauses in parts for clause in clauses for span in _trimmed(clause))
    return Reading(note, language, claimed, tuple(span for span in whole if span in set(phrases)), phrases)


def _without(found: Iterable[Span], excluded: Sequence[Span]) -> Iterator[Span]:
    """What is left of the sentences; ``excluded`` is ordered by start and none reaches into a second sentence."""
    following = 0
    for sentence in found:
        start = sentence.start
        while following < len(excluded) and excluded[following].start < sentence.end:
            span = excluded[following]
            if span.start > start:
                yield Span(start, span.start)
            start = max(start, span.end)
            following += 1
        if start < sentence.end:
            yield Span(start, sentence.end)


def _clauses(text: str, piece: Span, language: Language | None) -> Iterator[list[Word]]:
    """The words of each clause of ``piece``, without the joins between them."""
    joins = frozenset(_JOINS.get(language or ENGLISH, "").split())
    without_subject = function_words(language)
    clause: list[Word] = []
    for span in words(text, piece):
        word = text[span.start : span.end]
        join = word.casefold() in joins
        if clause and (join or _CLAUSE_MARK.search(text, clause[-1].span.end, span.start)):
            yield clause
            clause = []
        if not join:
            clause.append(Word(span, _is_empty(word, without_subject)))
    if clause:
        yield clause


def _is_empty(word: str, without_subject: frozenset[str]) -> bool:
    return all(part.isdigit() or part in without_subject for part in normalise(word).split())


def _phrases(clauses: Sequence[Sequence[Word]]) -> Iterator[Span]:
    """The whole of some clauses, each of them, and windows over those that are long."""
    yield from _trimmed([word for clause in clauses for word in clause])
    for clause in clauses:
        yield from _trimmed(clause)
        for first in range(0, len(clause) - WINDOW + 1, STRIDE):
            yield from _trimmed(clause[first : first + WINDOW])


def _trimmed(clause: Sequence[Word]) -> Iterator[Span]:
    """From the first to the last word that is not empty; nothing where all are."""
    full = [word.span for word in clause if not word.empty]
    if full:
        yield Span(full[0].start, full[-1].end)
