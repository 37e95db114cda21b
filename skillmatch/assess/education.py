"""Foreign diplomas to ISCED 2011, EQF/VKS and ISCED-F: each with its certainty and the rule that gave it (D5).

What is said here orients a person and those who help; it decides nothing. Three tables in ``data/education`` carry it:
national titles with their sources, words for a level that several countries share, and fields with their words.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, NoReturn, Self, TypeVar

from anyascii import anyascii

from skillmatch.assess.qualification import Qualification
from skillmatch.errors import TaxonomyError
from skillmatch.index.search import ConceptSearch
from skillmatch.shipped import DATA
from skillmatch.taxonomy.concepts import ConceptId, Kind, SkillType, Taxonomy
from skillmatch.text import Language, normalise

FOLDER = DATA / "education"

ALIKE = 0.8
"""Spellings with this share of letter pairs in common may be one title: 97 % of titles survive a slip of the pen."""

SKELETON_ALIKE = 0.9
"""The same for what is left of a transliteration without vowels, which says less."""

ENOUGH_SOUND = 6
"""Consonants that two spellings must have to be compared by their sound."""

_READ = 300  # characters of a title or field that are looked at: the time is linear in them
_ENOUGH_WRITTEN = 5  # letters that a title must have to be found by likeness
_SHORT = 2  # letters: words like "as" or "be" name a degree only where a title begins


class Isced(IntEnum):
    """ISCED 2011 levels. Never cast one to an EQF level: the numbers differ for 1 to 5 (D5)."""

    EARLY_CHILDHOOD = 0
    PRIMARY = 1
    LOWER_SECONDARY = 2
    UPPER_SECONDARY = 3
    POST_SECONDARY = 4
    SHORT_CYCLE_TERTIARY = 5
    BACHELOR = 6
    MASTER = 7
    DOCTORAL = 8

    @property
    def band(self) -> str:
        """Low, secondary or high: how labour-market figures group levels (D5, Eurostat)."""
        return "low" if self <= 2 else "secondary" if self <= 4 else "high"


class Levels(NamedTuple):
    """Levels from ``low`` to ``high``, both possible; one level where they are equal."""

    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"

    @property
    def single(self) -> int | None:
        """The level, None where several are possible."""
        return self.low if self.low == self.high else None

    def united(self, other: "Levels") -> "Levels":
        """The least range that holds both."""
        return Levels(min(self.low, other.low), max(self.high, other.high))


EQF_OF_ISCED: Mapping[int, Levels] = {
    1: Levels(1, 1), 2: Levels(1, 2), 3: Levels(3, 4), 4: Levels(4, 5),
    5: Levels(5, 5), 6: Levels(6, 6), 7: Levels(7, 7), 8: Levels(8, 8),
}  # fmt: skip
"""Which EQF levels diplomas of an ISCED level mostly have (D5); VKS has the same eight levels. Below ISCED 1: none."""


class Certainty(StrEnum):
    """How sure a finding is, surest last."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    def less(self, steps: int = 1) -> "Certainty":
        """This, ``steps`` less sure, LOW at the least."""
        order = list(Certainty)
        return order[max(0, order.index(self) - steps)]

    @classmethod
    def least(cls, *certainties: "Certainty") -> "Certainty":
        """The least sure of several."""
        return min(certainties, key=list(cls).index)


class Rule(StrEnum):
    """What gave a level."""

    TITLE = "national title"
    SPELLING = "national title, spelled otherwise"
    WORD = "word for a level"
    TOLD = "level as told"
    DURATION = "duration and entry level"
    NOTHING = "nothing to go by"


class Programme(StrEnum):
    """What kind of studies a title ends."""

    GENERAL = "general"
    VOCATIONAL = "vocational"
    HIGHER = "higher"


class Basis(StrEnum):
    """What an EQF level in the table rests on; where it names none, it is read off ISCED."""

    REFERENCED = "referenced"
    """The country's framework is referenced to the EQF."""
    JUDGED = "judged"
    """This project's comparison."""


