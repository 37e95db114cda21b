"""For a screener: a person's words into ESCO."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from skillmatch.assess.extract import Extraction, extract_all
from skillmatch.assess.profile import Note
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.service.lines import LanguageCode, Record
from skillmatch.taxonomy.concepts import Kind
from skillmatch.text import Language


class Query(Record):
    """One line of ``skillmatch link`` and ``skillmatch extract``."""

    id: str | int
    text: str
    lang: Annotated[str, LanguageCode] | None = None


@dataclass(frozen=True, slots=True)
class Screening:
    """The use cases of a screener."""

    search: ConceptSearch

    def link(
        self, queries: Sequence[Query], kind: Kind, *, k: int, language: Language | None = None
    ) -> list[list[Hit]]:
        """The ``k`` nearest concepts of each query, best first; a query's own ``lang`` wins over ``language``."""
        languages = [Language(query.lang) if query.lang else language for query in queries]
        return self.search.find([query.text for query in queries], kind, k, language=languages)

    def extract(self, queries: Iterable[Query], *, k: int, language: Language | None = None) -> list[Extraction]:
        """The skills and occupations in each text; a query's own ``lang`` wins, else it is detected."""
        notes = [
            Note(id=str(query.id), text=query.text, language=Language(query.lang) if query.lang else language)
            for query in queries
        ]
        return extract_all(notes, self.search, k=k)
