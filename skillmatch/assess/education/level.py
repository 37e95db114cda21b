"""The level of a diploma: by its national title, a word for a level, what was told, or how long the studies took."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, chain, pairwise

from skillmatch.assess.education.levels import Certainty, Isced, Levels, eqf_of
from skillmatch.assess.education.spelling import (
    ALIKE,
    LINKING,
    READ,
    Phrase,
    Spot,
    Text,
    Words,
    phrases,
    spelled,
    windows,
)
from skillmatch.assess.education.tables import Basis, LevelWord, NationalTitle, Programme
from skillmatch.assess.qualification import Qualification

_LONGEST = 5  # words of a word for a level
_OPEN = "the whole title, or how many years the studies took"
_TELLING = 2  # levels between which a range still says something
_ENOUGH_WRITTEN = 5  # letters that a title must have to be found by likeness
_NEARLY = 0.85  # the likeness from which on one is fairly sure of a spelling


class Rule(StrEnum):
    """What gave a level."""

    TITLE = "national title"
    SPELLING = "national title, spelled otherwise"
    WORD = "word for a level"
    TOLD = "level as told"
    DURATION = "duration and entry level"
    NOTHING = "nothing to go by"


@dataclass(frozen=True, slots=True)
class LevelFinding:
    """The level a diploma was studied at. ``because`` is for the screener and repeats nothing that was typed.

    ``isced`` and ``eqf`` are None where there is nothing to go by. ``would_settle`` says what to ask, there and where
    several levels are possible. The Flemish framework (VKS) has the EQF's levels, so ``eqf`` is both.
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
    def general(self) -> bool:
        """Whether the diploma is one of a general school; what was told of its level counts as well."""
        if self.titles:
            return all(title.programme is Programme.GENERAL for title in self.titles)
        return self.isced is not None and self.isced.high <= 3 and self.eqf != Levels(3, 4)

    @property
    def sources(self) -> tuple[str, ...]:
        """What the titles found rest on."""
        return tuple(dict.fromkeys(title.source for title in self.titles))


class LevelFinder:
    """Levels by the national titles and by the words that several countries share."""

    def __init__(self, titles: Iterable[NationalTitle], words: Sequence[LevelWord]) -> None:
        by_country: defaultdict[str, list[NationalTitle]] = defaultdict(list)
        for title in titles:
            by_country[title.country].append(title)
        self._countries = {country: _Country(theirs) for country, theirs in by_country.items()}
        self._words = {spelled(word.word): word for word in reversed(words)}

    def find(self, shown: Qualification, entry: Isced | None) -> LevelFinding:
        """The level of ``shown``, tried in the order that Education.level tells."""
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

    def subjects(self, shown: Qualification) -> tuple[str, str]:
        """The title without the words for its level, and without the names of national titles too: "droit" of both
        for "Licence en droit". Either may be empty."""
        tokens = shown.title[:READ].split()
        text = Text(tuple(chain.from_iterable(map(spelled, tokens))), frozenset({0}))
        words = [spot for spot, _ in phrases(text, self._words, _LONGEST)]
        country = self._countries.get(shown.country)
        titles = [spot for spot, _ in country.exact(text)] if country else []
        return _without(tokens, words), _without(tokens, [*words, *titles])

    def _by_title(self, shown: Qualification) -> LevelFinding | None:
        text = Text.of(shown.title)
        national, word = self._national(text, shown.country), self._word(text)
        if national and not (word and _better(word[0], national[0])):
            return _of_titles(national[0], national[1], text, shown)
        return _of_word(word[1], Rule.WORD, Certainty.MEDIUM) if word else None

    def _national(self, text: Text, country: str) -> tuple[Spot, tuple[NationalTitle, ...]] | None:
        """The titles of the longest phrase, the most alike; several where several share its spelling."""
        titles = self._countries.get(country)
        if titles is None or not text.words:
            return None
        spots = titles.exact(text)
        if max((spot.letters for spot, _ in spots), default=0) < text.letters:
            spots += titles.begun(text) or titles.alike(text)
        return max(spots, key=lambda one: (text.weight(one[0]), -one[0].start), default=None)

    def _word(self, text: Text) -> tuple[Spot, LevelWord] | None:
        """The word of the highest level that begins a part of the text, else the longest word anywhere."""
        spots = list(phrases(text, self._words, _LONGEST))
        free = [one for one in spots if not any(other[0].holds(one[0]) for other in spots)]
        first = [one for one in free if one[0].start in text.starts]
        if first:
            return max(first, key=lambda one: (one[1].isced, one[0].letters))
        return max(free, key=lambda one: (one[0].letters, one[1].isced), default=None)

    def _as_told(self, shown: Qualification) -> LevelFinding | None:
        word = self._word(Text.of(shown.level or ""))
        return _of_word(word[1], Rule.TOLD, Certainty.LOW) if word else None


