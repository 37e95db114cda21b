import csv
from pathlib import Path

import pytest

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import ConceptId, Kind, LabelStatus, Taxonomy
from skillmatch.taxonomy.labels import COLUMNS, with_unofficial
from skillmatch.text import Language
from tests.small_esco.concepts import occupation_uri, skill_uri

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "esco" / "labels"
FILES = sorted(SHIPPED.glob("*.csv"))


def write(folder: Path, language: str, *rows: tuple[str, str, str], spoken: str = "") -> Path:
    with (folder / f"{language}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows((*row, spoken, "unofficial", "2") for row in rows)
    return folder


def test_a_language_that_esco_lacks_gets_our_labels_marked_as_unofficial(taxonomy: Taxonomy, tmp_path: Path) -> None:
    more = with_unofficial(taxonomy, write(tmp_path, "tr", (occupation_uri(1), "kaynakçı", "gazaltı kaynakçısı")))
    assert more.all_labels(ConceptId(occupation_uri(1)))[Language("tr")] == ("kaynakçı", "gazaltı kaynakçısı")
    assert set(more.labels[Language("tr")].status.tolist()) == {LabelStatus.UNOFFICIAL}
    assert more.label(ConceptId(occupation_uri(1)), (Language("tr"),)) == "kaynakçı"
    assert any("unofficial" in note for note in more.release.notes)


def test_an_official_label_always_wins(taxonomy: Taxonomy, tmp_path: Path) -> None:
    more = with_unofficial(taxonomy, write(tmp_path, "nl", (skill_uri(1), "iets anders", "")))
    assert more.all_labels(ConceptId(skill_uri(1))) == taxonomy.all_labels(ConceptId(skill_uri(1)))
    assert more is taxonomy


def test_what_people_say_is_no_label(taxonomy: Taxonomy, tmp_path: Path) -> None:
    folder = write(tmp_path, "nl", (skill_uri(1), "iets anders", ""), spoken="ik las|ik heb gelast")
    more = with_unofficial(taxonomy, folder)
    assert more.all_labels(ConceptId(skill_uri(1))) == taxonomy.all_labels(ConceptId(skill_uri(1)))
    assert list(more.spoken[Language("nl")].text) == ["ik las", "ik heb gelast"]
    assert set(more.spoken[Language("nl")].concept.tolist()) == {taxonomy.number(ConceptId(skill_uri(1)))}
    assert any("as people speak" in note for note in more.release.notes)


def test_what_is_said_of_a_concept_without_a_label_in_that_language_has_nothing_to_be_shown_as(
    taxonomy: Taxonomy, tmp_path: Path
) -> None:
    assert with_unofficial(taxonomy, write(tmp_path, "tr", (skill_uri(1), "", ""), spoken="kaynak yaparım")) is taxonomy


def test_a_concept_that_the_release_lacks_is_passed_over(taxonomy: Taxonomy, tmp_path: Path) -> None:
    assert with_unofficial(taxonomy, write(tmp_path, "tr", ("http://elsewhere", "a", ""))) is taxonomy


def test_only_the_languages_asked_for_are_added(taxonomy: Taxonomy, tmp_path: Path) -> None:
    folder = write(tmp_path, "tr", (skill_uri(1), "kaynak", ""))
    write(tmp_path, "fa", (skill_uri(1), "جوشکاری", ""))
    more = with_unofficial(taxonomy, folder, [Language("fa")])
    assert Language("fa") in more.labels
    assert Language("tr") not in more.labels


@pytest.mark.parametrize(
    ("content", "row", "column"),
    [("uri,label\n", 1, None), (",".join(COLUMNS) + "\nhttp://a,,,,unofficial,2\n", 2, "label")],
)
def test_a_malformed_file_is_named_by_row_and_column(
    taxonomy: Taxonomy, tmp_path: Path, content: str, row: int, column: str | None
) -> None:
    (tmp_path / "tr.csv").write_text(content, encoding="utf-8")
    with pytest.raises(TaxonomyError) as error:
        with_unofficial(taxonomy, tmp_path)
    assert (error.value.file, error.value.row, error.value.column) == ("tr.csv", row, column)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_names_real_concepts_once_and_says_how_often_it_was_reviewed(
    path: Path, real_taxonomy: Taxonomy
) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    uris = [ConceptId(row["uri"]) for row in rows]
    assert len(set(uris)) == len(uris) > 0
    kinds = {real_taxonomy.kind(uri) for uri in uris}
    assert kinds <= {Kind.OCCUPATION, Kind.SKILL}
    assert {row["status"] for row in rows} == {"unofficial"}
    assert {row["reviews"] for row in rows} <= {"1", "2"}
    assert all(len(text) < 120 for row in rows for column in COLUMNS[1:4] for text in row[column].split("|"))
    assert all(row["label"] or row["spoken"] for row in rows)
