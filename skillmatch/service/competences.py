"""What a test was of: an ESCO URI, or words that are linked to the nearest skill."""

from collections.abc import Sequence
from typing import NamedTuple

from skillmatch.errors import InvalidInput
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.taxonomy.concepts import ConceptId, Kind


class Competence(NamedTuple):
    """A skill; ``hit`` says how it was found where it was given in words."""

    concept: ConceptId
    hit: Hit | None = None

    @property
    def guessed(self) -> bool:
        """Whether a run chose it: words that are no name of the skill."""
        return self.hit is not None and not self.hit.exact


def competences(names: Sequence[str], search: ConceptSearch, *, field: str) -> list[Competence]:
    """The skill that each of ``names`` is or is nearest to, all in one batch.

    Raises InvalidInput naming ``field`` where words say nothing, and where a URI is no skill of the installed ESCO.
    """
    known = search.taxonomy.numbers
    words = list(dict.fromkeys(name for name in names if ConceptId(name) not in known))
    if any(word.startswith(("http://", "https://")) for word in words):
        raise InvalidInput(f"is no concept of ESCO {search.taxonomy.release.version}", field=field)
    linked = dict(zip(words, search.find(words, Kind.SKILL, 1), strict=True))
    return [_competence(name, linked.get(name), search, field) for name in names]


def _competence(name: str, hits: Sequence[Hit] | None, search: ConceptSearch, field: str) -> Competence:
    if hits:
        return Competence(hits[0].concept, hits[0])
    if hits is not None or search.taxonomy.kind(ConceptId(name)) is not Kind.SKILL:
        raise InvalidInput("names no skill: give words or the ESCO URI of one", field=field)
    return Competence(ConceptId(name))
