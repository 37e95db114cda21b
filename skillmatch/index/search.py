"""Texts to skills and occupations, by meaning and by spelling, in every language installed.

Every label of a concept is a row, in the shard of its kind and language; a concept scores as its best row and, with
less weight, as its centroid over languages. A row's score is a weighted sum of two cosines: of sentence vectors, seen
through :mod:`skillmatch.index.head`, and, in the query's own language, of character n-grams. Tried on the development
sets and left out, for they brought nothing: reciprocal rank fusion, z-scores, the mean of a concept's best rows,
rapidfuzz's ratios for the best candidates.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skillmatch.encode import MAX_CHARACTERS, Encoder, Progress, Vectors
from skillmatch.errors import IndexMismatch, InvalidInput, NotFound
from skillmatch.index import head, saved
from skillmatch.index.base import VectorIndex
from skillmatch.index.build import HEAD, KINDS, build_shards, centroids_name, encoded_form, members, shard_name
from skillmatch.index.exact import ExactIndex
from skillmatch.index.faiss import FaissIndex
from skillmatch.index.shard import Best, Pairs, Scores, Shard, View, cosines
from skillmatch.taxonomy.concepts import ENGLISH, ConceptId, Kind, Taxonomy
from skillmatch.text import Language, clean_title, normalise

BACKENDS: Mapping[str, type[VectorIndex]] = {"exact": ExactIndex, "faiss": FaissIndex}

FORMAT = 3
"""Goes up with every change to what the files hold."""

ENGLISH_SHARE = 0.2
"""Weight of the English labels' score where a concept has labels in the query's own language as well."""

CENTRE: Mapping[Kind, float] = {Kind.OCCUPATION: 0.4, Kind.SKILL: 0.25}
"""Weight of a concept's centroid over languages beside its best label: one stray synonym counts for less.

It brings .01 success@1 and .015 success@10 in nl, fr, de and es."""

SAID = 0.3
"""The same for phrases of running text; 0 to .45 were within .01 of each other on the notes, and .10 on job ads."""

CHANCE: Mapping[Kind, tuple[float, float, float, float]] = {
    Kind.OCCUPATION: (-5.13, 6.14, 10.03, -1.1),
    Kind.SKILL: (-5.68, 6.58, 11.24, -0.47),
}
"""Logistic regression of "is the right one": the constant, and the weights of the score, of its distance to the best
other hit and of being a label. Fitted to a random half of the development sets' questions, first hits counting three
times; on first hits of the other half the expected calibration error is .04 and .02 (``benchmarks/quality.py``)."""


WIDE = 0.2
"""Taken off the score of an ISCO group, so that it answers a title that no occupation comes near to.