@dataclass(frozen=True, slots=True)
class NationalTitle:
    """A diploma of one country. ``names`` has the title in its own script first, then every other way to write it.

    ``years`` is how long it takes after ``entry``, the level one must have; ``since`` and ``until`` are the years in
    which it was issued, None where there is no such bound.
    """

    country: str
    names: tuple[str, ...]
    language: Language
    english: str
    programme: Programme
    isced: Levels
    eqf: Levels | None
    basis: Basis | None
    years: float
    entry: Isced
    since: int | None
    until: int | None
    source: str

    @property
    def title(self) -> str:
        """The title in its own language and script."""
        return self.names[0]

    def issued_in(self, year: int) -> bool:
        """Whether a diploma of ``year`` can be this one."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


@dataclass(frozen=True, slots=True)
class LevelWord:
    """A word that names a level in several countries, such as "BSc"."""

    word: str
    isced: Levels
    eqf: Levels


@dataclass(frozen=True, slots=True)
class Field:
    """A detailed field of ISCED-F 2013 and the words one finds it by."""

    code: str
    name_en: str
    name_nl: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LevelFinding:
    """The level a diploma was studied at. ``because`` is for the screener and repeats nothing that was typed.

    ``isced`` and ``eqf`` are None where there is nothing to go by; then ``would_settle`` says what to ask. The Flemish
    framework (VKS) has the EQF's levels, so ``eqf`` is both.
    """

    isced: Levels | None
    isced_certainty: Certainty
    eqf: Levels | None
    eqf_certainty: Certainty
    rule: Rule
    because: str
    titles: tuple[NationalTitle, ...] = ()
    would_settle: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """What the titles found rest on."""
        return tuple(dict.fromkeys(title.source for title in self.titles))


@dataclass(frozen=True, slots=True)
class FieldFinding:
    """A field of study. ``code`` is of ISCED-F 2013, four digits; ``rule`` says how it was found."""

    code: str
    name_en: str
    name_nl: str
    certainty: Certainty
    rule: str

    @property
    def broad(self) -> str:
        """The broad field, two digits."""
        return self.code[:2]

    @property
    def narrow(self) -> str:
        """The narrow field, three digits."""
        return self.code[:3]


# --- spelling ------------------------------------------------------------------------------------------------------

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


class _Phrase(NamedTuple):
    """A phrase as it is compared: by its letters, and by its sound where that is long enough (else None)."""

    letters: int
    written: Counter[str]
    sound: Counter[str] | None


def _phrase(words: Words) -> _Phrase:
    sound = skeleton(words)
    return _Phrase(
        sum(map(len, words)), _pairs(" ".join(words)), _pairs(sound) if _letters(sound) >= ENOUGH_SOUND else None
    )


def _alike(known: _Phrase, given: _Phrase) -> float:
    """How alike two phrases are, 0 if not enough; what only sounds alike counts a tenth less."""
    share = _common(known.written, given.written)
    if share >= ALIKE:
        return share
    share = _common(known.sound, given.sound) if known.sound and given.sound else 0.0
    return 0.9 * share if share >= SKELETON_ALIKE else 0.0


def _letters(text: str) -> int:
    return len(text.replace(" ", ""))


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as words; ``starts`` are the places after a comma, semicolon, bracket and the like."""

    words: Words
    starts: frozenset[int]

    @property
    def letters(self) -> int:
        return sum(map(len, self.words))

    def weight(self, spot: "_Spot") -> float:
        """What a phrase counts for: less where no part of the text begins with it."""
        return spot.weight * (1.0 if spot.start in self.starts else _LATER)

    def part(self, at: int) -> int:
        """How many commas, brackets and words such as "and" come before the word ``at``."""
        return sum(1 for start in self.starts if start <= at) + sum(word in _AND for word in self.words[:at])


_LATER = 0.7
_AND = frozenset(
    ("and", "of", "in", "with", "en", "et", "de", "des", "du", "y", "e", "und", "ve", "w", "va", "wa", "ta")
)


def _text(text: str) -> _Text:
    words: list[str] = []
    starts = []
    for segment in _BREAK.split(text[:_READ]):
        starts.append(len(words))
        words += spelled(segment)
    return _Text(tuple(words), frozenset(starts))


_Item = TypeVar("_Item")
_Kind = TypeVar("_Kind", bound=StrEnum)


class _Spot(NamedTuple):
    """Where in a text a phrase stands, how alike it is, and how many letters it has."""

    start: int
    end: int
    alike: float
    letters: int

    @property
    def weight(self) -> float:
        return self.alike**4 * self.letters

    def holds(self, other: "_Spot") -> bool:
        return self.start <= other.start and other.end <= self.end and self.letters > other.letters


