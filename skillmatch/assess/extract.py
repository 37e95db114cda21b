"""From notes in any language to evidence of skills and occupations: where in the note, how sure, and how found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from skillmatch.assess.negation import exclusions
from skillmatch.assess.profile import Note
from skillmatch.text import Language, Span, detect_language, sentences

_JOINS: dict[str, str] = {
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
    "ti": "ን ወይ",
    "tr": "ve veya",
    "uk": "і й та або",
}
_WORD = re.compile(r"[^\W_]+(?:['’.+#/-]*[\w+#])*")
_CLAUSE_MARK = re.compile(r"[,;:()\[\]…،؛፣፡\n]|\s[-–—/]\s|[–—]")
WINDOW = 5
"""Words in a window over a longer clause; 4 to 6 were within .01 of each other."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What extraction looks at in a note: its language, the stretches that speak of the person, and phrases in them."""

    note: Note
    language: Language | None
    claimed: tuple[Span, ...]
    phrases: tuple[Span, ...]

    def text(self, span: Span) -> str:
        """The words of ``span``."""
        return self.note.text[span.start : span.end]


def read(note: Note) -> Reading:
    """Split ``note`` into phrases: sentences, clauses and short windows, without what is denied, wished or not theirs."""
    language = note.language or detect_language(note.text)
    found = sentences(note.text)
    out = sorted(each.span for each in exclusions(note.text, found, language))
    claimed = tuple(piece for sentence in found for piece in _without(sentence, out))
    phrases = (phrase for piece in claimed for phrase in _phrases(note.text, piece, language))
    return Reading(note, language, claimed, tuple(dict.fromkeys(phrases)))


def _without(sentence: Span, excluded: Iterable[Span]) -> Iterator[Span]:
    """What is left of ``sentence``; ``excluded`` is ordered by start."""
    start = sentence.start
    for span in excluded:
        if span.end <= start or span.start >= sentence.end:
            continue
        if span.start > start:
            yield Span(start, span.start)
        start = max(start, span.end)
    if start < sentence.end:
        yield Span(start, sentence.end)


def _phrases(text: str, piece: Span, language: Language | None) -> Iterator[Span]:
    """The piece, its clauses, and windows over clauses that are long; each from its first word to its last."""
    clauses = list(_clauses(text, piece, language))
    words = [word for clause in clauses for word in clause]
    if not words:
        return
    yield Span(words[0].start, words[-1].end)
    for clause in clauses:
        yield Span(clause[0].start, clause[-1].end)
        for first in range(len(clause) - WINDOW + 1):
            yield Span(clause[first].start, clause[first + WINDOW - 1].end)


def _clauses(text: str, piece: Span, language: Language | None) -> Iterator[list[Span]]:
    """The words of each clause of ``piece``."""
    joins = frozenset(_JOINS.get(language or "", "").split())
    clause: list[Span] = []
    for match in _WORD.finditer(text, piece.start, piece.end):
        join = match[0].casefold() in joins
        if clause and (join or _CLAUSE_MARK.search(text, clause[-1].end, match.start())):
            yield clause
            clause = []
        if not join:
            clause.append(Span(*match.span()))
    if clause:
        yield clause