An eighth of the Spanish titles stand for a group: success@10 rises by .03 there, and by .00 elsewhere."""

FOREIGN = 0.05
"""Taken off the score that labels of another language give."""

EQUAL = 0.95
"""The score from which on a text equals a label."""

_ROWS = 100  # of a language that are looked at for a phrase
_PHRASES = 128  # at a time: their scores with all skills take 14 MB an array

_BLOCK = 64  # queries at a time: their scores with all rows take some tens of megabytes


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept found for a text. ``label`` is the name of it that fits best, in ``language``.

    ``score`` is in [0, 1], from EQUAL on for a text that equals a label (``exact``) of an occupation or skill;
    ``dense`` and ``lexical`` are the cosines of ``label`` with the text (the second 0 where spelling was left out).
    ``chance`` is how often a hit with such a score, so far ahead of the others, is the right one.
    """

    concept: ConceptId
    label: str
    language: Language
    score: float
    chance: float
    dense: float
    lexical: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Meant:
    """The concepts nearest to some texts by meaning alone: their numbers and scores (texts x k), best first."""

    concepts: NDArray[np.int64]
    scores: Scores


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a query is looked for: ``own`` is the shard of its language and then the first of ``shards``.

    ``allowed`` and ``findable`` have one entry a concept: whether it is asked for (None: all are), and whether it is
    and has a label in ``shards``.
    """

    shards: Sequence[Shard]
    own: Shard | None
    allowed: NDArray[np.bool_] | None
    findable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Found:
    """Pairs with their final score, and for each the shard and the row that gave it."""

    pairs: Pairs
    score: Scores
    exact: NDArray[np.bool_]
    shard: NDArray[np.int64]
    best: Sequence[Best]


class ConceptSearch:
    """The search over one taxonomy with one encoder. Shards are opened when they are first asked for."""

    def __init__(
        self, taxonomy: Taxonomy, encoder: Encoder, folder: Path, names: Collection[str], backend: type[VectorIndex]
    ) -> None:
        self.taxonomy = taxonomy
        self._encoder = encoder
        self._folder = folder
        self._names = frozenset(names)
        self._backend = backend
        self._opened: dict[str, Shard] = {}
        self._head: head.Matrix = np.load(folder / HEAD, allow_pickle=False)
        self._centroids: Mapping[Kind, Vectors] = {
            kind: np.load(folder / centroids_name(kind), mmap_mode="r", allow_pickle=False) for kind in KINDS
        }
        self._of_kind = {kind: members(taxonomy, kind) for kind in KINDS}
        self._wide = taxonomy.kinds == Kind.ISCO_GROUP
        self._has_centre = {kind: np.asarray(rows.any(axis=1)) for kind, rows in self._centroids.items()}

    @classmethod
    def build(
        cls,
        taxonomy: Taxonomy,
        encoder: Encoder,
        folder: Path,
        *,
        backend: str = "faiss",
        progress: Progress | None = None,
    ) -> Self:
        """Index every label into ``folder``; what was there is replaced when all is written.

        ``progress`` is told (rows done, rows in all).
        """
        about = {**_identity(taxonomy, encoder, backend), "rows": {}}
        with saved.written(folder, lambda: about) as fresh:
            about["rows"] = build_shards(taxonomy, encoder, fresh, _backend(backend), progress)
        return cls.load(folder, taxonomy, encoder, backend=backend)

    @classmethod
    def load(cls, folder: Path, taxonomy: Taxonomy, encoder: Encoder, *, backend: str = "faiss") -> Self:
        """The index in ``folder``, memory-mapped, once the digest of every file in it was found right.

        Raises IndexMismatch where there is none, it is damaged, or it was built with another encoder, taxonomy or
        backend.
        """
        manifest = saved.verified(folder)
        for what, value in _identity(taxonomy, encoder, backend).items():
            if manifest.get(what) != value:
                raise IndexMismatch(f"the index was built with another {what}")
        return cls(taxonomy, encoder, folder, manifest["rows"], _backend(backend))

    @property
    def encoder(self) -> str:
        """The name of the encoder."""
        return self._encoder.name

    @property
    def version(self) -> str:
        """Twelve hex digits that change with whatever changes an answer: release, encoder, format, backend."""
        backend = next(name for name, kind in BACKENDS.items() if kind is self._backend)
        identity = _identity(self.taxonomy, self._encoder, backend)
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:12]

    def find(
        self,
        texts: Sequence[str],
        kind: Kind,
        k: int = 10,
        *,
        language: Language | Sequence[Language | None] | None = None,
        only: Collection[ConceptId] | None = None,
        groups: bool = False,
    ) -> list[list[Hit]]:
        """The ``k`` concepts of ``kind`` nearest to each text, best first; fewer only where there are fewer.

        ``language`` is that of all texts or one a text: its labels count most, English ones less, others not at all.
        Where it is None or has no labels, those of all languages count alike. ``only`` keeps the search inside some
        concepts; ``groups`` lets ISCO groups answer among occupations. Of a text MAX_CHARACTERS are read; one without a
        letter or digit has no hits.
        """
        if kind not in KINDS:
            raise InvalidInput(f"only occupations and skills can be searched for, not {kind.name}", field="kind")
        languages = [language] * len(texts) if language is None or isinstance(language, str) else list(language)
        cleaned = [_cleaned(text, kind) for text in texts]
        asked = [place for place, text in enumerate(cleaned) if normalise(text)]
        hits: list[list[Hit]] = [[] for _ in texts]
        for spoken in dict.fromkeys(languages[place] for place in asked):
            same = [place for place in asked if languages[place] == spoken]
            scope = self._scope(kind, spoken, only, groups=groups)
            if not scope.shards:
                continue
            for start in range(0, len(same), _BLOCK):
                block = same[start : start + _BLOCK]
                found = self._nearest([cleaned[place] for place in block], kind, scope, k)
                for place, hit in zip(block, found, strict=True):
                    hits[place] = hit
        return hits

    def meant(self, texts: Sequence[str], k: int, *, language: Language | None = None) -> Meant:
        """The ``k`` skills (fewer where there are fewer) that each phrase of a running text may mean.

        A skill scores by its centroid and by its best label or spoken phrase in ``language``, else in English, else in
        the first language there is; one whose labels there are further off than _ROWS others counts as if it were just
        there. Spelling plays no part: this is six times as fast as :meth:`find`, and nobody writes labels in sentences.
        """
        shard = next(filter(None, (self._shard(Kind.SKILL, name) for name in self._preferred(language))), None)
        if shard is None or not texts:
            return Meant(np.empty((len(texts), 0), np.int64), np.empty((len(texts), 0), np.float32))
        parts = [self._meant(texts[start : start + _PHRASES], shard, k) for start in range(0, len(texts), _PHRASES)]
        return Meant(np.concatenate([part.concepts for part in parts]), np.concatenate([part.scores for part in parts]))

    def _preferred(self, language: Language | None) -> Iterator[Language]:
        yield from (language,) if language else ()
        yield from self._languages(ENGLISH)

    def _meant(self, texts: Sequence[str], shard: Shard, k: int) -> Meant:
        """:meth:`meant` for a block of phrases in one shard."""
        skills = self._of_kind[Kind.SKILL]
        seen = head.project(self._encoder.encode([encoded_form(text) for text in texts]), shard.centre, self._head)
        central = seen @ self._centroids[Kind.SKILL].T
        near = shard.dense.search(seen, min(_ROWS, len(shard.dense)))
        label = np.where(np.diff(shard.starts)[skills] > 0, near.scores[:, -1:], central - FOREIGN)
        columns = np.searchsorted(skills, shard.concepts[near.ids])
        np.maximum.at(label, (np.arange(len(texts))[:, None], columns), near.scores)
        weight = SAID * self._has_centre[Kind.SKILL]
        score: Scores = (weight * central + (1 - weight) * label).round(6).astype(np.float32)
        kept = min(k, score.shape[1])
        best = np.sort(np.argpartition(-score, kept - 1, axis=1)[:, :kept], axis=1)
        order = np.argsort(-np.take_along_axis(score, best, axis=1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, axis=1)
        return Meant(skills[best], np.take_along_axis(score, best, axis=1))

    def concept_vectors(self, concepts: Sequence[ConceptId]) -> Vectors:
        """One unit row a concept: of its preferred English label, else of its first label in another language.

        Raises NotFound for what is no occupation, skill or ISCO group of this taxonomy.
        """
        numbers = np.array([self.taxonomy.number(concept) for concept in concepts], dtype=np.int64)
        rows = np.empty((len(numbers), self._head.shape[1]), dtype=np.float32)
        missing = np.ones(len(numbers), dtype=np.bool_)
        for shard in (self._shard(kind, language) for kind in KINDS for language in self._languages(ENGLISH)):
            if shard and missing.any():
                here = missing & (shard.starts[numbers] < shard.starts[numbers + 1])
                rows[here] = shard.dense.vectors(shard.starts[numbers[here]])
                missing &= ~here
        if missing.any():
            raise NotFound(f"{concepts[int(missing.argmax())]} is no occupation, skill or ISCO group with a label")
        return rows

    def _languages(self, first: Language) -> tuple[Language, ...]:
        return (first, *(language for language in self.taxonomy.languages if language != first))

    def _shard(self, kind: Kind, language: Language) -> Shard | None:
        """The shard, opened at its first use; None where there are no such labels."""
        name = shard_name(kind, language)
        if name not in self._opened and name in self._names:
            self._opened[name] = Shard.load(self._folder, name, language, self._backend)
        return self._opened.get(name)

    def _scope(
        self, kind: Kind, language: Language | None, only: Collection[ConceptId] | None = None, *, groups: bool = False
    ) -> _Scope:
        own = self._shard(kind, language) if language else None
        names = (language, ENGLISH) if language and own else self._languages(ENGLISH)
        shards = [shard for name in dict.fromkeys(names) if (shard := self._shard(kind, name))]
        named = np.zeros(len(self.taxonomy.ids), dtype=np.bool_)
        for shard in shards:
            named |= shard.starts[1:] > shard.starts[:-1]
        if not groups:
            named &= ~self._wide
        if only is None:
            return _Scope(shards, own, None, named)
        allowed = np.zeros(len(named), dtype=np.bool_)
        allowed[[self.taxonomy.number(concept) for concept in only]] = True
        return _Scope(shards, own, allowed, named & allowed)

    def _nearest(self, texts: Sequence[str], kind: Kind, scope: _Scope, k: int) -> list[list[Hit]]:
        """The ``k`` best concepts of each of a block of texts."""
        views = self._views(texts, scope)
        breadth, concepts = 2 * k + 20, len(self.taxonomy.ids)
        searched = views[:1] if scope.own else views
        exact = _kept(_united([view.equal() for view in searched], concepts), scope.findable)
        near = [view.candidates(breadth) for view in searched]
        central = self._central(kind, views[0].vectors, scope, breadth)
        pairs = _kept(_united([exact, *near, central], concepts), scope.findable)
        equal = np.isin(_keys(pairs, concepts), _keys(exact, concepts))
        found = _scored(pairs, equal, views, scope, self._middle(kind, pairs, views[0].vectors))
        return self._hits(self._less_wide(found), kind, scope, len(texts), k)

    def _central(self, kind: Kind, vectors: Vectors, scope: _Scope, breadth: int) -> Pairs:
        """For each text the pairs with the concepts of the ``breadth`` nearest centroids: enough to answer with."""
        columns = np.flatnonzero(scope.findable[self._of_kind[kind]])
        kept = min(breadth, len(columns))
        if not kept:
            return Pairs(np.empty(0, np.int64), np.empty(0, np.int64))
        middle = (vectors @ self._centroids[kind].T)[:, columns].round(5)
        best = np.argpartition(-middle, kept - 1, axis=1)[:, :kept]
        return Pairs(np.repeat(np.arange(len(vectors)), kept), self._of_kind[kind][columns[best]].ravel())

    def _middle(self, kind: Kind, pairs: Pairs, vectors: Vectors) -> tuple[Scores, Scores]:
        """The cosine of the text of each pair with the centroid of its concept, and what it weighs: 0 without one."""
        place = np.searchsorted(self._of_kind[kind], pairs.concepts)
        weights = np.float32(CENTRE[kind]) * self._has_centre[kind][place]
        return cosines(vectors[pairs.queries], self._centroids[kind][place]), weights

    def _less_wide(self, found: _Found) -> _Found:
        """``found`` with WIDE taken off the scores of ISCO groups."""
        less = np.where(self._wide[found.pairs.concepts], np.float32(WIDE), np.float32(0))
        return replace(found, score=np.maximum(found.score - less, 0))

    def _views(self, texts: Sequence[str], scope: _Scope) -> list[View]:
        vectors = self._encoder.encode([encoded_form(text) for text in texts])
        forms = [normalise(text) for text in texts]
        centres = [(scope.own or shard).centre for shard in scope.shards]
        return [
            View(shard, forms, head.project(vectors, centre, self._head), spelling, scope.allowed)
            for shard, centre, spelling in zip(scope.shards, centres, self._spellings(scope), strict=True)
        ]

    def _spellings(self, scope: _Scope) -> list[float]:
        """The weight of spelling in each shard: none in another language than the query's, where it says little."""
        weight = self._encoder.spelling
        return [weight if scope.own in (None, shard) else 0.0 for shard in scope.shards]

    def _hits(self, found: _Found, kind: Kind, scope: _Scope, texts: int, k: int) -> list[list[Hit]]:
        order = np.lexsort((found.pairs.concepts, -found.score, found.pairs.queries))
        starts = np.searchsorted(found.pairs.queries[order], np.arange(texts + 1))
        return [self._shown(found, kind, scope, order[start:end], k) for start, end in pairwise(starts)]

    def _shown(self, found: _Found, kind: Kind, scope: _Scope, ranked: NDArray[np.int64], k: int) -> list[Hit]:
        """The first ``k`` hits of those ``ranked``: places in ``found``."""
        places = ranked[:k]
        concepts, scores = found.pairs.concepts[places].tolist(), found.score[places].tolist()
        likely = chances(found.score[ranked], kind)
        chosen = [(scope.shards[shard], found.best[shard]) for shard in found.shard[places]]
        return [
            Hit(
                concept=self.taxonomy.ids[concept],
                label=self.taxonomy.labels[shard.language].text[int(shard.labels[best.row[place]])],
                language=shard.language,
                score=score,
                chance=chance,
                dense=float(best.dense[place]),
                lexical=float(best.lexical[place]),
                exact=bool(found.exact[place]),
            )
            for place, concept, score, chance, (shard, best) in zip(
                places.tolist(), concepts, scores, likely[:k], chosen, strict=True
            )
        ]