def _phrases(text: _Text, known: Mapping[Words, _Item], longest: int) -> Iterator[tuple[_Spot, _Item]]:
    """Every phrase of ``text`` that is ``known``; one of two letters counts only where a part of the text begins."""
    for start in range(len(text.words)):
        for end in range(start + 1, min(start + longest, len(text.words)) + 1):
            words = text.words[start:end]
            letters = sum(map(len, words))
            if words in known and (letters > _SHORT or start in text.starts):
                yield _Spot(start, end, 1.0, letters), known[words]


def _windows(text: _Text, length: int) -> list[tuple[int, int, _Phrase]]:
    """All runs of ``length`` words, with their bounds; the whole text where it is shorter."""
    starts = range(max(1, len(text.words) - length + 1))
    return [(start, start + length, _phrase(text.words[start : start + length])) for start in starts]


# --- what is known -------------------------------------------------------------------------------------------------


class _Country:
    """The titles of one country by every spelling."""

    def __init__(self, titles: Iterable[NationalTitle]) -> None:
        found: defaultdict[Words, list[NationalTitle]] = defaultdict(list)
        for title in titles:
            for spelling in dict.fromkeys(map(spelled, title.names)):
                found[spelling].append(title)
        self.titles: dict[Words, tuple[NationalTitle, ...]] = {words: tuple(same) for words, same in found.items()}
        self.longest = max(map(len, self.titles), default=0)
        self._by_length: defaultdict[int, list[tuple[_Phrase, tuple[NationalTitle, ...]]]] = defaultdict(list)
        for words, same in self.titles.items():
            if (phrase := _phrase(words)).letters >= _ENOUGH_WRITTEN:
                self._by_length[len(words)].append((phrase, same))

    def exact(self, text: _Text) -> list[tuple[_Spot, tuple[NationalTitle, ...]]]:
        return list(_phrases(text, self.titles, self.longest))

    def alike(self, text: _Text) -> list[tuple[_Spot, tuple[NationalTitle, ...]]]:
        """Titles that some words of ``text`` are nearly spelled like, or sound like."""
        return [
            (_Spot(start, end, share, phrase.letters), titles)
            for length, known in self._by_length.items()
            for start, end, window in _windows(text, length)
            for phrase, titles in known
            if (share := _alike(phrase, window)) > 0
        ]


def _better(word: _Spot, national: _Spot) -> bool:
    """Whether a word for a level says more than a national title: it holds it, or that is only nearly spelled so."""
    return word.holds(national) or (national.alike < 1 and word.weight >= national.weight)