def _without(tokens: Sequence[str], spots: Iterable[Spot]) -> str:
    """What is left of a title's words, from the first to the last that says something."""
    named = {place for spot in spots for place in range(spot.start, spot.end)}
    words = [spelled(token) for token in tokens]
    bounds = pairwise(accumulate(map(len, words), initial=0))
    left = [place for place, (start, end) in enumerate(bounds) if named.isdisjoint(range(start, end))]
    saying = [place for place in left if not LINKING.issuperset(words[place])]
    return " ".join(tokens[place] for place in left if saying and saying[0] <= place <= saying[-1])


class _Country:
    """The titles of one country by every spelling."""

    def __init__(self, titles: Iterable[NationalTitle]) -> None:
        found: defaultdict[Words, list[NationalTitle]] = defaultdict(list)
        for title in titles:
            for spelling in dict.fromkeys(map(spelled, title.names)):
                found[spelling].append(title)
        self.titles: dict[Words, tuple[NationalTitle, ...]] = {words: tuple(same) for words, same in found.items()}
        self.longest = max(map(len, self.titles), default=0)
        self._by_length: defaultdict[int, list[tuple[Phrase, tuple[NationalTitle, ...]]]] = defaultdict(list)
        for words, same in self.titles.items():
            if (phrase := Phrase.of(words)).letters >= _ENOUGH_WRITTEN:
                self._by_length[len(words)].append((phrase, same))

    def exact(self, text: Text) -> list[tuple[Spot, tuple[NationalTitle, ...]]]:
        return list(phrases(text, self.titles, self.longest))

    def begun(self, text: Text) -> list[tuple[Spot, tuple[NationalTitle, ...]]]:
        """The titles of several levels that all begin with ``text``: which of them it is one has to ask.

        None where there are fewer than two, or so many that they say little.
        """
        length = len(text.words)
        longer = {title: None for words, same in self.titles.items() if words[:length] == text.words for title in same}
        levels = {title.isced for title in longer}
        if len(levels) < 2 or max(one.high for one in levels) - min(one.low for one in levels) > _TELLING:
            return []
        return [(Spot(0, length, ALIKE, text.letters), tuple(longer))]

    def alike(self, text: Text) -> list[tuple[Spot, tuple[NationalTitle, ...]]]:
        """Titles that some words of ``text`` are nearly spelled like, or sound like."""
        return [
            (Spot(start, end, share, phrase.letters), titles)
            for length, known in self._by_length.items()
            for start, end, window in windows(text, length)
            for phrase, titles in known
            if (share := phrase.likeness(window)) > 0
        ]


def _better(word: Spot, national: Spot) -> bool:
    """Whether a word for a level says more than a national title: it holds it, or that is only nearly spelled so."""
    return word.holds(national) or (national.alike < 1 and word.weight >= national.weight)


def _of_titles(spot: Spot, titles: Sequence[NationalTitle], text: Text, shown: Qualification) -> LevelFinding:
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
        would_settle=_OPEN if isced.single is None and shown.years is None else None,
    )


def _sure(spot: Spot, text: Text) -> Certainty:
    """High for a title as the table has it, with its field or without; one word of a long title may mean another."""
    if spot.alike < 1:
        return Certainty.MEDIUM if spot.alike >= _NEARLY else Certainty.LOW
    enough = spot.end - spot.start > 1 or 2 * spot.letters >= text.letters
    return Certainty.HIGH if enough and spot.start in text.starts else Certainty.MEDIUM


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
    isced, eqf = titles[0].isced, eqf_of(titles[0].isced, titles[0].eqf)
    for title in titles[1:]:
        isced, other = isced.united(title.isced), eqf_of(title.isced, title.eqf)
        eqf = eqf.united(other) if eqf and other else eqf or other
    sure = {Basis.REFERENCED: Certainty.HIGH, Basis.JUDGED: Certainty.MEDIUM, None: Certainty.LOW}
    return isced, eqf, Certainty.least(*(sure[title.basis] for title in titles))


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
        isced, Certainty.LOW, eqf_of(isced), Certainty.LOW, Rule.DURATION, because,
        would_settle="the title as the diploma has it, in its own letters",
    )  # fmt: skip