def _backend(name: str) -> type[VectorIndex]:
    if name not in BACKENDS:
        raise InvalidInput(f"{name!r} is none of {', '.join(BACKENDS)}", field="backend")
    return BACKENDS[name]


def _identity(taxonomy: Taxonomy, encoder: Encoder, backend: str) -> dict[str, Any]:
    """What an index must have been built with to be of use."""
    return {
        "format": FORMAT,
        "backend": backend,
        "encoder": encoder.name,
        "width": encoder.dim,
        "release": taxonomy.release.digest,
    }


def _cleaned(text: str, kind: Kind) -> str:
    return clean_title(text[:MAX_CHARACTERS]) if kind == Kind.OCCUPATION else text[:MAX_CHARACTERS]


def _keys(pairs: Pairs, concepts: int) -> NDArray[np.int64]:
    """One number a pair, in the order of query, then concept."""
    return pairs.queries * concepts + pairs.concepts


def _united(several: Sequence[Pairs], concepts: int) -> Pairs:
    """The distinct pairs, ordered by query, then concept."""
    return Pairs(*np.divmod(np.unique(np.concatenate([_keys(pairs, concepts) for pairs in several])), concepts))


def chances(scores: Sequence[float] | Scores, kind: Kind) -> list[float]:
    """How likely each of a text's hits, best first and of these scores, is to be the right one."""
    given = np.asarray(scores, dtype=np.float64)
    best = np.resize(given[:1], len(given))
    best[:1] = given[1:2] if len(given) > 1 else 0
    constant, by_score, by_distance, equal = CHANCE[kind]
    odds = constant + by_score * given + by_distance * (given - best) + equal * (given >= EQUAL)
    found: list[float] = (1 / (1 + np.exp(-odds))).round(6).tolist()
    return found