@dataclass(frozen=True)
class Education:
    """What is known of diplomas and fields: the national titles, the words for levels, the fields of ISCED-F."""

    titles: tuple[NationalTitle, ...]
    words: tuple[LevelWord, ...]
    fields: tuple[Field, ...]

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Self:
        """The tables in ``folder``; raises TaxonomyError naming file, row and column."""
        return cls(
            tuple(map(_title, rows(folder / "titles.csv", _TITLE_COLUMNS))),
            tuple(map(_level_word, rows(folder / "words.csv", ("word", "isced", "eqf")))),
            tuple(map(_field, rows(folder / "fields.csv", ("code", "name_en", "name_nl", "words")))),
        )

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries with titles, ISO 3166-1 alpha-2, in alphabetical order."""
        return tuple(sorted({title.country for title in self.titles}))

    @cached_property
    def _countries(self) -> dict[str, _Country]:
        return {
            country: _Country(title for title in self.titles if title.country == country) for country in self.countries
        }

    @cached_property
    def _level_words(self) -> dict[Words, LevelWord]:
        return {spelled(word.word): word for word in reversed(self.words)}

    @cached_property
    def _field_words(self) -> dict[str, tuple["_Pattern", ...]]:
        """The patterns of all fields, by their first two letters."""
        found: defaultdict[str, list[_Pattern]] = defaultdict(list)
        for field in self.fields:
            for pattern in dict.fromkeys(_pattern(word, field) for word in field.words):
                found[pattern.words[0][:2]].append(pattern)
        return {letters: tuple(same) for letters, same in found.items()}

    @cached_property
    def field_names(self) -> dict[str, Field]:
        """The fields by code."""
        return {field.code: field for field in self.fields}

    # --- level -----------------------------------------------------------------------------------------------------

    def level(self, shown: Qualification, entry: Isced | None = None) -> LevelFinding:
        """The level of ``shown``; ``entry`` is what one had to have before the studies, ``shown.years`` how long.

        Tried in this order: the country's own titles, also misspelled or in other letters; words for a level; the level
        as told; duration and entry level, of low certainty. A transliteration may follow the title after a slash.
        """
        return (
            self._by_title(shown)
            or self._as_told(shown)
            or _by_duration(shown.years, entry)
            or LevelFinding(
                None, Certainty.LOW, None, Certainty.LOW, Rule.NOTHING,
                "the title is not in the table and names no level",
                would_settle="how many years the studies took, and what one had to have before them",
            )
        )  # fmt: skip

    def _by_title(self, shown: Qualification) -> LevelFinding | None:
        text = _text(shown.title)
        national, word = self._national(text, shown.country), self._word(text)
        if national and not (word and _better(word[0], national[0])):
            return _of_titles(national[0], national[1], text, shown)
        return _of_word(word[1], Rule.WORD, Certainty.MEDIUM) if word else None

    def _national(self, text: _Text, country: str) -> tuple[_Spot, tuple[NationalTitle, ...]] | None:
        """The titles of the longest phrase, the most alike; several where several share its spelling."""
        titles = self._countries.get(country)
        if titles is None or not text.words:
            return None
        spots = titles.exact(text)
        if max((spot.letters for spot, _ in spots), default=0) < text.letters:
            spots += titles.alike(text)
        return max(spots, key=lambda one: (text.weight(one[0]), -one[0].start), default=None)

    def _word(self, text: _Text) -> tuple[_Spot, LevelWord] | None:
        """The word of the highest level that begins a part of the text, else the longest word anywhere."""
        spots = list(_phrases(text, self._level_words, 5))
        free = [one for one in spots if not any(other[0].holds(one[0]) for other in spots)]
        first = [one for one in free if one[0].start in text.starts]
        if first:
            return max(first, key=lambda one: (one[1].isced, one[0].letters))
        return max(free, key=lambda one: (one[0].letters, one[1].isced), default=None)

    def _as_told(self, shown: Qualification) -> LevelFinding | None:
        word = self._word(_text(shown.level or ""))
        return _of_word(word[1], Rule.TOLD, Certainty.LOW) if word else None

    # --- field -----------------------------------------------------------------------------------------------------

    def study_fields(self, shown: Qualification, meaning: "FieldSearch | None" = None) -> tuple[FieldFinding, ...]:
        """The fields of ``shown``, surest first: by the words of its field, else of its title, else by ``meaning``.

        A general school diploma is a basic programme (0011) first, whatever branch it was of. Without ``meaning`` there
        may be no field.
        """
        found = self._by_words(shown.field or "") or self._by_words(shown.title)
        if self._general(shown):
            found = [(self.field_names["0011"], Certainty.MEDIUM), *((field, Certainty.LOW) for field, _ in found)]
        if found or meaning is None:
            return tuple(
                FieldFinding(field.code, field.name_en, field.name_nl, certainty, "words of the field")
                for field, certainty in found
            )
        codes = meaning.codes(shown.field or shown.title, None if shown.field else shown.language)
        return tuple(FieldFinding(code, *self._names(code), Certainty.LOW, "meaning of the field") for code in codes)

    def _by_words(self, text: str) -> list[tuple[Field, Certainty]]:
        """Fields by their words; what lies inside a longer phrase does not count.

        Words that many fields share ("management") come last, parts of an enumeration in their order, and of two
        neighbours the later one first: "mathematical biology" is biology.
        """
        known = _text(text)
        spots = list(_field_phrases(known, self._field_words))
        free = [one for one in spots if not any(other[0].holds(one[0]) for other in spots)]
        ranked = sorted(free, key=lambda one: (one[1].weak, known.part(one[0].start), -one[0].end, -one[0].letters))
        fields = dict.fromkeys(one.field for _, one in ranked)
        sure = Certainty.HIGH if len(fields) == 1 else Certainty.MEDIUM
        return [(field, sure if place == 0 else sure.less()) for place, field in enumerate(fields)]

    def _general(self, shown: Qualification) -> bool:
        """Whether the diploma is one of a general school; what is told of it counts as well."""
        finding = self.level(shown)
        if finding.titles:
            return all(title.programme is Programme.GENERAL for title in finding.titles)
        return finding.isced is not None and finding.isced.high <= 3 and finding.eqf != Levels(3, 4)

    def _names(self, code: str) -> tuple[str, str]:
        field = self.field_names.get(code)
        return (field.name_en, field.name_nl) if field else (code, code)


# --- findings ------------------------------------------------------------------------------------------------------


def _of_titles(spot: _Spot, titles: Sequence[NationalTitle], text: _Text, shown: Qualification) -> LevelFinding:
    """What one spelling says, which several titles may share: the year and the duration choose between them."""
    fitting, doubts = _fitting(titles, shown)
    isced, eqf, eqf_certainty = _united(fitting)
    certainty = _sure(spot, text)
    if isced.single is None:
        certainty = Certainty.least(certainty, Certainty.MEDIUM)
    certainty = certainty.less(len(doubts))
    return LevelFinding(
        isced=isced,
        isced_certainty=certainty,
        eqf=eqf,
        eqf_certainty=Certainty.least(certainty, eqf_certainty.less(len(doubts))),
        rule=Rule.TITLE if spot.alike == 1 else Rule.SPELLING,
        because="; ".join([" or ".join(dict.fromkeys(title.english for title in fitting)), *doubts]),
        titles=tuple(fitting),
    )


def _sure(spot: _Spot, text: _Text) -> Certainty:
    """High for a title as the table has it, with its field or without; one word of a long title may mean another."""
    if spot.alike < 1:
        return Certainty.MEDIUM if spot.alike >= _NEARLY else Certainty.LOW
    enough = spot.end - spot.start > 1 or 2 * spot.letters >= text.letters
    return Certainty.HIGH if enough and spot.start in text.starts else Certainty.MEDIUM


_NEARLY = 0.85


def _fitting(titles: Sequence[NationalTitle], shown: Qualification) -> tuple[list[NationalTitle], list[str]]:
    """The titles that the year and the duration leave (all, where they leave none), and what speaks against those."""
    fitting, doubts = list(titles), []
    if shown.year is not None:
        issued = [title for title in fitting if title.issued_in(shown.year)]
        doubts += [] if issued else [f"not known to have been issued in {shown.year}"]
        fitting = issued or fitting
    if shown.years is not None:
        nearest = min(abs(title.years - shown.years) for title in fitting)
        doubts += [f"studies of {shown.years:g} years are unusual for it"] if nearest > 1 else []
        fitting = [title for title in fitting if abs(title.years - shown.years) == nearest]
    return fitting, doubts


def _united(titles: Sequence[NationalTitle]) -> tuple[Levels, Levels | None, Certainty]:
    """The levels that all the titles span; the EQF level is as sure as the least sure of them."""
    isced, eqf = titles[0].isced, _eqf(titles[0].isced, titles[0].eqf)
    for title in titles[1:]:
        isced, other = isced.united(title.isced), _eqf(title.isced, title.eqf)
        eqf = eqf.united(other) if eqf and other else eqf or other
    sure = {Basis.REFERENCED: Certainty.HIGH, Basis.JUDGED: Certainty.MEDIUM, None: Certainty.LOW}
    return isced, eqf, Certainty.least(*(sure[title.basis] for title in titles))


def _eqf(isced: Levels, known: Levels | None = None) -> Levels | None:
    """The EQF levels that are known, else those that ISCED's may have; None below primary school."""
    if known is not None:
        return known
    possible = [EQF_OF_ISCED[level] for level in range(isced.low, isced.high + 1) if level in EQF_OF_ISCED]
    return possible[0].united(possible[-1]) if possible else None


