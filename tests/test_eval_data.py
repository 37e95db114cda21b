"""The development sets in data/eval keep the promises of their README."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

EVAL = Path(__file__).resolve().parent.parent / "data" / "eval"
NOTE_LANGUAGES = ("ar", "en", "fa", "fr", "nl", "tr", "uk")
PHRASE_SETS = [(kind, lang) for kind in ("titles", "skills") for lang in ("tr", "fa")]
TASKS = {"titles": "occupation_linking", "skills": "skill_linking"}
SPAN_KINDS = ("skills", "occupations", "negated", "not_theirs")
SCRIPTS = {"ar": "\u0600-\u06ff", "fa": "\u0600-\u06ff", "uk": "\u0400-\u04ff"}
ESCO = "http://data.europa.eu/esco/"
ESCO_ZIP = "ESCO dataset - v1.1.1 - classification - en - csv.zip"

Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


NOTES = {"notes": range(1, 9), "held_out": ["t1", "t2", "t3", "t4"]}


def all_spans(note: Row) -> list[Row]:
    return [span for kind in SPAN_KINDS for span in note[kind]]


def span_uris(span: Row) -> list[str]:
    return [uri for uri in (span["uri"], *span.get("also", [])) if uri is not None]


def concept_uris(package: Path, member: str) -> frozenset[str]:
    with zipfile.ZipFile(package) as archive, archive.open(member) as raw:
        return frozenset(row["conceptUri"] for row in csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8")))


@pytest.fixture(scope="module")
def notes() -> list[Row]:
    return [note for kind in NOTES for lang in NOTE_LANGUAGES for note in read(EVAL / kind / f"{lang}.jsonl")]


@pytest.fixture(scope="module")
def phrases() -> list[tuple[str, Row]]:
    return [(kind, row) for kind, lang in PHRASE_SETS for row in read(EVAL / kind / f"{lang}.jsonl")]


@pytest.fixture(scope="module")
def skills(shared: Path) -> frozenset[str]:
    return concept_uris(shared / "esco" / ESCO_ZIP, "skills_en.csv")


@pytest.fixture(scope="module")
def occupations(shared: Path) -> frozenset[str]:
    return concept_uris(shared / "esco" / ESCO_ZIP, "occupations_en.csv")


def failing(rows: list[Row], holds: Callable[[Row], bool]) -> list[str]:
    return [row["id"] for row in rows if not holds(row)]


@pytest.mark.parametrize("lang", NOTE_LANGUAGES)
@pytest.mark.parametrize("kind", NOTES)
def test_each_language_has_its_notes_numbered_in_order(kind: str, lang: str) -> None:
    rows = read(EVAL / kind / f"{lang}.jsonl")

    assert [row["id"] for row in rows] == [f"note:{lang}:{number}" for number in NOTES[kind]]
    assert {row["lang"] for row in rows} == {lang}


@pytest.mark.parametrize(("kind", "lang"), PHRASE_SETS)
def test_each_phrase_set_has_a_hundred_rows_for_its_task(kind: str, lang: str) -> None:
    rows = read(EVAL / kind / f"{lang}.jsonl")

    assert [row["id"] for row in rows] == [f"{kind}:{lang}:{number}" for number in range(1, 101)]
    assert {(row["task"], row["lang"]) for row in rows} == {(TASKS[kind], lang)}


def test_there_is_no_file_that_these_tests_do_not_read() -> None:
    known = {f"{kind}/{lang}.jsonl" for kind in NOTES for lang in NOTE_LANGUAGES}
    known |= {f"{kind}/{lang}.jsonl" for kind, lang in PHRASE_SETS}

    assert {path.relative_to(EVAL).as_posix() for path in EVAL.rglob("*.jsonl")} == known


def test_notes_have_the_keys_of_the_readme_and_no_other(notes: list[Row]) -> None:
    keys = {"id", "lang", "text", "gold", "reviewed", *SPAN_KINDS}

    assert failing(notes, lambda note: set(note) == keys) == []
    for kind, allowed in (("skills", {"also"}), ("occupations", {"also"}), ("negated", set()), ("not_theirs", set())):
        required = {"uri", "start", "end"}
        assert failing(notes, lambda note: all(required <= set(s) <= required | allowed for s in note[kind])) == []  # noqa: B023


def test_phrases_have_the_keys_of_the_readme_and_no_other(phrases: list[tuple[str, Row]]) -> None:
    rows = [row for _, row in phrases]

    assert failing(rows, lambda row: set(row) == {"id", "task", "lang", "text", "gold", "reviewed"}) == []


def test_notes_are_60_to_140_words(notes: list[Row]) -> None:
    assert failing(notes, lambda note: 60 <= len(note["text"].split()) <= 140) == []


@pytest.mark.parametrize(
    ("kind", "fewest", "most"), [("skills", 4, 9), ("occupations", 1, 2), ("negated", 1, 3), ("not_theirs", 2, 2)]
)
def test_notes_have_the_number_of_spans_they_promise(notes: list[Row], kind: str, fewest: int, most: int) -> None:
    assert failing(notes, lambda note: fewest <= len(note[kind]) <= most) == []


def test_spans_are_words_of_the_text_without_space_or_full_stop_at_their_ends(notes: list[Row]) -> None:
    def holds(note: Row) -> bool:
        texts = [note["text"][span["start"] : span["end"]] for span in all_spans(note)]
        inside = all(0 <= span["start"] < span["end"] <= len(note["text"]) for span in all_spans(note))
        return inside and all(text.strip(" .,;:،؛") == text and any(map(str.isalpha, text)) for text in texts)

    assert failing(notes, holds) == []


def test_spans_of_one_note_do_not_overlap(notes: list[Row]) -> None:
    def holds(note: Row) -> bool:
        ordered = sorted((span["start"], span["end"]) for span in all_spans(note))
        return all(one[1] <= two[0] for one, two in pairwise(ordered))

    assert failing(notes, holds) == []


def test_spans_of_a_kind_stand_in_the_order_of_the_text(notes: list[Row]) -> None:
    def holds(note: Row) -> bool:
        return all(note[kind] == sorted(note[kind], key=lambda span: span["start"]) for kind in SPAN_KINDS)

    assert failing(notes, holds) == []


def test_gold_is_the_skills_of_the_spans_each_once(notes: list[Row]) -> None:
    assert failing(notes, lambda note: note["gold"] == [span["uri"] for span in note["skills"]]) == []
    assert failing(notes, lambda note: len(set(note["gold"])) == len(note["gold"])) == []


def test_no_uri_answers_two_skill_spans_of_one_note(notes: list[Row]) -> None:
    def holds(note: Row) -> bool:
        uris = [uri for span in note["skills"] for uri in span_uris(span)]
        return len(set(uris)) == len(uris)

    assert failing(notes, holds) == []


def test_nothing_is_both_had_and_denied_or_another_persons(notes: list[Row]) -> None:
    def holds(note: Row) -> bool:
        had = {uri for kind in ("skills", "occupations") for span in note[kind] for uri in span_uris(span)}
        return had.isdisjoint(
            uri for kind in ("negated", "not_theirs") for span in note[kind] for uri in span_uris(span)
        )

    assert failing(notes, holds) == []


def test_texts_are_unique_and_trimmed(notes: list[Row], phrases: list[tuple[str, Row]]) -> None:
    keys = [("note", note["lang"], note["text"]) for note in notes]
    keys += [(kind, row["lang"], row["text"]) for kind, row in phrases]

    assert len(set(keys)) == len(keys)
    assert [text for *_, text in keys if text != " ".join(text.split())] == []


def test_texts_are_mostly_in_the_script_of_their_language(notes: list[Row], phrases: list[tuple[str, Row]]) -> None:
    def holds(row: Row) -> bool:
        letters = [char for char in str(row["text"]) if char.isalpha()]
        first, last = SCRIPTS.get(row["lang"], "\u0041-\u024f").split("-")
        return sum(first <= char <= last for char in letters) >= 0.7 * len(letters)

    assert failing(notes + [row for _, row in phrases], holds) == []


def test_every_row_was_reviewed_twice(notes: list[Row], phrases: list[tuple[str, Row]]) -> None:
    assert failing(notes + [row for _, row in phrases], lambda row: row["reviewed"] == 2) == []


def test_phrases_have_gold_without_repeats(phrases: list[tuple[str, Row]]) -> None:
    rows = [row for _, row in phrases]

    assert failing(rows, lambda row: 1 <= len(row["gold"]) == len(set(row["gold"]))) == []


def test_gold_is_spread_over_many_concepts(notes: list[Row], phrases: list[tuple[str, Row]]) -> None:
    assert len({uri for note in notes for uri in note["gold"]}) >= 250
    for kind, lang in PHRASE_SETS:
        first = [row["gold"][0] for set_kind, row in phrases if (set_kind, row["lang"]) == (kind, lang)]
        assert len(set(first)) >= 90


def test_rows_hold_uris_of_the_right_form(notes: list[Row], phrases: list[tuple[str, Row]]) -> None:
    def holds(note: Row) -> bool:
        own = all(uri.startswith(ESCO + "skill/") for span in note["skills"] for uri in span_uris(span))
        jobs = all(uri.startswith(ESCO + "occupation/") for span in note["occupations"] for uri in span_uris(span))
        others = [uri for kind in ("negated", "not_theirs") for span in note[kind] for uri in span_uris(span)]
        return own and jobs and all(uri.startswith((ESCO + "skill/", ESCO + "occupation/")) for uri in others)

    assert failing(notes, holds) == []
    prefix = {"titles": ESCO + "occupation/", "skills": ESCO + "skill/"}
    assert [row["id"] for kind, row in phrases if not all(uri.startswith(prefix[kind]) for uri in row["gold"])] == []


def test_skill_spans_hold_skills_of_esco(notes: list[Row], skills: frozenset[str]) -> None:
    assert failing(notes, lambda note: all(skills.issuperset(span_uris(span)) for span in note["skills"])) == []


def test_occupation_spans_hold_occupations_of_esco(notes: list[Row], occupations: frozenset[str]) -> None:
    assert failing(notes, lambda note: all(occupations.issuperset(span_uris(s)) for s in note["occupations"])) == []


def test_what_is_not_theirs_is_in_esco_too(
    notes: list[Row], skills: frozenset[str], occupations: frozenset[str]
) -> None:
    known = skills | occupations

    assert failing(notes, lambda note: all(known.issuperset(span_uris(span)) for span in all_spans(note))) == []
    assert failing(notes, lambda note: all(span["uri"] is not None for span in note["not_theirs"])) == []


def test_titles_hold_occupations_and_phrases_hold_skills_of_esco(
    phrases: list[tuple[str, Row]], skills: frozenset[str], occupations: frozenset[str]
) -> None:
    known = {"titles": occupations, "skills": skills}

    assert [row["id"] for kind, row in phrases if not known[kind].issuperset(row["gold"])] == []
