"""For a coordinator: mentors of the sector with a shared language (DUO-05, DUO-06)."""

from collections.abc import Sequence
from dataclasses import dataclass

from skillmatch.assess.profile import Profile
from skillmatch.index.search import ConceptSearch
from skillmatch.match.mentors import rank_mentors
from skillmatch.match.nearness import Nearness
from skillmatch.match.offers import Mentor, Ranking
from skillmatch.service.casefile import MentorRow, spoken
from skillmatch.taxonomy.concepts import ConceptId, Kind


@dataclass(frozen=True, slots=True)
class Mentoring:
    """The use cases of a coordinator."""

    search: ConceptSearch
    near: Nearness

    def mentors(
        self, profile: Profile, interests: Sequence[str], rows: Sequence[MentorRow], *, k: int
    ) -> Ranking[Mentor]:
        """The mentors nearest to ``interests`` (titles or URIs; none: the occupations of the profile)."""
        wanted = self._occupations(interests) or self._done(profile)
        mentors = [_mentor(row, tuple(self._occupations(row.occupations))) for row in rows]
        return rank_mentors(profile, wanted, mentors, self.near, k)

    def _done(self, profile: Profile) -> list[ConceptId]:
        """The occupations that the profile claims, strongest first."""
        taxonomy = self.search.taxonomy
        done = [claim for claim in profile.claims if taxonomy.kind(claim.concept) is Kind.OCCUPATION and claim.strength]
        return [claim.concept for claim in sorted(done, key=lambda claim: (-claim.strength, claim.concept))]

    def _occupations(self, titles: Sequence[str]) -> list[ConceptId]:
        """The nearest occupation of each title that has one, each once; a URI of this release stands for itself."""
        numbers = self.search.taxonomy.numbers
        words = [title for title in titles if ConceptId(title) not in numbers]
        nearest = dict(zip(words, self.search.find(words, Kind.OCCUPATION, 1), strict=True))
        found = [nearest[title][0].concept if nearest.get(title) else ConceptId(title) for title in titles]
        return [concept for concept in dict.fromkeys(found) if concept in numbers]


def _mentor(row: MentorRow, occupations: tuple[ConceptId, ...]) -> Mentor:
    return Mentor(
        id=row.id,
        name=row.name,
        languages=spoken(row.languages),
        occupations=occupations,
        hours_per_week=row.hours_per_week,
        available_from=row.available_from,
        trained=row.trained,
    )
