"""A taxonomy's labels into the shards of a concept search, on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillmatch.encode import Encoder, Progress, Vectors, encode_many, unit_rows
from skillmatch.index import head
from skillmatch.index.base import VectorIndex
from skillmatch.index.lexical import LexicalIndex
from skillmatch.index.shard import Shard
from skillmatch.taxonomy.concepts import Kind, LabelStatus, Taxonomy
from skillmatch.text import Language, genders, normalise

KINDS = (Kind.OCCUPATION, Kind.SKILL)
"""What can be searched for."""


def members(taxonomy: Taxonomy, kind: Kind) -> NDArray[np.int64]:
    """The numbers of the concepts in the shards of ``kind``: ISCO groups are found beside occupations."""
    kinds = [Kind.OCCUPATION, Kind.ISCO_GROUP] if kind == Kind.OCCUPATION else [kind]
    return np.flatnonzero(np.isin(taxonomy.kinds, kinds))


HEAD = "head.npy"

CENTRAL = tuple(Language(code) for code in ("en", "nl", "fr", "de", "es", "ar", "uk", "tr", "fa"))
"""The languages whose texts make a concept's centroid, as far as they are installed: most synonyms, or our own."""


def centroids_name(kind: Kind) -> str:
    """The file with one unit row a concept of ``kind``: the mean direction of its texts over languages."""
    return f"centroids-{kind.name.lower()}.npy"


def shard_name(kind: Kind, language: Language) -> str:
    """How the files of a shard begin."""
    return f"{kind.name.lower()}-{language}"


@dataclass(frozen=True, slots=True)
class _Part:
    """The texts that make one shard: the labels they stand for, and where their vectors are in the matrix of all.

    ``labels`` are rows of the taxonomy's labels: a text's own, or of a spoken phrase the first label of its concept.
    """

    kind: Kind
    language: Language
    concepts: NDArray[np.int32]
    labels: NDArray[np.int32]
    preferred: NDArray[np.bool_]
    texts: Sequence[str]
    places: NDArray[np.int64]


def encoded_form(text: str) -> str:
    """``text`` as it is given to the encoder: lower case, or "OPERARIO" and "operario" lie far apart (.06 to .40)."""
    return text.lower()


def _parts(taxonomy: Taxonomy) -> tuple[list[_Part], list[str]]:
    """The shards to be, and all distinct texts to encode."""
    place_of: dict[str, int] = {}
    parts: list[_Part] = []
    for language in taxonomy.languages:
        labels = taxonomy.labels[language]
        row, itself, every = _named(taxonomy, language)
        for kind in KINDS:
            chosen = np.flatnonzero(np.isin(labels.concept[row], members(taxonomy, kind)))
            texts = [every[place] for place in chosen]
            places = [place_of.setdefault(encoded_form(text), len(place_of)) for text in texts]
            if texts:
                parts.append(
                    _Part(
                        kind=kind,
                        language=language,
                        concepts=labels.concept[row[chosen]],
                        labels=row[chosen].astype(np.int32),
                        preferred=itself[chosen] & (labels.status[row[chosen]] == LabelStatus.PREFERRED),
                        texts=texts,
                        places=np.array(places),
                    )
                )
    return parts, list(place_of)


def _named(taxonomy: Taxonomy, language: Language) -> tuple[NDArray[np.int64], NDArray[np.bool_], list[str]]:
    """The texts of ``language`` by concept: for each the row of the label it stands for, and whether it is that label.

    A job title in two genders is two texts. What is spoken comes after the labels, and stands for the first of them.
    """
    labels, spoken = taxonomy.labels[language], taxonomy.spoken.get(language)
    jobs = np.isin(taxonomy.kinds[labels.concept], (Kind.OCCUPATION, Kind.ISCO_GROUP)).tolist()
    forms = [genders(text) if job else (text,) for text, job in zip(labels.text, jobs, strict=True)]
    row = np.repeat(np.arange(len(labels)), [len(several) for several in forms])
    texts = [form for several in forms for form in several]
    itself = np.ones(len(texts), dtype=np.bool_)
    if spoken is None:
        return row, itself, texts
    row = np.concatenate([row, np.searchsorted(labels.concept, spoken.concept)])
    itself = np.concatenate([itself, np.zeros(len(spoken), dtype=np.bool_)])
    order = np.argsort(labels.concept[row], kind="stable")
    texts += spoken.text
    return row[order], itself[order], [texts[place] for place in order]


def build_shards(
    taxonomy: Taxonomy, encoder: Encoder, folder: Path, backend: type[VectorIndex], progress: Progress | None
) -> Mapping[str, int]:
    """Write the head and every shard into ``folder``; the number of rows of each, by name.

    ``progress`` is told of rows; nearly all the time goes into encoding them.
    """
    parts, texts = _parts(taxonomy)
    total = sum(len(part.texts) for part in parts)

    def tell(done: int, of: int) -> None:
        if progress:
            progress(done * total // of, total)

    vectors = encode_many(encoder, texts, progress=tell)
    centres = [vectors[part.places].mean(axis=0) for part in parts]
    matrix = _fitted(parts, centres, vectors)
    np.save(folder / HEAD, matrix, allow_pickle=False)
    inside = {kind: members(taxonomy, kind) for kind in KINDS}
    middle = {kind: np.zeros((len(inside[kind]), matrix.shape[1]), dtype=np.float32) for kind in KINDS}
    for part, centre in zip(parts, centres, strict=True):
        rows = head.project(vectors[part.places], centre, matrix)
        _shard(part, centre, backend.build(rows), len(taxonomy.ids)).save(folder, shard_name(part.kind, part.language))
        if part.language in CENTRAL:
            places = np.searchsorted(inside[part.kind], part.concepts)
            middle[part.kind] += _middle(rows, places, len(middle[part.kind]))
    for kind, sums in middle.items():
        np.save(folder / centroids_name(kind), unit_rows(sums), allow_pickle=False)
    return {shard_name(part.kind, part.language): len(part.texts) for part in parts}


def _middle(rows: Vectors, places: NDArray[np.int64], size: int) -> Vectors:
    """The mean direction of the rows at each of ``size`` places: zeros where there are none."""
    sums = np.zeros((size, rows.shape[1]), dtype=np.float32)
    np.add.at(sums, places, rows)
    return unit_rows(sums)


def _fitted(parts: Sequence[_Part], centres: Sequence[NDArray[Any]], vectors: Vectors) -> head.Matrix:
    """The head, fitted to a sample of all labels, each seen from the centre of its shard."""
    share = min(1.0, head.SAMPLE / max(1, sum(len(part.texts) for part in parts)))
    pick = np.random.default_rng(0)
    rows: list[Vectors] = [np.empty((0, vectors.shape[1]), dtype=np.float32)]
    concepts: list[NDArray[np.int32]] = [np.empty(0, dtype=np.int32)]
    for part, centre in zip(parts, centres, strict=True):
        taken = np.flatnonzero(pick.random(len(part.texts)) < share)
        rows.append(vectors[part.places[taken]] - centre)
        concepts.append(part.concepts[taken])
    return head.fit(np.concatenate(rows), np.concatenate(concepts))


def _shard(part: _Part, centre: NDArray[Any], dense: VectorIndex, concepts: int) -> Shard:
    return Shard(
        language=part.language,
        concepts=part.concepts,
        labels=part.labels,
        preferred=part.preferred,
        starts=np.searchsorted(part.concepts, np.arange(concepts + 1)).astype(np.int64),
        centre=centre,
        dense=dense,
        lexical=LexicalIndex.build([normalise(text) for text in part.texts]),
    )
