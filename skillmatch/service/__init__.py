"""Use cases, one module a persona. :meth:`Service.open` is the only wiring."""

from dataclasses import dataclass

from skillmatch.config import Settings
from skillmatch.match.nearness import Nearness
from skillmatch.service.mentoring import Mentoring
from skillmatch.service.screening import Screening
from skillmatch.service.setup import Progress, Say, load_taxonomy, open_search
from skillmatch.service.vacancies import Vacancies
from skillmatch.taxonomy.concepts import Taxonomy
from skillmatch.taxonomy.shortage import by_occupation, read_shortages


@dataclass(frozen=True, slots=True)
class Service:
    """What an edge talks to."""

    taxonomy: Taxonomy
    screening: Screening
    vacancies: Vacancies
    mentoring: Mentoring

    @classmethod
    def open(cls, settings: Settings, *, say: Say, progress: Progress) -> "Service":
        """Everything wired for ``settings``; rebuilds an index that is missing or damaged. Raises TaxonomyError."""
        taxonomy = load_taxonomy(settings)
        search = open_search(settings, taxonomy, say=say, progress=progress)
        near = Nearness(taxonomy, search.concept_vectors)
        shortages = by_occupation(read_shortages(settings.data / "shortage" / "vdab_2026.csv"))
        return cls(
            taxonomy=taxonomy,
            screening=Screening(search),
            vacancies=Vacancies(search, near, shortages),
            mentoring=Mentoring(search, near),
        )
