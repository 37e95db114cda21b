import csv
import io
import zipfile
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.taxonomy.shortage import (
    OCCUPATION,
    Cause,
    OccupationLink,
    Relation,
    ShortageOccupation,
    by_occupation,
    read_shortages,
)

LIST = Path(__file__).resolve().parents[2] / "data" / "shortage" / "vdab_2026.csv"
HEADER = "year,region,source,name_nl,esco_uri,relation,main_part,reviewer,note"


@pytest.fixture(scope="module")
def shortages() -> tuple[ShortageOccupation, ...]:
    return read_shortages(LIST)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def esco_labels(shared: Path) -> dict[str, str]:
    """The English preferred label of each occupation of ESCO 1.1.1, by URI."""
    with zipfile.ZipFile(shared / "esco" / "ESCO dataset - v1.1.1 - classification - en - csv.zip") as official:
        name = next(name for name in official.namelist() if name.endswith("occupations_en.csv"))
        table = csv.DictReader(io.TextIOWrapper(official.open(name), encoding="utf-8", newline=""))
        return {row["conceptUri"]: row["preferredLabel"].strip() for row in table}


def _written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def _row(name: str = "Lasser", uri: str = "welder", relation: str = "exact", main: str = "", **other: str) -> str:
    cells = {"year": "2026", "region": "Flanders", "source": "a list"} | other
    return f"{cells['year']},{cells['region']},{cells['source']},{name},{OCCUPATION}{uri},{relation},{main},,"


def _shortage(name: str, *links: tuple[str, Relation, bool]) -> ShortageOccupation:
    made = tuple(OccupationLink(ConceptId(uri), relation, main) for uri, relation, main in links)
    return ShortageOccupation(2026, "Flanders", name, "a list", None, made)


def test_the_list_has_the_227_names_of_vdab_and_no_other(
    shortages: tuple[ShortageOccupation, ...], shared: Path
) -> None:
    with (shared / "shortage" / "vdab_knelpuntberoepen_2026.csv").open(encoding="utf-8", newline="") as file:
        official = [row["beroep_nl"] for row in csv.DictReader(file)]
    assert len(shortages) == 227
    assert sorted(shortage.name for shortage in shortages) == sorted(official)


def test_every_name_is_linked_and_no_link_repeats(shortages: tuple[ShortageOccupation, ...]) -> None:
    pairs = Counter((shortage.name, link.occupation) for shortage in shortages for link in shortage.links)
    assert set(pairs.values()) == {1}
    assert all(shortage.links for shortage in shortages)


def test_every_link_leads_to_an_esco_occupation(rows: list[dict[str, str]], esco_labels: dict[str, str]) -> None:
    assert {row["esco_uri"] for row in rows} <= set(esco_labels)


def test_every_link_says_who_judged_it_and_every_broader_one_how_much_the_name_covers(
    rows: list[dict[str, str]],
) -> None:
    assert all(row["reviewer"] for row in rows)
    assert {(row["relation"], row["main_part"]) for row in rows} == {
        ("exact", ""), ("narrower", ""), ("broader", "yes"), ("broader", "no"),
    }  # fmt: skip


def test_the_rows_of_a_name_stand_together(rows: list[dict[str, str]]) -> None:
    runs = [name for name, _ in groupby(row["name_nl"] for row in rows)]
    assert len(runs) == len(set(runs)) == 227


def test_no_occupation_is_exactly_two_names(shortages: tuple[ShortageOccupation, ...]) -> None:
    exact = Counter(
        link.occupation for shortage in shortages for link in shortage.links if link.relation is Relation.EXACT
    )
    assert max(exact.values()) == 1


def test_the_readme_states_the_counts_of_the_file(shortages: tuple[ShortageOccupation, ...]) -> None:
    text = " ".join((LIST.parent / "README.md").read_text(encoding="utf-8").split())
    links = [link for shortage in shortages for link in shortage.links]
    unmarked = sum(not any(link.marks for link in shortage.links) for shortage in shortages)
    assert f"{len(links)} to {len({link.occupation for link in links})} ESCO occupations" in text
    assert f"({len(by_occupation(shortages))} occupations)" in text
    assert f"{unmarked} names have only such links" in text


def test_causes_are_unknown_because_no_source_gives_them(shortages: tuple[ShortageOccupation, ...]) -> None:
    assert {shortage.causes for shortage in shortages} == {None}
    assert {(shortage.year, shortage.region) for shortage in shortages} == {(2026, "Flanders")}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("Manueel lasser", "welder", "welding inspector"),
        ("Machinebouwer", "industrial machinery assembler", "engine designer"),
        ("Dierenarts", "general veterinarian", "equine dental technician"),
        ("Maatschappelijk werker", "social worker", "social care worker"),
        ("Brandertechnicus", "heating technician", "boiler operator"),
        ("Audioloog-audicien", "audiology technician", "audiology equipment shop manager"),
        ("Calculator bouw", "quantity surveyor", "calculation engineer"),
        ("Technoloog medische beeldvorming", "radiographer", "medical device engineering technician"),
        ("Syndicus: medewerker syndicus", "real estate manager", "building caretaker"),
    ],
)
def test_a_name_is_linked_by_meaning_where_an_esco_label_misleads(
    rows: list[dict[str, str]], esco_labels: dict[str, str], name: str, right: str, wrong: str
) -> None:
    labels = {esco_labels[row["esco_uri"]] for row in rows if row["name_nl"] == name}
    assert right in labels
    assert wrong not in labels


