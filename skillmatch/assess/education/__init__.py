"""Foreign diplomas to ISCED 2011, EQF/VKS and ISCED-F: each with its certainty and the rule that gave it (D5).

What is said here orients a person and those who help; it decides nothing. Three tables in ``data/education`` carry it:
national titles with their sources, words for a level that several countries share, and fields with their words.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

from skillmatch.assess.education.fields import FieldFinder, FieldFinding, FieldSearch
from skillmatch.assess.education.level import LevelFinder, LevelFinding
from skillmatch.assess.education.levels import Isced
from skillmatch.assess.education.tables import (
    FOLDER,
    Field,
    LevelWord,
    NationalTitle,
    read_fields,
    read_level_words,
    read_titles,
)
from skillmatch.assess.qualification import Qualification


@dataclass(frozen=True, slots=True)
class Placed:
    """A diploma with the level and the fields found for it. ``subject`` is what its title says it was in, maybe ''."""

    shown: Qualification
    level: LevelFinding
    fields: tuple[FieldFinding, ...]
    subject: str


@dataclass(frozen=True)
class Education:
    """What is known of diplomas and fields: the national titles, the words for levels, the fields of ISCED-F."""

    titles: tuple[NationalTitle, ...]
    words: tuple[LevelWord, ...]
    fields: tuple[Field, ...]

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Self:
        """The tables in ``folder``; raises TaxonomyError naming file, row and column."""
        return cls(read_titles(folder), read_level_words(folder), read_fields(folder))

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries with titles, ISO 3166-1 alpha-2, in alphabetical order."""
        return tuple(sorted({title.country for title in self.titles}))

    def level(self, shown: Qualification, entry: Isced | None = None) -> LevelFinding:
        """The level of ``shown``; ``entry`` is what one had to have before the studies, ``shown.years`` how long.

        Tried in this order: the country's own titles, also misspelled or in other letters; words for a level; the level
        as told; duration and entry level, of low certainty. A transliteration may follow the title after a slash.
        """
        return self._levels.find(shown, entry)

    def study_fields(self, shown: Qualification, meaning: FieldSearch | None = None) -> tuple[FieldFinding, ...]:
        """The fields of ``shown``, surest first: by the words of its field, else of its title, else by ``meaning``.

        A general school diploma is a basic programme (0011) first, whatever branch it was of. Without ``meaning`` there
        may be no field.
        """
        return self._fields.find(shown, meaning, general=self.level(shown).general)

    def place(
        self,
        shown: Qualification,
        *,
        entry: Isced | None = None,
        transliteration: str | None = None,
        meaning: FieldSearch | None = None,
    ) -> Placed:
        """All that is found of a diploma; ``transliteration`` is another way to write its title."""
        named = replace(shown, title=f"{shown.title} / {transliteration}") if transliteration else shown
        fields = self.study_fields(named, meaning)
        return Placed(shown, self.level(named, entry), fields, self._subject(shown))

    def _subject(self, shown: Qualification) -> str:
        """The least of the title that names the same fields as all of it: a national title may name one itself."""
        without_words, without_titles = self._levels.subjects(shown)
        wanted = self._fields.by_words(shown.title)
        said = (without_titles, without_words, shown.title)
        return next(text for text in said if self._fields.by_words(text) == wanted)

    @cached_property
    def _levels(self) -> LevelFinder:
        return LevelFinder(self.titles, self.words)

    @cached_property
    def _fields(self) -> FieldFinder:
        return FieldFinder(self.fields)