def _kept(pairs: Pairs, findable: NDArray[np.bool_]) -> Pairs:
    chosen = findable[pairs.concepts]
    return Pairs(pairs.queries[chosen], pairs.concepts[chosen])


def _scored(
    pairs: Pairs, equal: NDArray[np.bool_], views: Sequence[View], scope: _Scope, middle: tuple[Scores, Scores]
) -> _Found:
    """``middle`` is the cosine of each pair with the concept's centroid, and its weight."""
    best = [view.best(pairs) for view in views]
    if scope.own and len(views) > 1:
        score, shard = _fused(best[0].score, best[1].score)
    else:
        scores = np.stack([part.score for part in best])
        score, shard = scores.max(axis=0), scores.argmax(axis=0)
    central, weight = middle
    limited = np.clip((1 - weight) * score + weight * central, 0, 1)
    final = np.where(equal, EQUAL + (1 - EQUAL) * limited, EQUAL * limited)
    return _Found(pairs, final.round(6), equal, shard, best)


def _fused(own: Scores, english: Scores) -> tuple[Scores, NDArray[np.int64]]:
    """Each pair's score from labels in its own language and in English (-inf: none), and which of them has its row."""
    abroad = english - FOREIGN
    mixed = np.where(np.isinf(english), own, (1 - ENGLISH_SHARE) * own + ENGLISH_SHARE * english)
    return np.maximum(mixed, abroad), (abroad > own).astype(np.int64)
