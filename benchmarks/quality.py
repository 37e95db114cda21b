"""Quality of linking and extraction on the development sets, scored by their own ``score.py``.

    .venv/bin/python benchmarks/quality.py [--encoder embedded] [--from ../shared/esco] [--lang nl,fr,en]

Needs the folder SKILLMATCH_SHARED (default ../shared). ESCO is installed into a temporary home. Beside each figure
stands a plain character TF-IDF (2-4-grams) that ranks the same labels in the same run.
"""

import argparse
import importlib.util
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from skillmatch.config import Settings
from skillmatch.index.lexical import LexicalIndex
from skillmatch.service import Service
from skillmatch.service.screening import Query
from skillmatch.service.setup import install_esco
from skillmatch.taxonomy.concepts import Kind, Taxonomy
from skillmatch.text import Language, clean_title, normalise

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("SKILLMATCH_SHARED", ROOT.parent / "shared"))
Row = dict[str, Any]

LINKING = {
    "occupation_linking/nld_nl_dev": Kind.OCCUPATION,
    "occupation_linking/bel_fr": Kind.OCCUPATION,
    "occupation_linking/deu_de": Kind.OCCUPATION,
    "occupation_linking/fra_fr": Kind.OCCUPATION,
    "occupation_linking/esp_es": Kind.OCCUPATION,
    "skill_linking/vdab_competent_nl": Kind.SKILL,
    "skill_linking/vdab_competent_fr": Kind.SKILL,
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


def linked(service: Service, rows: Sequence[Row], kind: Kind) -> list[Row]:
    """What ``skillmatch link`` answers."""
    found = service.screening.link(queries(rows), kind, k=50)
    return hits(rows, [[hit.concept for hit in one] for one in found])


def tf_idf(taxonomy: Taxonomy, rows: Sequence[Row], kind: Kind) -> list[Row] | None:
    """The plain baseline on the labels of the queries' language; None where this ESCO has none."""
    labels = taxonomy.labels.get(Language(rows[0]["lang"]))
    if labels is None:
        return None
    kept = np.flatnonzero(taxonomy.kinds[labels.concept] == kind)
    concepts = labels.concept[kept]
    index = LexicalIndex.build([normalise(labels.text[int(row)]) for row in kept])
    found = []
    for query in queries(rows):
        scores = index.scores([normalise(clean_title(query.text))])[0]
        order = np.argsort(-scores, kind="stable")[:500]
        found.append(list(dict.fromkeys(taxonomy.ids[concepts[row]] for row in order))[:50])
    return hits(rows, found)


def spread(share: float, count: int) -> float:
    """Standard error of a share."""
    return math.sqrt(max(share * (1 - share), 0) / max(count, 1))


def linking(service: Service, score: Callable[..., Row], table: Table) -> None:
    """success@1 and success@10 of every linking set, with standard errors."""
    sets = [(name, SHARED / "eval" / f"{name}.jsonl", kind) for name, kind in LINKING.items()]
    sets += [(f"own {name}", ROOT / "data" / "eval" / f"{name}.jsonl", kind) for name, kind in OWN.items()]
    for name, path, kind in sets:
        rows = read(path)
        ours = score(rows, linked(service, rows, kind))
        plain = tf_idf(service.taxonomy, rows, kind)
        theirs = score(rows, plain) if plain else None
        table.add_row(
            f"{name} success@1 / @10",
            " / ".join(f"{ours[key]:.3f} ± {spread(ours[key], ours['n']):.3f}" for key in ("success@1", "success@10")),
            " / ".join(f"{theirs[key]:.3f}" for key in ("success@1", "success@10")) if theirs else "",
        )


def extraction(service: Service, score: Callable[..., Row], table: Table) -> None:
    """R-Precision@5 of the sentence sets."""
    for name in EXTRACTION:
        rows = read(SHARED / "eval" / "skill_extraction" / f"{name}.jsonl")
        found = service.screening.extract(queries(rows), k=50)
        ours = score(rows, hits(rows, [[hit.concept for hit in one.hits] for one in found]))
        table.add_row(f"skill_extraction/{name} rp@5", f"{ours['rp@5']:.3f}", "")


def notes(service: Service, score: Callable[..., Row], table: Table) -> None:
    """Interview notes: R-Precision@5, occupation at rank 1, precision and recall of what is shown, and false claims."""
    for language in NOTES:
        rows = read(ROOT / "data" / "eval" / "notes" / f"{language}.jsonl")
        found = service.screening.extract(queries(rows), k=50)
        ranked = score(rows, hits(rows, [[hit.concept for hit in one.hits] for one in found]))
        jobs = sum(
            bool(one.occupations) and one.occupations[0].concept in set(accepted(row["occupations"]))
            for row, one in zip(rows, found, strict=True)
        )
        shown = sum(len(one.skills) for one in found)
        pairs = list(zip(rows, found, strict=True))
        right = sum(piece.concept in set(accepted(row["skills"])) for row, one in pairs for piece in one.skills)
        wrong = sum(
            false_claims(row, [piece.concept for piece in (*one.skills, *one.occupations)]) for row, one in pairs
        )
        denied = sum(bool(entry["uri"]) for row in rows for entry in (*row["negated"], *row["not_theirs"]))
        gold = sum(len(row["skills"]) for row in rows)
        table.add_row(
            f"notes/{language} rp@5; occupation @1; precision, recall shown; not theirs shown",
            f"{ranked['rp@5']:.3f}; {jobs / len(rows):.3f}; {right / max(shown, 1):.3f}, {right / gold:.3f}; "
            f"{wrong / denied:.3f}",
            "",
        )


def accepted(entries: Sequence[Row]) -> Iterator[str]:
    """Every URI that counts as right for some annotated spans."""
    for entry in entries:
        yield entry["uri"]
        yield from entry.get("also", [])


def false_claims(row: Row, shown: Sequence[str]) -> int:
    """How many of what the person denied, or said of others or of the future, are shown all the same."""
    return sum(entry["uri"] in set(shown) for entry in (*row["negated"], *row["not_theirs"]))


def main() -> None:
    """Install, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", type=Path, default=SHARED / "esco")
    parser.add_argument("--encoder")
    parser.add_argument("--lang", help="only these languages, such as nl,fr,en")
    arguments = parser.parse_args()
    languages = [Language(code) for code in arguments.lang.split(",")] if arguments.lang else None
    score = scorer().score
    with tempfile.TemporaryDirectory() as home:
        chosen = {"encoder": arguments.encoder} if arguments.encoder else {}
        settings = Settings(home=Path(home), **chosen)
        quiet: Callable[..., None] = lambda *_: None  # noqa: E731
        install_esco(settings, paths=[arguments.source], languages=languages, say=quiet, progress=quiet)
        service = Service.open(settings, say=quiet, progress=quiet)
        table = Table("set", "skillmatch", "char TF-IDF, same labels", box=None)
        linking(service, score, table)
        extraction(service, score, table)
        notes(service, score, table)
        release = service.taxonomy.release.version
        Console(width=150).print(
            f"encoder {settings.encoder}, ESCO {release}, {len(service.taxonomy.languages)} languages"
        )
        Console(width=150).print(table)


if __name__ == "__main__":
    main()