def test_a_police_officer_is_not_short_because_some_police_staff_are(
    shortages: tuple[ShortageOccupation, ...], esco_labels: dict[str, str]
) -> None:
    uri = {label: ConceptId(concept) for concept, label in esco_labels.items()}
    named = by_occupation(shortages)
    assert uri["police officer"] not in named
    assert named[uri["bus driver"]] == "Autobuschauffeur"
    assert named[uri["welder"]] == "Manueel lasser"


def test_an_occupation_is_marked_by_exact_and_narrower_links_and_by_broader_ones_of_which_it_is_the_main_part() -> None:
    named = by_occupation(
        [
            _shortage(
                "name",
                ("exact", Relation.EXACT, False),
                ("narrower", Relation.NARROWER, False),
                ("most", Relation.BROADER, True),
                ("little", Relation.BROADER, False),
            )
        ]
    )
    assert named == {"exact": "name", "narrower": "name", "most": "name"}


def test_the_closest_relation_names_an_occupation_and_the_first_of_equals_does() -> None:
    listed = [
        _shortage("broad", ("a", Relation.BROADER, True)),
        _shortage("narrow", ("a", Relation.NARROWER, False), ("b", Relation.NARROWER, False)),
        _shortage("exact", ("a", Relation.EXACT, False)),
        _shortage("narrow too", ("b", Relation.NARROWER, False)),
    ]
    assert by_occupation(listed) == {"a": "exact", "b": "narrow"}


def test_the_answer_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        by_occupation([])["a"] = "b"  # type: ignore[index]


def test_rows_of_one_name_become_one_shortage_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = _written(tmp_path, _row(uri="a"), _row(name="Kok", uri="b"), _row(uri="c", relation="broader", main="yes"))
    lasser, kok = read_shortages(path)
    assert [link.occupation.removeprefix(OCCUPATION) for link in lasser.links] == ["a", "c"]
    assert lasser.links[1] == OccupationLink(ConceptId(OCCUPATION + "c"), Relation.BROADER, main_part=True)
    assert (kok.year, kok.region, kok.source, kok.name) == (2026, "Flanders", "a list", "Kok")


def test_the_same_name_in_another_year_or_region_is_another_shortage(tmp_path: Path) -> None:
    path = _written(tmp_path, _row(), _row(year="2025"), _row(region="Brussels"))
    assert [(one.year, one.region) for one in read_shortages(path)] == [
        (2026, "Flanders"), (2025, "Flanders"), (2026, "Brussels"),
    ]  # fmt: skip


def test_causes_are_read_where_a_list_gives_them(tmp_path: Path) -> None:
    path = _written(
        tmp_path,
        _row(uri="a") + ",kwantitatief; specifieke arbeidsomstandigheden",
        _row(uri="b", name="Kok") + ",",
        header=HEADER + ",causes",
    )
    lasser, kok = read_shortages(path)
    assert lasser.causes == {Cause.QUANTITATIVE, Cause.CONDITIONS}
    assert kok.causes is None


@pytest.mark.parametrize(
    ("lines", "row", "column"),
    [
        ([_row(), _row(name="")], 3, "name_nl"),
        ([_row(year="26")], 2, "year"),
        ([_row(year="²026")], 2, "year"),
        ([_row(region=" ")], 2, "region"),
        ([_row().replace("/occupation/", "/skill/")], 2, "esco_uri"),
        ([_row(relation="same")], 2, "relation"),
        ([_row(relation="")], 2, "relation"),
        ([_row(relation="broader")], 2, "main_part"),
        ([_row(relation="exact", main="yes")], 2, "main_part"),
        ([_row(), _row()], 3, "esco_uri"),
        ([_row(), _row(uri="other", source="another list")], 3, "source"),
        ([_row() + ",one too many"], 2, None),
        (["2026,Flanders"], 2, None),
        ([_row(name='"Lasser"x')], 2, None),
    ],
)
def test_a_wrong_row_is_refused_with_file_row_and_column(
    tmp_path: Path, lines: list[str], row: int, column: str | None
) -> None:
    with pytest.raises(TaxonomyError) as caught:
        read_shortages(_written(tmp_path, *lines))
    assert (caught.value.file, caught.value.row, caught.value.column) == ("list.csv", row, column)


@pytest.mark.parametrize(
    ("lines", "column"),
    [([_row() + ",too hard"], "causes"), ([_row(uri="a") + ",", _row(uri="b") + ",kwalitatief"], "causes")],
)
def test_wrong_causes_are_refused(tmp_path: Path, lines: list[str], column: str) -> None:
    with pytest.raises(TaxonomyError) as caught:
        read_shortages(_written(tmp_path, *lines, header=HEADER + ",causes"))
    assert (caught.value.row, caught.value.column) == (len(lines) + 1, column)


def test_a_file_without_a_needed_column_names_it(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"list\.csv, row 1, column relation"):
        read_shortages(_written(tmp_path, header=HEADER.replace("relation", "relatie")))


def test_a_file_without_rows_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="no occupation"):
        read_shortages(_written(tmp_path))


def test_a_file_that_is_not_there_or_not_text_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"absent\.csv: cannot be read"):
        read_shortages(tmp_path / "absent.csv")
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + b"\n\xe9")
    with pytest.raises(TaxonomyError, match=r"latin\.csv: is not UTF-8"):
        read_shortages(tmp_path / "latin.csv")
