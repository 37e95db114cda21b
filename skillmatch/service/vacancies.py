"""For a screener and a jobseeker: which vacancies fit, why, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skillmatch.assess.profile import Profile
from skillmatch.index.search import ConceptSearch
from skillmatch.match.nearness import Nearness
from skillmatch.match.offers import Posting, Ranking, Vacancy
from skillmatch.match.rank import rank_vacancies
from skillmatch.match.reading import read_vacancies
from skillmatch.service.casefile import VacancyRow, spoken
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language


@dataclass(frozen=True, slots=True)
class Vacancies:
    """The use cases around vacancies."""

    search: ConceptSearch
    near: Nearness
    shortages: Mapping[ConceptId, str]

    def matches(self, profile: Profile, rows: Sequence[VacancyRow], *, k: int) -> Ranking[Vacancy]:
        """Read ``rows`` into ESCO and rank them for ``profile``."""
        postings = [_posting(row) for row in rows]
        vacancies = read_vacancies(postings, self.search, self.search.taxonomy, self.shortages)
        return rank_vacancies(profile, vacancies, self.near, k)


def _posting(row: VacancyRow) -> Posting:
    return Posting(
        id=row.id,
        title=row.title,
        text=row.text,
        language=Language(row.language) if row.language else None,
        languages=spoken(row.languages),
        licences=frozenset(row.licences),
        region=row.region,
        schedule=frozenset(row.schedule),
        employer=row.employer,
        occupation=ConceptId(row.occupation) if row.occupation else None,
        skills=tuple(ConceptId(skill) for skill in row.skills),
    )