def _of_word(word: LevelWord, rule: Rule, certainty: Certainty) -> LevelFinding:
    unsure = certainty if word.isced.single is not None else certainty.less()
    because = f'"{word.word}" names this level in most countries' + (", as told" if rule is Rule.TOLD else "")
    return LevelFinding(word.isced, unsure, word.eqf, certainty.less(), rule, because)


_BY_DURATION: Mapping[int, tuple[tuple[float, Levels], ...]] = {
    0: ((4, Levels(0, 1)), (8, Levels(1, 1)), (11, Levels(2, 2)), (99, Levels(3, 3))),
    1: ((2, Levels(1, 2)), (5, Levels(2, 2)), (99, Levels(3, 3))),
    2: ((2, Levels(2, 3)), (5, Levels(3, 3)), (99, Levels(3, 5))),
    3: ((2, Levels(4, 4)), (3, Levels(5, 5)), (4, Levels(5, 6)), (5, Levels(6, 6)), (99, Levels(6, 7))),
    4: ((1, Levels(4, 4)), (3, Levels(5, 5)), (4, Levels(5, 6)), (5, Levels(6, 6)), (99, Levels(6, 7))),
    5: ((1, Levels(5, 5)), (3, Levels(6, 6)), (99, Levels(6, 7))),
    6: ((1, Levels(6, 6)), (3, Levels(7, 7)), (99, Levels(7, 8))),
    7: ((1, Levels(7, 7)), (3, Levels(7, 8)), (99, Levels(8, 8))),
    8: ((99, Levels(8, 8)),),
}
"""By entry level: years of study below which a programme has these levels (UIS, ISCED 2011: criteria of duration)."""


