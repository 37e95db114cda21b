"""An installation: which ESCO it has, and the index built from it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from skillmatch.config import Settings
from skillmatch.encode import Encoder, open_encoder
from skillmatch.errors import IndexMismatch, TaxonomyError
from skillmatch.index.estimate import estimate_relations
from skillmatch.index.relations import RELATIONS, Relations
from skillmatch.index.search import ConceptSearch
from skillmatch.taxonomy import release
from skillmatch.taxonomy.concepts import ENGLISH, Taxonomy
from skillmatch.taxonomy.esco import LANGUAGES
from skillmatch.taxonomy.install import DEFAULT_VERSION, obtain
from skillmatch.taxonomy.labels import with_unofficial
from skillmatch.text import Language

Say = Callable[[str], None]
"""Tells the user one line."""

Progress = Callable[[str, int, int], None]
"""Shows how far a named task is: task, done, total."""


def install_esco(
    settings: Settings,
    *,
    paths: Sequence[Path] = (),
    version: str = DEFAULT_VERSION,
    languages: Sequence[Language] | None = None,
    say: Say,
    progress: Progress,
) -> Taxonomy:
    """Get ESCO from ``paths``, the official download or the starter, store it and index it.

    ``languages`` may name some that ESCO does not have: labels of our own are then added to its English ones. A
    failure leaves the release that was installed before in place. Raises TaxonomyError, also for a language that
    nobody has.
    """
    labels = settings.data / "esco" / "labels"
    if nobody := sorted(set(languages or ()) - LANGUAGES - {path.stem for path in labels.glob("??.csv")}):
        raise TaxonomyError(f"no labels in {', '.join(nobody)}")
    taxonomy = obtain(
        paths=tuple(paths) or settings.esco_paths,
        version=version,
        languages=None if languages is None else [code for code in languages if code in LANGUAGES] or [ENGLISH],
        downloads=settings.downloads,
        portal=settings.portal,
        corrections=settings.data / "esco" / "starter_labels.csv",
        say=say,
        progress=lambda done, total: progress("download", done, total),
    )
    taxonomy = with_unofficial(taxonomy, labels, languages)
    encoder = open_encoder(settings.encoder)
    if taxonomy.release.relations == "estimated":
        _keep_official(settings)
        say("This ESCO has no occupation-skill relations: estimating them from vectors.")
        learnt = Relations.load(settings.data / "esco" / RELATIONS)
        taxonomy = estimate_relations(taxonomy, encoder, learnt)
    stored = release.save(taxonomy, settings.release)
    build_index(settings, stored, encoder, progress=progress)
    return stored


def _keep_official(settings: Settings) -> None:
    """Refuse to put the starter in the place of an official release: it has less, and nobody asked for it."""
    if settings.release.is_dir() and load_taxonomy(settings).release.relations == "official":
        raise TaxonomyError(f"only the starter can be had, and {settings.release} holds an official release: it stays")


def load_taxonomy(settings: Settings) -> Taxonomy:
    """The installed release; raises TaxonomyError where there is none or its files are damaged."""
    if not settings.release.is_dir():
        raise TaxonomyError("no ESCO is installed yet: run `skillmatch esco install`, or `skillmatch demo`")
    release.verify(settings.release)  # 0.05 s with all languages
    return release.load(settings.release)


def build_index(settings: Settings, taxonomy: Taxonomy, encoder: Encoder, *, progress: Progress) -> ConceptSearch:
    """Index every label of ``taxonomy``; replaces what was there only when it is complete."""
    return ConceptSearch.build(
        taxonomy,
        encoder,
        settings.index,
        backend=settings.backend,
        progress=lambda done, total: progress("index", done, total),
    )


def open_search(settings: Settings, taxonomy: Taxonomy, *, say: Say, progress: Progress) -> ConceptSearch:
    """The index of ``taxonomy``, rebuilt where it is missing, damaged or of another encoder or release."""
    encoder = open_encoder(settings.encoder)
    try:
        return ConceptSearch.load(settings.index, taxonomy, encoder, backend=settings.backend)
    except IndexMismatch as reason:
        say(f"Building the index: {reason}")
        return build_index(settings, taxonomy, encoder, progress=progress)


def status(settings: Settings) -> dict[str, Any]:
    """What is installed: release, source, languages, counts, licence line."""
    return release.summary(load_taxonomy(settings))
