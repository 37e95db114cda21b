"""Labels of our own where ESCO has none (an official one always wins), and how people say what they do."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import ConceptId, Labels, LabelStatus, Taxonomy
from skillmatch.text import Language

COLUMNS = ("uri", "label", "alternatives", "spoken", "status", "reviews")
"""``label`` may be empty where ``spoken`` is not; ``alternatives`` and ``spoken`` are parted by ``|``."""

_Named = tuple[int, LabelStatus, str]


@dataclass(frozen=True, slots=True)
class _Written:
    """What a file adds in its language."""

    labels: list[_Named] = field(default_factory=list)
    spoken: list[_Named] = field(default_factory=list)


def with_unofficial(taxonomy: Taxonomy, folder: Path, languages: Collection[Language] | None = None) -> Taxonomy:
    """``taxonomy`` with what ``folder``/xx.csv adds: labels wherever it has none in that language, and spoken phrases.

    They have the status UNOFFICIAL, the first label of a concept standing in for a preferred one. Spoken phrases come
    for every concept that has a label. ``languages`` None takes all there are. Concepts that the release lacks are
    passed over. Raises TaxonomyError with file, row and column.
    """
    files = {Language(path.stem): path for path in sorted(folder.glob("??.csv"))}
    written = {
        language: _written(taxonomy, path, taxonomy.labels.get(language))
        for language, path in files.items()
        if languages is None or language in languages
    }
    labels = {
        language: _joined(taxonomy.labels.get(language), own.labels) for language, own in written.items() if own.labels
    }
    named = {**taxonomy.labels, **labels}
    spoken = {
        language: Labels.pack(own.spoken) for language, own in written.items() if own.spoken and language in named
    }
    if not labels and not spoken:
        return taxonomy
    notes = (*taxonomy.release.notes, *_notes(written))
    return replace(taxonomy, release=replace(taxonomy.release, notes=notes), labels=named, spoken=spoken)


def _notes(written: Mapping[Language, _Written]) -> Iterator[str]:
    """What was added, in words."""
    labels = ", ".join(f"{language} {len(own.labels)}" for language, own in written.items() if own.labels)
    if labels:
        yield f"unofficial labels, written by skillmatch where ESCO has none: {labels}"
    spoken = ", ".join(f"{language} {len(own.spoken)}" for language, own in written.items() if own.spoken)
    if spoken:
        yield f"phrases as people speak, written by skillmatch: {spoken}"


def _written(taxonomy: Taxonomy, path: Path, official: Labels | None) -> _Written:
    """The labels in ``path`` whose concept has none in ``official``, and the spoken phrases."""
    named = set() if official is None else set(np.unique(official.concept).tolist())
    found = _Written()
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        if tuple(table.fieldnames or ()) != COLUMNS:
            raise TaxonomyError(f"the columns should be {', '.join(COLUMNS)}", file=path.name, row=1)
        for row in table:
            if not row["label"] and not row["spoken"]:
                raise TaxonomyError("is empty, and so is spoken", file=path.name, row=table.line_num, column="label")
            number = taxonomy.numbers.get(ConceptId(row["uri"]))
            if number is not None:
                labels = [] if number in named else _parts(row["label"], row["alternatives"])
                found.labels.extend((number, LabelStatus.UNOFFICIAL, label) for label in labels)
                if labels or number in named:
                    found.spoken.extend((number, LabelStatus.UNOFFICIAL, said) for said in _parts(row["spoken"]))
    return found


def _parts(*cells: str) -> list[str]:
    """The distinct texts in some cells, in order."""
    return list(dict.fromkeys(part for cell in cells for part in cell.split("|") if part))


def _joined(official: Labels | None, rows: list[_Named]) -> Labels:
    if official is None:
        return Labels.pack(rows)
    statuses = [LabelStatus(status) for status in official.status.tolist()]
    return Labels.pack([*zip(official.concept.tolist(), statuses, official.text, strict=True), *rows])
