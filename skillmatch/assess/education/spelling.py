"""One title in many spellings: what two ways to write it have in common, and where in a text a known phrase stands.

Everything is compared in Latin letters, so that a title and its transliteration meet.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self, TypeVar

from anyascii import anyascii

from skillmatch.text import normalise

ALIKE = 0.8
"""Spellings with this share of letter pairs in common may be one title: 97 % of titles survive a slip of the pen."""

SKELETON_ALIKE = 0.9
"""The same for what is left of a transliteration without vowels, which says less."""

ENOUGH_SOUND = 6
"""Consonants that two spellings must have to be compared by their sound."""

READ = 300
"""Characters of a title or field that are looked at: the time is linear in them."""

LINKING = frozenset(
    {"of", "in", "the", "en", "et", "de", "des", "du", "d", "l", "le", "la", "les", "al", "a", "y", "e", "em", "di"}
    | {"do", "da", "dos", "van", "voor", "het", "und", "ve", "w", "wa", "ta", "fy", "fi", "v", "z", "u", "dr", "i"}
)
"""Words that join a title to its field, in Latin letters: they say nothing where a text begins or ends."""

SHORT = 2
"""Letters of words, such as "as" or "be", that name a degree only where a title begins."""


Item = TypeVar("Item")
Words = tuple[str, ...]

_INITIALS = re.compile(r"(?<=\w)\.(?=\w)|(?<=\w)['’]s\b")
_SCRIPTS = re.compile(r"(?<=[a-z])(?=[\u0370-\uffff])|(?<=[\u0370-\uffff])(?=[a-z])")  # two names written as one
_BREAK = re.compile(r"[;,/|()\[\]\n:،؛–—]| - ")
_CAPITAL = re.compile(r"(?=[A-Z])")  # each Chinese character begins with one, and nothing else does
_ARTICLE = re.compile(r"\b(?:وال|بال|ال|لل)(?=\w{3})")
_WORD = re.compile(r"[a-z0-9+#]+")


def spelled(text: str) -> Words:
    """The words of ``text`` in Latin letters, without case, accents, Arabic articles and the dots of "B.Sc."."""
    plain = _ARTICLE.sub("", _SCRIPTS.sub(" ", normalise(_INITIALS.sub("", text))))
    latin = _CAPITAL.sub(" ", anyascii(plain)).lower().replace("'", "").replace("`", "")
    return tuple(_WORD.findall(latin))


_ONE_SOUND = (
    ("tsch", "s"), ("sch", "s"), ("tch", "s"), ("sh", "s"), ("ch", "s"), ("kh", "k"), ("gh", "g"), ("th", "t"),
    ("dh", "d"), ("ph", "f"), ("ts", "s"), ("q", "k"), ("c", "k"), ("z", "s"), ("x", "ks"), ("j", "g"), ("v", "f"),
)  # fmt: skip
_SILENT = re.compile(r"[aeiouywh]|(?<!\d)[37](?=[a-z])")  # 3 and 7 are how one types ayn and ha
_DOUBLE = re.compile(r"(.)\1+")
_ARTICLES = frozenset(
    {a + sound for a in "ae" for sound in ("l", "d", "r", "s", "t", "z", "n", "sh", "dh", "th")}
    | {"wa", "wal", "i", "e", "ye", "l", "fi"}
)


def skeleton(words: Words) -> str:
    """What transliterations of one title have in common: consonants, without articles and the endings of "shahadat"."""
    return " ".join(filter(None, map(_consonants, (word for word in words if word not in _ARTICLES))))


def _consonants(word: str) -> str:
    word = word[:-1] if len(word) > 3 and word.endswith(("at", "et")) else word
    for written, sound in _ONE_SOUND:
        word = word.replace(written, sound)
    return _DOUBLE.sub(r"\1", _SILENT.sub("", word))


def _pairs(text: str) -> Counter[str]:
    padded = f" {text} "
    return Counter(padded[at : at + 2] for at in range(len(padded) - 1))


def likeness(one: str, other: str) -> float:
    """The share of letter pairs that two spellings have in common (Dice), in [0, 1]."""
    return _common(_pairs(one), _pairs(other))


def _common(ours: Counter[str], theirs: Counter[str]) -> float:
    common = sum(min(count, theirs[pair]) for pair, count in ours.items() if pair in theirs)
    return 2 * common / (ours.total() + theirs.total())


class Phrase(NamedTuple):
    """A phrase as it is compared: by its letters, and by its sound where that is long enough (else None)."""

    letters: int
    written: Counter[str]
    sound: Counter[str] | None

    @classmethod
    def of(cls, words: Words) -> Self:
        """These words, ready to be compared."""
        sound = skeleton(words)
        heard = _pairs(sound) if len(sound.replace(" ", "")) >= ENOUGH_SOUND else None
        return cls(sum(map(len, words)), _pairs(" ".join(words)), heard)

    def likeness(self, given: "Phrase") -> float:
        """How alike two phrases are, 0 if not enough; what only sounds alike counts a tenth less."""
        share = _common(self.written, given.written)
        if share >= ALIKE:
            return share
        share = _common(self.sound, given.sound) if self.sound and given.sound else 0.0
        return 0.9 * share if share >= SKELETON_ALIKE else 0.0


class Spot(NamedTuple):
    """Where in a text a phrase stands, how alike it is, and how many letters it has."""

    start: int
    end: int
    alike: float
    letters: int

    @property
    def weight(self) -> float:
        """Its letters; likeness counts steeply."""
        return self.alike**4 * self.letters

    def holds(self, other: "Spot") -> bool:
        """Whether ``other`` lies inside it and is less."""
        return self.start <= other.start and other.end <= self.end and self.letters > other.letters


@dataclass(frozen=True, slots=True)
class Text:
    """A text as words; ``starts`` are the places after a comma, semicolon, bracket and the like."""

    words: Words
    starts: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Self:
        """The first READ characters of ``text``."""
        words: list[str] = []
        starts = []
        for segment in _BREAK.split(text[:READ]):
            starts.append(len(words))
            words += spelled(segment)
        return cls(tuple(words), frozenset(starts))

    @property
    def letters(self) -> int:
        """How many letters and digits there are."""
        return sum(map(len, self.words))

    def weight(self, spot: Spot) -> float:
        """What a phrase counts for: less where no part of the text begins with it."""
        return spot.weight * (1.0 if spot.start in self.starts else _LATER)

    def part(self, at: int) -> int:
        """How many commas, brackets and words such as "and" come before the word ``at``."""
        return sum(1 for start in self.starts if start <= at) + sum(word in _AND for word in self.words[:at])


_LATER = 0.7
_AND = frozenset(
    ("and", "of", "in", "with", "en", "et", "de", "des", "du", "y", "e", "und", "ve", "w", "va", "wa", "ta")
)


def phrases(text: Text, known: Mapping[Words, Item], longest: int) -> Iterator[tuple[Spot, Item]]:
    """Every phrase of ``text`` that is ``known``; one of two letters counts only where a part of the text begins."""
    for start in range(len(text.words)):
        for end in range(start + 1, min(start + longest, len(text.words)) + 1):
            words = text.words[start:end]
            letters = sum(map(len, words))
            if words in known and (letters > SHORT or start in text.starts):
                yield Spot(start, end, 1.0, letters), known[words]


def windows(text: Text, length: int) -> list[tuple[int, int, Phrase]]:
    """All runs of ``length`` words, with their bounds; the whole text where it is shorter."""
    starts = range(max(1, len(text.words) - length + 1))
    return [(start, start + length, Phrase.of(text.words[start : start + length])) for start in starts]
