"""ESCO labels that stand literally in a text: the longest at each place, with offsets.

A dictionary from normalised labels is built for a language at its first use: 0.6 s for 134,000 English labels, 0.2 s
for 35,000 Dutch ones. An automaton (pyahocorasick) finds a little faster, but takes longer to build and three times the
memory.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from skillmatch.taxonomy.concepts import ENGLISH, Kind, Labels, LabelStatus, Taxonomy
from skillmatch.text import Language, Span, fold, genders, normalise

_LONGEST = 8
"""Words; longer labels (2 %) are sentences that nobody writes literally."""

_ACRONYM = 5
"""Letters up to which a label in capitals has to stand in capitals: "IT", "DID" and "AVEC" are words as well."""

_ENDINGS: Mapping[str, Sequence[tuple[str, str]]] = {
    "ar": (("ا", "{}"), ("ا", "عامل {}")),
    "fa": (("ي", "{}"),),
    "tr": tuple((ending, "{}") for ending in ("lik", "lık", "luk", "im", "ım", "yim", "yım")),
    "uk": (
        *((ending, "{}") for ending in ("ом", "ем", "єм", "а", "и", "у")),
        ("ою", "{}а"),
        ("ею", "{}я"),
        ("єю", "{}я"),
    ),
}
"""Endings that a job or a task takes in a sentence, in folded form, and the label that is then looked for: "اشتغلت
لحاما" is to have worked as "عامل لحام", "працювала кухаркою" as "кухарка".
"""

_BEGINNINGS: Mapping[str, Sequence[str]] = {"ar": ("ال", "و", "وال", "ك", "ب", "بال", "كال", "لل")}

_BEFORE_VERBS: Mapping[str, str] = {
    "en": "i we you they to can could may might must shall should will would do did also",
    "fr": "je il elle on nous",
    "nl": "ik hij zij ze",
}
"""After these a word such as "cook" is a verb."""


class Named(NamedTuple):
    """A label in a text. ``concepts`` are the numbers of those that bear it, one or few.

    ``sure`` is False where the words may well mean something else: one common word, or one of another language.
    """

    span: Span
    kind: Kind
    concepts: tuple[int, ...]
    sure: bool


@dataclass(frozen=True)
class LabelFinder:
    """Finds the labels that ``taxonomy`` has in ``language``, of skills and of occupations."""

    taxonomy: Taxonomy
    language: Language

    @cached_property
    def _rows(self) -> Mapping[str, tuple[int, ...]]:
        """The rows of each normalised label; a title in two genders is two."""
        labels = self.taxonomy.labels[self.language]
        kinds = self.taxonomy.kinds[labels.concept]
        wanted = (kinds == Kind.SKILL) | (kinds == Kind.OCCUPATION)
        rows: dict[str, tuple[int, ...]] = {}
        for row, text in enumerate(labels.text):
            if wanted[row]:
                for form in _names(text) if kinds[row] == Kind.OCCUPATION else (text,):
                    key = normalise(form)
                    rows[key] = (*rows.get(key, ()), row)
        return rows

    @cached_property
    def _said(self) -> Mapping[str, tuple[int, ...]]:
        """The first label of the occupations that people call by each normalised name."""
        spoken = self.taxonomy.spoken.get(self.language)
        rows: dict[str, tuple[int, ...]] = {}
        if spoken is not None:
            for concept, name in zip(spoken.concept.tolist(), spoken.text, strict=True):
                if self.taxonomy.kinds[concept] == Kind.OCCUPATION:
                    key = normalise(name)
                    rows[key] = (*rows.get(key, ()), self._labels.of(concept)[0])
        return rows

    def find(self, text: str, within: Span, written_in: Language | None) -> Iterator[Named]:
        """The labels in ``text[within]``, from left to right, the longest first; a word belongs to one label."""
        folded = fold(text[within.start : within.end])
        words = _words(folded.text)
        first = 0
        while first < len(words):
            following = first + 1
            for last in range(min(first + _LONGEST, len(words)), first, -1):
                rows = self._lookup(folded.text[words[first].start : words[last - 1].end])
                if rows:
                    place = folded.span(words[first].start, words[last - 1].end)
                    span = Span(within.start + place.start, within.start + place.end)
                    found = list(self._named(rows, text, within, span, written_in, several=last - first > 1))
                    if found:
                        yield from found
                        following = last
                        break
            first = following

    def _lookup(self, key: str) -> tuple[int, ...]:
        """The rows of the label or the spoken name that ``key`` is, as it stands or without its language's endings."""
        forms = chain([key], _forms(key, self.language))
        named = (rows.get(form) for form in forms for rows in (self._rows, self._said))
        return next(filter(None, named), ())

    def _named(
        self, rows: Iterable[int], text: str, within: Span, span: Span, written_in: Language | None, *, several: bool
    ) -> Iterator[Named]:
        """What the words of ``span`` name, by kind."""
        spelt = [row for row in rows if self._spelt(row, text[span.start : span.end])]
        for kind in (Kind.OCCUPATION, Kind.SKILL):
            best = self._best(spelt, kind)
            if best:
                sure = several or self._distinctive(best[0], kind, written_in)
                sure = sure and not (kind == Kind.OCCUPATION and _is_verb(text, within, span, self.language))
                concepts = tuple(dict.fromkeys(int(self._labels.concept[row]) for row in best))
                yield Named(span, kind, concepts, sure)

    @property
    def _labels(self) -> Labels:
        return self.taxonomy.labels[self.language]

    def _spelt(self, row: int, written: str) -> bool:
        """No word of one or two letters, and an acronym only where it is written as one."""
        label = self._labels.text[row]
        if len(normalise(written)) <= 2 and not {"#", "+"} & set(written):
            return False
        return written.isupper() or not (len(label) <= _ACRONYM and label.isupper())

    def _best(self, rows: Iterable[int], kind: Kind) -> list[int]:
        """The rows of ``kind`` that are a concept's preferred label; where none is, all of them."""
        mine = [row for row in rows if self.taxonomy.kinds[self._labels.concept[row]] == kind]
        return [row for row in mine if self._labels.status[row] == LabelStatus.PREFERRED] or mine

    def _distinctive(self, row: int, kind: Kind, written_in: Language | None) -> bool:
        """Whether one word is enough: a proper name such as Python, or, in the note's own language, a job or a name."""
        label = self._labels.text[row]
        if label[1:] != label[1:].lower() or (label[:1].isupper() and self.language == ENGLISH):
            return True
        own = self.language == written_in
        return own and (kind == Kind.OCCUPATION or self._labels.status[row] == LabelStatus.PREFERRED)


def _names(title: str) -> Iterator[str]:
    """The names in a title: "maçon/maçonne", "Professeur / Professeure de théâtre", "metselaar/stukadoor" are two."""
    forms = genders(title)
    yield from forms if len(forms) > 1 else title.split("/")


def _is_verb(text: str, within: Span, span: Span, language: Language) -> bool:
    """Whether the word before says that "cook", "nurse" or "guard" is what somebody does, not what they are."""
    before = normalise(text[within.start : span.start]).rpartition(" ")[2]
    return before in _BEFORE_VERBS.get(language, "").split()


def _words(folded: str) -> list[Span]:
    """Where the words of a folded text are in it."""
    words, start = [], 0
    for word in folded.split():
        words.append(Span(start, start + len(word)))
        start += len(word) + 1
    return words


def _forms(key: str, language: Language) -> Iterator[str]:
    """The words without the beginnings and endings that their language puts on them."""
    bare = [key.removeprefix(first) for first in _BEGINNINGS.get(language, ()) if key.startswith(first)]
    yield from bare
    for form in (key, *bare):
        for ending, label in _ENDINGS.get(language, ()):
            if form.endswith(ending) and len(form) > len(ending) + 3:
                yield label.format(form.removesuffix(ending))