def _by_duration(years: float | None, entry: Isced | None) -> LevelFinding | None:
    if years is None or entry is None:
        return None
    isced = next(levels for below, levels in _BY_DURATION[entry] if years < below or below == 99)
    because = f"the title is not in the table; {years:g} years of study after ISCED {int(entry)}"
    return LevelFinding(
        isced, Certainty.LOW, _eqf(isced), Certainty.LOW, Rule.DURATION, because,
        would_settle="the title as the diploma has it, in its own letters",
    )  # fmt: skip


# --- fields --------------------------------------------------------------------------------------------------------


class _Pattern(NamedTuple):
    """Words that stand for a field; those with a star may go on, a weak one is shared by many fields."""

    words: Words
    field: Field
    weak: bool

    @property
    def letters(self) -> int:
        return sum(len(word.removesuffix("*")) for word in self.words)

    def fits(self, words: Words) -> bool:
        return len(self.words) == len(words) and all(
            word.startswith(part[:-1]) if part.endswith("*") else word == part
            for part, word in zip(self.words, words, strict=True)
        )


def _pattern(word: str, field: Field) -> _Pattern:
    parts = ((spelled(part), "*" if part.endswith("*") else "") for part in word.removeprefix("~").split())
    words = tuple(one for latin, star in parts for one in (*latin[:-1], *(last + star for last in latin[-1:])))
    return _Pattern(words, field, word.startswith("~"))


def _field_phrases(text: _Text, known: Mapping[str, Sequence[_Pattern]]) -> Iterator[tuple[_Spot, _Pattern]]:
    """The patterns that fit somewhere; one of two letters counts only where a part of the text begins."""
    for start, word in enumerate(text.words):
        for pattern in known.get(word[:2], ()):
            end = start + len(pattern.words)
            if pattern.fits(text.words[start:end]) and (pattern.letters > _SHORT or start in text.starts):
                yield _Spot(start, end, 1.0, pattern.letters), pattern


_ISCED_F = "/isced-f/"


class FieldSearch:
    """Fields by meaning: the knowledge nearest to a text votes for the fields that ESCO puts it under."""

    def __init__(self, search: ConceptSearch) -> None:
        self._search = search
        self._codes = _with_field(search.taxonomy)

    def codes(self, text: str, language: Language | None = None, k: int = 2) -> list[str]:
        """The ``k`` detailed fields with most votes; none where the release does not link knowledge to fields."""
        if not self._codes:
            return []
        (hits,) = self._search.find([text], Kind.SKILL, _VOTERS, language=language, only=self._codes.keys())
        votes: defaultdict[str, float] = defaultdict(float)
        for hit in hits:
            for code in self._codes[hit.concept]:
                votes[code] += hit.score**_STEEP / len(self._codes[hit.concept])
        return sorted(votes, key=lambda code: (-votes[code], code))[:k]


_VOTERS = 12
_STEEP = 4  # the nearest knowledge says most


def _with_field(taxonomy: Taxonomy) -> dict[ConceptId, tuple[str, ...]]:
    """ESCO's knowledge with the detailed fields it stands under; empty where a release does not tell."""
    numbers = [n for n in taxonomy.of_kind(Kind.SKILL).tolist() if taxonomy.skill_types[n] == SkillType.KNOWLEDGE]
    found = ((taxonomy.ids[number], _fields_above(taxonomy, number)) for number in numbers)
    return {concept: codes for concept, codes in found if codes}


