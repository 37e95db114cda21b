"""For a screener: a person's words into ESCO, notes and papers into a profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Annotated

from skillmatch.assess.attest import Attested
from skillmatch.assess.education import Education
from skillmatch.assess.education.fields import FieldSearch
from skillmatch.assess.extract import Extraction, extract_all
from skillmatch.assess.profile import Evidence, Note, Profile
from skillmatch.assess.qualification import Qualification
from skillmatch.assess.screening import Assessment, Mode, Place, Result, Tested, with_assessments
from skillmatch.assess.titles import link_titles
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.service.casefile import AssessmentRow, ProfileRow, QualificationRow, spoken
from skillmatch.service.competences import competences
from skillmatch.service.lines import LanguageCode, Record
from skillmatch.taxonomy.concepts import ConceptId, Kind
from skillmatch.text import Language


class Query(Record):
    """One line of ``skillmatch link`` and ``skillmatch extract``."""

    id: str | int
    text: str
    lang: Annotated[str, LanguageCode] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one person, and what was found in each note, by the note's id."""

    profile: Profile
    extractions: Mapping[str, Extraction]


@dataclass(frozen=True, slots=True)
class Screening:
    """The use cases of a screener."""

    search: ConceptSearch

    def link(
        self, queries: Sequence[Query], kind: Kind, *, k: int, language: Language | None = None
    ) -> list[list[Hit]]:
        """The ``k`` nearest concepts of each query, best first; a query's own ``lang`` wins over ``language``.

        A title that is as wide as an ISCO group may be answered by one, among occupations.
        """
        languages = [Language(query.lang) if query.lang else language for query in queries]
        texts = [query.text for query in queries]
        if kind == Kind.OCCUPATION:
            return link_titles(texts, self.search, k, languages=languages)
        return self.search.find(texts, kind, k, language=languages)

    def extract(self, queries: Sequence[Query], *, k: int, language: Language | None = None) -> list[Extraction]:
        """The skills and occupations in each text; a query's own ``lang`` wins, else it is detected."""
        notes = [
            Note(id=str(query.id), text=query.text, language=Language(query.lang) if query.lang else language)
            for query in queries
        ]
        return extract_all(notes, self.search, k=k)

    def case(self, notes: Sequence[Note], row: ProfileRow) -> Case:
        """Everything about a person in one profile: notes give suggestions, diplomas evidence, passed tests confirm."""
        extractions = {note.id: found for note, found in zip(notes, extract_all(notes, self.search), strict=True)}
        said = chain.from_iterable((*found.skills, *found.occupations) for found in extractions.values())
        profile = _facts(row).with_suggestions(said).with_suggestions(self._shown(row.qualifications))
        return Case(with_assessments(profile, self._assessments(row.assessments)), extractions)

    def _shown(self, rows: Sequence[QualificationRow]) -> tuple[Evidence, ...]:
        """What the diplomas of ``rows`` attest."""
        if not rows:
            return ()
        education, meaning = Education.read(), FieldSearch(self.search)
        placed = [education.place(_qualification(row), meaning=meaning) for row in rows]
        return Attested(self.search).evidence(placed)

    def _assessments(self, rows: Sequence[AssessmentRow]) -> list[Assessment]:
        """The tests of ``rows``; a competence in words is linked to the nearest skill."""
        tested = competences([row.competence for row in rows], self.search, field="assessments.competence")
        return [_assessment(row, competence.concept) for row, competence in zip(rows, tested, strict=True)]


def _facts(row: ProfileRow) -> Profile:
    return Profile(
        languages=spoken(row.languages),
        labour_access=row.labour_access,
        licences=_asked(row.licences),
        regions=_asked(row.regions),
        schedules=_asked(row.schedules),
    )


def _asked(names: Sequence[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _qualification(row: QualificationRow) -> Qualification:
    return Qualification(
        title=row.title, country=row.country, field=row.field, level=row.level, year=row.year, years=row.years
    )


def _assessment(row: AssessmentRow, competence: ConceptId) -> Assessment:
    return Assessment(
        competence=competence,
        kind=Tested(row.kind),
        place=Place(row.place),
        mode=Mode(row.mode),
        result=Result(row.result),
        on=row.on,
        interpreter_language=Language(row.interpreter_language) if row.interpreter_language else None,
        language=Language(row.language) if row.language else None,
        level=row.level,
    )
