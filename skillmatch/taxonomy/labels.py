"""Labels of our own for languages and concepts that the installed ESCO has none for; an official label always wins."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import ConceptId, Labels, LabelStatus, Taxonomy
from skillmatch.text import Language

COLUMNS = ("uri", "label", "alternatives", "status", "reviews")


def with_unofficial(taxonomy: Taxonomy, folder: Path, languages: Collection[Language] | None = None) -> Taxonomy:
    """``taxonomy`` with the labels of ``folder``/xx.csv wherever it has no label of its own in that language.

    They have the status UNOFFICIAL, the first of a concept standing in for a preferred one. ``languages`` None takes
    all there are. Concepts that the release lacks are passed over. Raises TaxonomyError with file, row and column.
    """
    added = {}
    for path in sorted(folder.glob("??.csv")):
        language = Language(path.stem)
        if languages is None or language in languages:
            rows = list(_rows(taxonomy, path, taxonomy.labels.get(language)))
            if rows:
                added[language] = rows
    if not added:
        return taxonomy
    labels = {language: _joined(taxonomy.labels.get(language), rows) for language, rows in added.items()}
    count = ", ".join(f"{language} {len(rows)}" for language, rows in added.items())
    note = f"unofficial labels, written by skillmatch where ESCO has none: {count}"
    release = replace(taxonomy.release, notes=(*taxonomy.release.notes, note))
    return replace(taxonomy, release=release, labels={**taxonomy.labels, **labels})


def _rows(taxonomy: Taxonomy, path: Path, official: Labels | None) -> Iterator[tuple[int, LabelStatus, str]]:
    """(concept number, status, label) of every label in ``path`` whose concept has none in ``official``."""
    named = set() if official is None else set(np.unique(official.concept).tolist())
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        if tuple(table.fieldnames or ()) != COLUMNS:
            raise TaxonomyError(f"the columns should be {', '.join(COLUMNS)}", file=path.name, row=1)
        for row in table:
            if not row["label"]:
                raise TaxonomyError("is empty", file=path.name, row=table.line_num, column="label")
            number = taxonomy.numbers.get(ConceptId(row["uri"]))
            if number is not None and number not in named:
                for label in dict.fromkeys((row["label"], *filter(None, row["alternatives"].split("|")))):
                    yield number, LabelStatus.UNOFFICIAL, label


def _joined(official: Labels | None, rows: list[tuple[int, LabelStatus, str]]) -> Labels:
    if official is None:
        return Labels.pack(rows)
    statuses = [LabelStatus(status) for status in official.status.tolist()]
    return Labels.pack([*zip(official.concept.tolist(), statuses, official.text, strict=True), *rows])