def _fields_above(taxonomy: Taxonomy, number: int) -> tuple[str, ...]:
    """The nearest fields above a concept; ESCO nests knowledge a few deep before it comes to ISCED-F."""
    level = [number]
    for _ in range(6):
        level = list(dict.fromkeys(int(above) for below in level for above in taxonomy.broader.from_(below)))
        codes = [taxonomy.ids[above].rpartition(_ISCED_F)[2] for above in level if _ISCED_F in taxonomy.ids[above]]
        if codes:
            return tuple(code.ljust(4, "0") for code in codes)
    return ()


# --- files ---------------------------------------------------------------------------------------------------------

_TITLE_COLUMNS = (
    "country", "title", "language", "transliteration", "other_names", "english", "programme", "isced", "eqf",
    "eqf_basis", "years", "entry", "since", "until", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table by column name; ``number`` is the 1-based line it ends on."""

    file: str
    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """What the cell says; raises TaxonomyError where it is empty."""
        return self.cells[column].strip() or self.fail(column, "is empty")

    def parts(self, column: str) -> tuple[str, ...]:
        """What stands between the bars of a cell."""
        return tuple(part.strip() for part in self.cells[column].split("|") if part.strip())

    def one_of(self, column: str, kind: type[_Kind]) -> _Kind:
        """A value of an enumeration; raises TaxonomyError for any other word."""
        try:
            return kind(self.text(column))
        except ValueError:
            return self.fail(column, f"should be one of {', '.join(kind)}")

    def matching(self, column: str, pattern: str) -> str:
        """A cell of a certain form; raises TaxonomyError."""
        text = self.text(column)
        return text if re.fullmatch(pattern, text) else self.fail(column, f"should match {pattern}")

    def number_of(self, column: str) -> int | None:
        """A whole number, None where the cell is empty."""
        return int(self.matching(column, r"[0-9]+")) if self.cells[column].strip() else None

    def levels(self, column: str) -> Levels:
        """A level such as 6, or a range such as 5-6."""
        low, _, high = self.matching(column, r"[0-8](-[0-8])?").partition("-")
        levels = Levels(int(low), int(high or low))
        return levels if levels.low <= levels.high else self.fail(column, "runs downwards")

    def fail(self, column: str, message: str) -> NoReturn:
        """Raise TaxonomyError for a cell."""
        raise TaxonomyError(message, file=self.file, row=self.number, column=column)


def rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a table that has ``columns``; raises TaxonomyError naming file, row and column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines, [])
            for column in columns:
                if column not in header:
                    raise TaxonomyError("is missing", file=path.name, row=1, column=column)
            for cells in filter(None, lines):
                if len(cells) != len(header):
                    raise TaxonomyError(
                        f"has {len(cells)} cells, not {len(header)}", file=path.name, row=lines.line_num
                    )
                yield Row(path.name, lines.line_num, dict(zip(header, cells, strict=True)))
    except OSError as error:
        raise TaxonomyError(f"cannot be read: {error.strerror}", file=path.name) from None
    except UnicodeDecodeError:
        raise TaxonomyError("is not UTF-8 text", file=path.name) from None
    except csv.Error as error:
        raise TaxonomyError(f"is not valid CSV: {error}", file=path.name) from None


def _title(row: Row) -> NationalTitle:
    """A row of titles.csv; an EQF level and what it rests on come together."""
    if bool(row.cells["eqf"]) != bool(row.cells["eqf_basis"]):
        row.fail("eqf_basis", "comes with an EQF level, and only with one")
    known = bool(row.cells["eqf"])
    names = (row.text("title"), *row.parts("transliteration"), *row.parts("other_names"))
    return NationalTitle(
        country=row.matching("country", "[A-Z]{2}"),
        names=tuple(name for name in names if spelled(name)),
        language=Language(row.matching("language", "[a-z]{2}")),
        english=row.text("english"),
        programme=row.one_of("programme", Programme),
        isced=row.levels("isced"),
        eqf=row.levels("eqf") if known else None,
        basis=row.one_of("eqf_basis", Basis) if known else None,
        years=float(row.matching("years", r"[0-9]+(\.[0-9]+)?")),
        entry=Isced(int(row.matching("entry", "[0-8]"))),
        since=row.number_of("since"),
        until=row.number_of("until"),
        source=row.text("source"),
    )


def _level_word(row: Row) -> LevelWord:
    return LevelWord(row.text("word"), row.levels("isced"), row.levels("eqf"))


def _field(row: Row) -> Field:
    return Field(row.matching("code", "[0-9]{4}"), row.text("name_en"), row.text("name_nl"), row.parts("words"))
