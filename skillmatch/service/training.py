"""For a maintainer: the shipped artefacts from the installed ESCO, and what the encoder is worth before and after."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillmatch.config import Settings
from skillmatch.encode import NgramEncoder, Vectors
from skillmatch.errors import InvalidInput
from skillmatch.index.relations import RELATIONS, fit
from skillmatch.ngrams import Table
from skillmatch.service.setup import Progress, Say, load_taxonomy
from skillmatch.taxonomy.concepts import Kind, Taxonomy
from skillmatch.taxonomy.labels import with_unofficial
from skillmatch.text import Language, clean_title
from skillmatch.train import Plan, Training, prepare, provenance

_OWN = ("titles/tr", "titles/fa", "skills/tr", "skills/fa")
_SHARED = (
    "occupation_linking/nld_nl_dev",
    "occupation_linking/bel_fr",
    "occupation_linking/deu_de",
    "occupation_linking/fra_fr",
    "occupation_linking/esp_es",
    "skill_linking/vdab_competent_nl",
    "skill_linking/vdab_competent_fr",
    "skill_linking/ba_kompetenzen_de",
)
_SEARCHED = {
    "occupation_linking": (Kind.OCCUPATION, Kind.ISCO_GROUP),
    "skill_linking": (Kind.SKILL,),
}


NOWHERE = 1_000_000
"""The place of what cannot be found at all."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The shares of ``queries`` questions with a right concept in the first place, and among the first ten."""

    name: str
    queries: int
    first: float
    ten: float

    def __str__(self) -> str:
        return f"{self.name} ({self.queries:,}): success@1 {self.first:.3f}, success@10 {self.ten:.3f}"


def train_encoder(
    settings: Settings, out: Path, plan: Plan, *, shared: Path | None, say: Say, progress: Progress
) -> NgramEncoder:
    """Train on the installed release and write the encoder into ``out``, with a checkpoint beside it to go on from.

    The links of an official release are learnt too, into ``out``/relations.npz. Figures before and after are told: on
    the project's own sets, and on those in ``shared`` (``eval/...``) where given.
    """
    taxonomy = with_unofficial(load_taxonomy(settings), settings.data / "esco" / "labels")
    sets = list(_sets(settings, shared))
    say(f"Reading ESCO {taxonomy.release.version} in {len(taxonomy.languages)} languages")
    training = prepare(taxonomy, plan)
    before = _figures(training.table({}), taxonomy, sets)

    def note(step: int, loss: float) -> None:
        say(f"step {step:,}: loss {loss:.3f}")
        progress("train", step, plan.steps)

    training.run(note, _beside(out))
    written = _written(training, taxonomy, plan, out)
    if taxonomy.release.relations == "official":
        say("Learning the links of occupations with skills")
        learnt = fit(taxonomy, seed=plan.seed, note=lambda done, of: progress("relations", done, of))
        learnt.save(out / RELATIONS)
    after = _figures(Table.load(out), taxonomy, sets)
    for one, other in zip(before, after, strict=True):
        say(f"before: {one}; after: {other.first:.3f}, {other.ten:.3f}")
    return written


def _beside(out: Path) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    return out.with_name(f"{out.name}.checkpoint.npz")


def _written(training: Training, taxonomy: Taxonomy, plan: Plan, out: Path) -> NgramEncoder:
    training.table(provenance(taxonomy, plan)).save(out)
    return NgramEncoder(out)


# --- what it is worth ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Set:
    """A development set: its questions, as JSON objects with text, lang and gold."""

    name: str
    rows: Sequence[Mapping[str, Any]]


def _sets(settings: Settings, shared: Path | None) -> Iterator[_Set]:
    """Our own sets and those of ``shared``; raises InvalidInput where one that should be there is not."""
    paths = {name: settings.data / "eval" / f"{name}.jsonl" for name in _OWN}
    if shared:
        paths |= {name: shared / "eval" / f"{name}.jsonl" for name in _SHARED}
    for name, path in paths.items():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            yield _Set(name, [json.loads(line) for line in lines])
        except (OSError, ValueError) as error:
            raise InvalidInput(f"{path} cannot be read", field="--shared") from error


def _figures(table: Table, taxonomy: Taxonomy, sets: Sequence[_Set]) -> list[Figure]:
    return [_figure(table, taxonomy, one) for one in sets]


def _figure(table: Table, taxonomy: Taxonomy, asked: _Set) -> Figure:
    """The encoder alone: a concept's score is the cosine of its nearest label in the language of the question."""
    language = Language(asked.rows[0]["lang"])
    kinds = _SEARCHED[asked.rows[0]["task"]]
    vectors, concepts = _labels(table, taxonomy, language, kinds)
    texts = [str(row["text"]) for row in asked.rows]
    queries = table.vectors([clean_title(text) for text in texts] if Kind.OCCUPATION in kinds else texts)
    ranks = [_rank(scores, concepts, _numbers(taxonomy, row)) for scores, row in _scored(queries, vectors, asked)]
    return Figure(asked.name, len(ranks), _share(ranks, 1), _share(ranks, 10))


def _labels(
    table: Table, taxonomy: Taxonomy, language: Language, kinds: Sequence[Kind]
) -> tuple[Vectors, NDArray[np.int32]]:
    """The vectors of all labels in ``language``, and their concepts, ascending; none where ESCO lacks the language."""
    labels = taxonomy.labels.get(language)
    if labels is None:
        return np.empty((0, table.dim), np.float32), np.empty(0, np.int32)
    rows = np.flatnonzero(np.isin(taxonomy.kinds[labels.concept], kinds))
    every = list(labels.text)
    return table.vectors([every[row] for row in rows]), labels.concept[rows]


def _scored(queries: Vectors, vectors: Vectors, asked: _Set) -> Iterator[tuple[NDArray[np.float32], Mapping[str, Any]]]:
    for query, row in zip(queries, asked.rows, strict=True):
        yield vectors @ query, row


def _numbers(taxonomy: Taxonomy, row: Mapping[str, Any]) -> set[int]:
    return {taxonomy.numbers[concept] for concept in row["gold"] if concept in taxonomy.numbers}


def _rank(scores: NDArray[np.float32], concepts: NDArray[np.int32], gold: set[int]) -> int:
    """The place of the first right concept; of equal scores an occupation or skill of a lower number comes first."""
    first = np.flatnonzero(np.diff(concepts, prepend=-1))
    right = np.isin(concepts[first], list(gold))
    if not right.any():
        return NOWHERE
    best = np.maximum.reduceat(scores, first)
    top = np.flatnonzero(right)[best[right].argmax()]
    ahead = (best > best[top]) | ((best == best[top]) & (np.arange(len(best)) < top))
    return 1 + int(ahead.sum())


def _share(ranks: Sequence[int], within: int) -> float:
    return sum(rank <= within for rank in ranks) / max(1, len(ranks))
