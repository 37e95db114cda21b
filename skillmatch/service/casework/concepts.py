"""Concepts of the installed ESCO: which URIs are taken, and how a concept is shown."""

from collections.abc import Sequence

from skillmatch.errors import InvalidInput
from skillmatch.taxonomy.concepts import DUTCH, ENGLISH, ConceptId, Kind, Taxonomy
from skillmatch.text import Language


def known(taxonomy: Taxonomy, uri: str | None, *kinds: Kind) -> ConceptId | None:
    """``uri`` as a concept; None where the installed ESCO has none of that name and of one of these kinds."""
    concept = ConceptId(uri or "")
    return concept if concept in taxonomy.numbers and taxonomy.kind(concept) in kinds else None


def required(taxonomy: Taxonomy, uri: str, *kinds: Kind, field: str) -> ConceptId:
    """:func:`known`; raises InvalidInput naming ``field``."""
    concept = known(taxonomy, uri, *kinds)
    if concept is None:
        asked = " or ".join(kind.name.lower() for kind in kinds)
        raise InvalidInput(f"should be the URI of a concept of ESCO {taxonomy.release.version}: {asked}", field=field)
    return concept


def label_languages(language: str | None) -> Sequence[Language]:
    """In which languages labels are shown: that which was asked for, else Dutch, else English."""
    return (*(() if language is None else (Language(language),)), DUTCH, ENGLISH)


def label(taxonomy: Taxonomy, uri: str | None, language: str | None = None) -> str | None:
    """The label of a concept; None where the installed ESCO does not have it, or not any more."""
    concept = ConceptId(uri or "")
    return taxonomy.label(concept, label_languages(language)) if concept in taxonomy.numbers else None


def named(taxonomy: Taxonomy, uri: str, language: str | None = None) -> dict[str, object]:
    """A concept with label and kind, which are absent where the installed ESCO does not have it any more."""
    concept, shown = ConceptId(uri), label(taxonomy, uri, language)
    return {"label": shown, "kind": taxonomy.kind(concept).name.lower()} if shown is not None else {}
