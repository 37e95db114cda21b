import csv
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy import esco
from skillmatch.taxonomy.concepts import DUTCH, ENGLISH, ConceptId, Kind, LabelStatus, Taxonomy
from skillmatch.taxonomy.esco import read_release
from skillmatch.text import Language
from tests.small_esco import build
from tests.small_esco.build import as_csv, files, write_folder, write_zip, zip_name
from tests.small_esco.concepts import (
    ISCO_GROUPS,
    LANGUAGES,
    OCCUPATIONS,
    RELATED_SKILLS,
    SKILL_GROUPS,
    SKILLS,
    group_uri,
    isco_uri,
    occupation_uri,
    skill_uri,
)

VERSIONS = ("1.0.3", "1.1.1", "1.2.0")
ARABIC, FRENCH = Language("ar"), Language("fr")
WELDER, WELD_METAL = ConceptId(occupation_uri(1)), ConceptId(skill_uri(1))


def official_zips(folder: Path, version: str) -> Path:
    """The small ESCO as the portal gives it: a zip a language; up to 1.1 a zip without language for the relations."""
    content = files(version)
    for language in LANGUAGES:
        own = {name: text for name, text in content.items() if name.endswith(f"_{language}.csv")}
        write_zip(folder / zip_name(version, language), own)
    relations = {name: text for name, text in content.items() if "_" not in name}
    if relations:
        write_zip(folder / zip_name(version, ""), relations)
    return folder


def one_row(version: str, stem: str, **cells: str) -> str:
    """One of ESCO's files with a single row."""
    return as_csv(build.COLUMNS[version][stem], [cells])


def labels_of(taxonomy: Taxonomy, concept: ConceptId, language: Language) -> list[tuple[LabelStatus, str]]:
    labels = taxonomy.labels[language]
    return [(LabelStatus(labels.status[row]), labels.text[row]) for row in labels.of(taxonomy.number(concept))]


def contents(taxonomy: Taxonomy) -> list[object]:
    """All that a taxonomy says, release apart, in comparable form."""
    columns = [taxonomy.isco, taxonomy.code, taxonomy.skill_types, taxonomy.reuse, taxonomy.regulated, taxonomy.nace]
    links = [taxonomy.essential, taxonomy.optional, taxonomy.broader, taxonomy.related]
    return [
        taxonomy.ids,
        taxonomy.kinds.tolist(),
        [list(column) for column in columns],
        [(relation.starts.tolist(), relation.targets.tolist()) for relation in links],
        {name: (x.concept.tolist(), x.status.tolist(), list(x.text)) for name, x in taxonomy.labels.items()},
        {name: list(found) for name, found in taxonomy.descriptions.items()},
    ]


# --- layouts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_every_layout_gives_the_same_concepts_labels_and_relations(tmp_path: Path, version: str) -> None:
    taxonomy = read_release([official_zips(tmp_path, version)])
    assert taxonomy.release.version == version
    for row in OCCUPATIONS:
        occupation = taxonomy.occupation(ConceptId(occupation_uri(row.number)))
        assert occupation.labels == {name: tuple(labels) for name, labels in row.labels.items()}
        assert occupation.isco == row.isco
        assert occupation.essential == {skill_uri(number) for number in row.essential}
        assert occupation.optional == {skill_uri(number) for number in row.optional}
        assert taxonomy.description(occupation.id) == row.description
        assert occupation.regulated is (True if row.regulated and version != "1.0.3" else None)
        assert len(occupation.nace) == (len(row.nace) if version == "1.2.0" else 0)
    for skill_row in SKILLS:
        skill = taxonomy.skill(ConceptId(skill_uri(skill_row.number)))
        assert skill.labels == {name: tuple(labels) for name, labels in skill_row.labels.items()}
        assert (skill.kind, skill.reuse) == (skill_row.type, skill_row.reuse)
        assert group_uri(skill_row.group) in skill.broader


@pytest.mark.parametrize("version", VERSIONS)
def test_isco_and_skill_groups_are_concepts_with_code_and_labels(tmp_path: Path, version: str) -> None:
    taxonomy = read_release([official_zips(tmp_path, version)])
    for code, labels in ISCO_GROUPS.items():
        number = taxonomy.number(ConceptId(isco_uri(code)))
        assert (taxonomy.kinds[number], taxonomy.isco[number]) == (Kind.ISCO_GROUP, code)
        assert [taxonomy.label(taxonomy.ids[number], (Language(name),)) for name in LANGUAGES] == list(labels)
    for code, labels in SKILL_GROUPS.items():
        number = taxonomy.number(ConceptId(group_uri(code)))
        assert (taxonomy.kinds[number], taxonomy.code[number]) == (Kind.SKILL_GROUP, code)
        assert [taxonomy.label(taxonomy.ids[number], (Language(name),)) for name in LANGUAGES] == list(labels)


def test_related_skills_are_kept(taxonomy: Taxonomy) -> None:
    for one, _, other in RELATED_SKILLS:
        assert taxonomy.named(taxonomy.related, ConceptId(skill_uri(one))) == (skill_uri(other),)
    assert len(taxonomy.related) == len(RELATED_SKILLS)


def test_zips_folders_files_and_any_order_of_them_give_the_same(tmp_path: Path) -> None:
    expected = contents(read_release([write_folder(tmp_path / "v1.1.1", "1.1.1")]))
    zips = official_zips(tmp_path / "zips", "1.1.1")
    deep = official_zips(tmp_path / "deep" / "er", "1.1.1")
    inside = {f"ESCO dataset - v1.1.1/{name}": text for name, text in files("1.1.1").items()}
    assert contents(read_release([zips])) == expected
    assert contents(read_release([tmp_path / "deep"])) == expected
    assert contents(read_release(sorted(deep.iterdir(), reverse=True))) == expected
    assert contents(read_release(sorted((tmp_path / "v1.1.1").iterdir(), reverse=True))) == expected
    assert contents(read_release([write_zip(tmp_path / "all.zip", inside)])) == expected


def test_reading_writes_nothing_beside_the_files(tmp_path: Path) -> None:
    folder = official_zips(tmp_path, "1.2.0")
    before = sorted(folder.rglob("*"))
    read_release([folder])
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("folder", "layout", "expected"),
    [
        ("ESCO v1.2.1", "1.2.0", "1.2.1"),
        ("esco_1.1.2_csv", "1.1.1", "1.1.2"),
        ("v1.3.0", "1.2.0", "1.3.0"),
        ("esco", "1.2.0", "1.2"),
        ("esco", "1.1.1", "1.1"),
        ("esco", "1.0.3", "1.0"),
        ("app-17.2.1", "1.1.1", "1.1"),
    ],
)
def test_the_version_is_what_names_say_else_what_columns_show(
    tmp_path: Path, folder: str, layout: str, expected: str
) -> None:
    assert read_release([write_folder(tmp_path / folder, layout)]).release.version == expected


def test_relations_that_name_their_version_name_it_for_files_that_do_not(tmp_path: Path) -> None:
    content = files("1.1.1")
    write_zip(tmp_path / zip_name("1.1.1", ""), {name: text for name, text in content.items() if "_" not in name})
    for name, text in content.items():
        if "_" in name:
            (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_release([tmp_path]).release.version == "1.1.1"


def test_other_files_of_the_download_are_ignored(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "v1.2.0", "1.2.0")
    expected = contents(read_release([folder]))
    for name in (
        "dictionary_en.csv",
        "greenShareOcc_en.csv",
        "skills_en_provenance.csv",
        "digitalSkillsCollection_en.csv",
        "conceptSchemes_en.csv",
        "skillsHierarchy_en.csv",
        "skills_en.csv.bak",
        "._skills_en.csv",
        "README.md",
    ):
        (folder / name).write_bytes(b'\xff"not for us')
    write_zip(folder / "other.zip", {"__MACOSX/._skills_en.csv": b"\x00\x05", "skills.txt": "no"})
    assert contents(read_release([folder])) == expected


# --- the frame and what is added -----------------------------------------------------------------------------------


def test_the_newest_complete_release_is_the_frame(tmp_path: Path) -> None:
    for version in VERSIONS:
        official_zips(tmp_path / version, version)
    assert read_release([tmp_path]).release.version == "1.2.0"


def test_a_newer_release_without_relations_only_adds_labels(tmp_path: Path) -> None:
    official_zips(tmp_path, "1.1.1")
    rows = one_row("1.2.0", "occupations", conceptUri=WELDER, preferredLabel="soudeur", iscoGroup="7212")
    write_zip(tmp_path / zip_name("1.2.0", "fr"), {"occupations_fr.csv": rows})
    taxonomy = read_release([tmp_path])
    assert taxonomy.release.version == "1.1.1"
    assert labels_of(taxonomy, WELDER, FRENCH) == [(LabelStatus.PREFERRED, "soudeur")]


@pytest.fixture
def two_releases(tmp_path: Path) -> Path:
    """1.1.1 whole, and occupations of 1.0.3 in Dutch and French with other labels and one occupation more."""
    official_zips(tmp_path, "1.1.1")
    welder = {"conceptUri": WELDER, "iscoGroup": "7200", "altLabels": "lasser\nbooglasser", "description": "old"}
    rows = [
        {**welder, "preferredLabel": "metaalverbinder"},
        {"conceptUri": occupation_uri(99), "iscoGroup": "9999", "preferredLabel": "weg"},
    ]
    columns = build.COLUMNS["1.0.3"]["occupations"]
    for language in ("nl", "fr"):
        (tmp_path / f"occupations_{language}.csv").write_text(as_csv(columns, rows), encoding="utf-8")
    return tmp_path


def test_the_label_of_the_frame_stays_preferred_and_others_are_added_once(two_releases: Path) -> None:
    taxonomy = read_release([two_releases])
    assert labels_of(taxonomy, WELDER, DUTCH) == [
        (LabelStatus.PREFERRED, "lasser"),
        (LabelStatus.ALTERNATIVE, "metaallasser"),
        (LabelStatus.ALTERNATIVE, "lasser/lasster"),
        (LabelStatus.ALTERNATIVE, "metaalverbinder"),
        (LabelStatus.ALTERNATIVE, "booglasser"),
    ]


def test_another_release_gives_the_preferred_label_of_a_language_that_the_frame_lacks(two_releases: Path) -> None:
    taxonomy = read_release([two_releases])
    assert labels_of(taxonomy, WELDER, FRENCH)[0] == (LabelStatus.PREFERRED, "metaalverbinder")
    assert taxonomy.description(WELDER, FRENCH) == "old"


def test_another_release_changes_no_fact_of_the_frame(two_releases: Path) -> None:
    taxonomy = read_release([two_releases])
    assert taxonomy.occupation(WELDER).isco == "7212"
    assert taxonomy.description(WELDER) == "Welders join metal parts."


def test_concepts_that_the_frame_lacks_are_left_out_and_counted_once(two_releases: Path) -> None:
    taxonomy = read_release([two_releases])
    assert occupation_uri(99) not in taxonomy.numbers
    assert taxonomy.release.notes == ("1 occupations of other releases are not in ESCO 1.1.1 and were left out",)


def test_relations_of_concepts_that_are_gone_are_left_out_and_counted(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1")
    with (folder / "occupationSkillRelations.csv").open("a", encoding="utf-8") as out:
        out.write(f"{occupation_uri(99)},essential,knowledge,{skill_uri(1)}\n")
        out.write(f"{occupation_uri(1)},essential,knowledge,{skill_uri(99)}\n")
    taxonomy = read_release([folder])
    assert len(taxonomy.essential) == sum(len(row.essential) for row in OCCUPATIONS)
    assert taxonomy.release.notes == ("2 relations of concepts that ESCO 1.1.1 lacks were left out",)


def test_a_skill_that_is_essential_is_not_optional_too(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1")
    with (folder / "occupationSkillRelations.csv").open("a", encoding="utf-8") as out:
        out.write(f"{WELDER},optional,skill/competence,{WELD_METAL}\n")
    welder = read_release([folder]).occupation(WELDER)
    assert WELD_METAL in welder.essential
    assert WELD_METAL not in welder.optional


def test_parts_that_are_absent_are_noted(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1")
    (folder / "skillSkillRelations.csv").unlink()
    taxonomy = read_release([folder])
    assert taxonomy.release.notes == ("no skillSkillRelations file: that part is empty",)
    assert len(taxonomy.related) == 0


def test_nace_codes_are_joined_from_the_file_of_another_release(tmp_path: Path) -> None:
    official_zips(tmp_path, "1.1.1")
    nace = "http://data.europa.eu/ux2/nace2.1"
    (tmp_path / "occupation_nace_v1.2.1.csv").write_text(
        f'conceptUri,code,naceCode,label\n{WELDER},7212.3,"{nace}/2553, {nace}/55, {nace}/C",welder\n'
        f"{occupation_uri(99)},1,{nace}/1,gone\n",
        encoding="utf-8",
    )
    assert read_release([tmp_path]).occupation(WELDER).nace == ("25.53", "55", "C")


# --- labels --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preferred", "others", "hidden", "expected"),
    [
        ("a b", "a b\na b", "", [(0, "a b")]),
        ("a\u00a0b ", " c\u00a0 d \n\n", "", [(0, "a b"), (1, "c d")]),
        ("a", "b\r\nc\rd", "", [(0, "a"), (1, "b"), (1, "c"), (1, "d")]),
        ("a", "b | c | a", "", [(0, "a"), (1, "b"), (1, "c")]),
        ("a | b", "c|d", "", [(0, "a | b"), (1, "c|d")]),
        ("a", "b", "h\na\nb", [(0, "a"), (1, "b"), (2, "h")]),
        ("ver\u00adpleger\u200b", "a\tb", "", [(0, "verpleger"), (1, "a b")]),
        ("", "b", "", [(1, "b")]),
        ("", "", "", []),
    ],
)
def test_labels_in_cells_are_parted_cleaned_and_not_repeated(
    tmp_path: Path, preferred: str, others: str, hidden: str, expected: list[tuple[int, str]]
) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1")
    cells = {"conceptUri": WELD_METAL, "preferredLabel": preferred, "altLabels": others, "hiddenLabels": hidden}
    (folder / "skills_fr.csv").write_text(one_row("1.1.1", "skills", **cells), encoding="utf-8", newline="")
    rows = one_row("1.1.1", "occupations", conceptUri=WELDER, preferredLabel="x", iscoGroup="7212")
    (folder / "occupations_fr.csv").write_text(rows, encoding="utf-8")
    assert labels_of(read_release([folder]), WELD_METAL, FRENCH) == expected


def test_rows_that_repeat_a_uri_are_merged(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "v1.2.0", "1.2.0")
    again = {"conceptUri": WELDER, "preferredLabel": "joiner of metal", "altLabels": "arc welder", "iscoGroup": "7212"}
    text = one_row("1.2.0", "occupations", **again).partition("\n")[2]
    with (folder / "occupations_en.csv").open("a", encoding="utf-8") as out:
        out.write(text)
    taxonomy = read_release([folder])
    assert len(taxonomy.of_kind(Kind.OCCUPATION)) == len(OCCUPATIONS)
    assert taxonomy.all_labels(WELDER)[ENGLISH] == ("welder", "metal welder", "joiner of metal", "arc welder")


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    expected = contents(read_release([write_folder(tmp_path / "plain", "1.1.1")]))
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1")
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n") + "\r\n\r\n"
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert contents(read_release([folder])) == expected


def test_a_skill_type_that_is_not_escos_is_unknown(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1", ["en"])
    path = folder / "skills_en.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",knowledge,", ",attitude,"), encoding="utf-8")
    assert read_release([folder]).skill(ConceptId(skill_uri(5))).kind == ""


# --- languages -----------------------------------------------------------------------------------------------------


def test_only_the_languages_asked_for_are_kept(small_esco: Path) -> None:
    taxonomy = read_release([small_esco], [DUTCH])
    assert taxonomy.languages == (DUTCH,)
    assert taxonomy.release.notes == ()
    assert len(taxonomy.ids) == 78


def test_a_concept_without_a_label_in_the_languages_asked_for_keeps_its_english_name(small_esco: Path) -> None:
    taxonomy = read_release([small_esco], [ARABIC])
    assert list(taxonomy.labels[ENGLISH].text) == ["pipe welder", "test electrical circuits"]
    assert taxonomy.release.notes == ("2 concepts have no label in ar: their name in en is kept",)
    assert set(taxonomy.descriptions) <= {ARABIC}


def test_a_row_without_a_label_is_no_label_in_that_language(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1")
    with (folder / "skills_ar.csv").open("a", encoding="utf-8") as out:
        out.write(one_row("1.1.1", "skills", conceptUri=skill_uri(16)).partition("\n")[2])
    taxonomy = read_release([folder], [ARABIC])
    assert taxonomy.all_labels(ConceptId(skill_uri(16))) == {ENGLISH: ("test electrical circuits",)}


def test_a_language_that_no_file_has_is_refused(small_esco: Path) -> None:
    with pytest.raises(TaxonomyError, match="no labels in fr, tr; there are ar, en, nl"):
        read_release([small_esco], [FRENCH, DUTCH, Language("tr")])


# --- what is missing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", ["skills", "occupationSkillRelations"])
def test_an_incomplete_release_says_which_piece_is_missing_and_where_it_is_found(tmp_path: Path, stem: str) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1")
    for path in folder.glob(f"{stem}*"):
        path.unlink()
    with pytest.raises(TaxonomyError, match=rf"1\.1\.1 has no {stem} file.*https://esco.ec.europa.eu") as caught:
        read_release([folder])
    assert str(folder) in str(caught.value)


def test_without_occupations_there_is_no_release(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1")
    for path in folder.glob("occupations*"):
        path.unlink()
    with pytest.raises(TaxonomyError, match=r"no occupations_xx\.csv"):
        read_release([folder])


def test_relations_of_another_release_do_not_complete_one(tmp_path: Path) -> None:
    official_zips(tmp_path, "1.1.1")
    for path in tmp_path.glob("*classification -  -*"):
        path.rename(tmp_path / zip_name("1.0.3", ""))
    with pytest.raises(TaxonomyError, match=r"1\.1\.1 has no occupationSkillRelations file"):
        read_release([tmp_path])


def test_a_folder_without_esco_and_a_path_that_is_not_there_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="no file of ESCO in"):
        read_release([tmp_path])
    with pytest.raises(TaxonomyError, match="no such file or folder"):
        read_release([tmp_path / "none"])


# --- malformed files -----------------------------------------------------------------------------------------------

OCCUPATIONS_EN, SKILLS_EN, RELATIONS = "occupations_en.csv", "skills_en.csv", "occupationSkillRelations.csv"
GROUPS_EN, BROADER, RELATED = "ISCOGroups_en.csv", "broaderRelationsOccPillar.csv", "skillSkillRelations.csv"


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        (OCCUPATIONS_EN, "iscoGroup", "isco", (1, "iscoGroup")),
        (SKILLS_EN, "conceptUri", "uri", (1, "conceptUri")),
        (SKILLS_EN, "skillType", "type", (1, "skillType")),
        (RELATIONS, "relationType", "relation", (1, "relationType")),
        (BROADER, "broaderUri", "broader", (1, "broaderUri")),
        (RELATIONS, ",essential,", ",vital,", (2, "relationType")),
        (RELATIONS, f"{WELDER},essential", "essential", (2, "skillUri")),
        (RELATIONS, f"{WELDER},essential", f"{WELDER},,essential", (2, None)),
        (RELATIONS, f"{WELDER},essential", ",essential", (2, "occupationUri")),
        (RELATIONS, skill_uri(2), "", (3, "skillUri")),
        (RELATIONS, skill_uri(2), "skill-2", (3, "skillUri")),
        (BROADER, f"{isco_uri('22')},ISCOGroup,", ",ISCOGroup,", (2, "conceptUri")),
        (RELATED, skill_uri(12), "", (2, "relatedSkillUri")),
        # a concept has a cell with two lines in its row: the third occupation of the file begins on line 6
        (OCCUPATIONS_EN, f"Occupation,{occupation_uri(3)}", "Occupation,", (6, "conceptUri")),
        (OCCUPATIONS_EN, ",2221,", ",221,", (6, "iscoGroup")),
        (OCCUPATIONS_EN, ",2221,", ",C2221,", (6, "iscoGroup")),
        (SKILLS_EN, f"KnowledgeSkillCompetence,{skill_uri(1)}", skill_uri(1), (2, "description")),
        (GROUPS_EN, isco_uri("2") + ",", skill_uri(1) + ",", (2, "conceptUri")),
    ],
)
def test_a_malformed_file_is_refused_with_file_row_and_column(
    tmp_path: Path, name: str, old: str, new: str, place: tuple[int, str | None]
) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1", ["en"])
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    with pytest.raises(TaxonomyError) as caught:
        read_release([folder])
    assert (caught.value.file, caught.value.row, caught.value.column) == (name, *place)


@pytest.mark.parametrize(
    ("damage", "row", "message"),
    [
        (lambda _: b"", 1, "empty"),
        (lambda text: text.replace(b"weld metal", b"weld \xe9 metal", 1), 2, "not UTF-8"),
        (lambda text: text.decode().encode("utf-16"), 1, "not UTF-8"),
        (lambda text: text[: text.index(b"metal welding") + 3], 2, "CSV"),
        (lambda text: text.replace(b'parts by welding"', b'parts by "welding"', 1), 2, "CSV"),
        (lambda text: text + b"x" * (1 << 20), 46, "a line of"),
    ],
)
def test_damaged_text_is_refused_with_its_row(
    tmp_path: Path, damage: Callable[[bytes], bytes], row: int, message: str
) -> None:
    folder = write_folder(tmp_path / "v1.1.1", "1.1.1", ["en"])
    path = folder / SKILLS_EN
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(TaxonomyError, match=message) as caught:
        read_release([folder])
    assert (caught.value.file, caught.value.row) == (SKILLS_EN, row)


def test_an_error_in_a_zip_names_zip_and_file(tmp_path: Path) -> None:
    content = files("1.2.0", ["en"])
    name = "occupationSkillRelations_en.csv"
    write_zip(tmp_path / "v1.2.0.zip", {**content, name: content[name].replace("optional", "handy", 1)})
    with pytest.raises(TaxonomyError, match=rf"v1\.2\.0\.zip:{name}, row 5, column relationType"):
        read_release([tmp_path])


def test_a_truncated_or_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "v1.2.0.zip", files("1.2.0"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TaxonomyError, match=r"v1\.2\.0\.zip: cannot be read"):
        read_release([path])
    path.write_bytes(_with_flag(whole, 1))
    with pytest.raises(TaxonomyError, match=r"cannot be read.*password"):
        read_release([path])


def _with_flag(archive: bytes, flag: int) -> bytes:
    """A zip in which every entry has a general purpose flag set, in both of its headers."""
    changed = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= flag
            place = changed.find(mark, place + 1)
    return bytes(changed)


def test_a_zip_bomb_is_refused_by_its_declared_size(tmp_path: Path) -> None:
    bomb = tmp_path / "v1.2.0.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("skills_en.csv", "w") as out:
        for _ in range(257):
            out.write(bytes(1 << 20))
    assert bomb.stat().st_size < 1 << 20
    with pytest.raises(TaxonomyError, match=r"skills_en\.csv: 269,484,032 bytes unpacked"):
        read_release([bomb])


def test_a_zip_that_declares_less_than_it_holds_is_not_read_past_that(tmp_path: Path) -> None:
    path = tmp_path / "v1.2.0.zip"
    long = files("1.2.0")["skills_en.csv"] + "\n" * 1_000_000
    write_zip(path, {**files("1.2.0"), "skills_en.csv": long})
    size = len(long.encode()).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (5000).to_bytes(4, "little")))
    with pytest.raises(TaxonomyError):
        read_release([path])


def test_more_than_all_of_esco_is_refused(small_esco: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(esco, "LARGEST_SUM", 10_000)
    with pytest.raises(TaxonomyError, match="more than all of ESCO"):
        read_release([small_esco])


def test_a_damaged_zip_gives_a_taxonomy_error_or_a_taxonomy_and_nothing_else(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "v1.2.0.zip", files("1.2.0", ["en"]))
    whole, chance, refused = path.read_bytes(), random.Random(20), 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            read_release([path])
        except TaxonomyError:
            refused += 1
    assert refused > 250


# --- the real files ------------------------------------------------------------------------------------------------

OTHERS = [
    "bg", "cs", "da", "de", "el", "es", "et", "fi", "ga", "hr", "hu", "is", "it", "lt", "lv", "mt", "no", "pl", "pt",
    "ro", "sk", "sl", "sv",
]  # fmt: skip


def real_rows(path: Path, name: str = "") -> Iterator[dict[str, str]]:
    """Rows as Python's csv module gives them: an oracle that shares no code with the reader."""
    if name:
        with zipfile.ZipFile(path) as archive:
            text = archive.read(name).decode()
    else:
        text = path.read_text(encoding="utf-8")
    return csv.DictReader(io.StringIO(text, newline=""))


def tidy(label: str) -> str:
    return " ".join(label.replace("\u00ad", "").replace("\u200b", "").split())


def official(shared: Path, language: str) -> Path:
    return shared / "esco" / zip_name("1.1.1", language)


@pytest.mark.slow
def test_the_real_release_has_the_concepts_its_files_list(real_taxonomy: Taxonomy) -> None:
    assert real_taxonomy.release.version == "1.1.1"
    counts = {kind.name: len(real_taxonomy.of_kind(kind)) for kind in Kind}
    assert counts == {"OCCUPATION": 3007, "SKILL": 13896, "ISCO_GROUP": 619, "SKILL_GROUP": 640}
    assert len(set(real_taxonomy.ids)) == len(real_taxonomy.ids)
    assert sum(bool(note) for note in real_taxonomy.regulated) == 15


@pytest.mark.slow
def test_the_real_relations_are_those_of_the_file(real_taxonomy: Taxonomy, shared: Path) -> None:
    rows = list(real_rows(official(shared, ""), "occupationSkillRelations.csv"))
    known = [row for row in rows if row["occupationUri"] in real_taxonomy.numbers]
    pairs = {
        relation: {
            (real_taxonomy.number(ConceptId(row["occupationUri"])), real_taxonomy.number(ConceptId(row["skillUri"])))
            for row in known
            if row["relationType"] == relation
        }
        for relation in ("essential", "optional")
    }
    for relation, links in (("essential", real_taxonomy.essential), ("optional", real_taxonomy.optional)):
        sources = np.repeat(np.arange(len(links.starts) - 1), np.diff(links.starts))
        assert set(zip(sources.tolist(), links.targets.tolist(), strict=True)) == pairs[relation]
    # 67 rows are of an occupation that occupations_en.csv lacks: the 3,008th that is often counted
    assert len(rows) == 123_855
    assert len(real_taxonomy.essential) + len(real_taxonomy.optional) == 123_855 - 67
    assert len(real_taxonomy.broader) == 3_617 - 1 + 20_656 - 7
    assert len(real_taxonomy.related) == 5_899
    assert "75 relations of concepts that ESCO 1.1.1 lacks were left out" in real_taxonomy.release.notes


@pytest.mark.slow
def test_real_coverage_is_that_of_the_data_packs_table(real_taxonomy: Taxonomy) -> None:
    expected = dict.fromkeys(OTHERS, (2939, 0))
    expected |= {"de": (2939, 12310), "es": (2939, 13379), "sv": (2939, 13379)}
    expected |= {"en": (3007, 13896), "nl": (3007, 6965), "fr": (3004, 13696), "ar": (3004, 2235), "uk": (3004, 2235)}
    found = {}
    for language, labels in real_taxonomy.labels.items():
        kinds = real_taxonomy.kinds[np.unique(labels.concept[labels.status == LabelStatus.PREFERRED])]
        found[language] = tuple(int(np.count_nonzero(kinds == kind)) for kind in (Kind.OCCUPATION, Kind.SKILL))
    assert found == expected


@pytest.mark.slow
@pytest.mark.parametrize("language", ["nl", "fr", "ar", "uk"])
def test_real_labels_are_those_of_the_files(real_taxonomy: Taxonomy, shared: Path, language: str) -> None:
    for stem in ("occupations", "skills"):
        for row in real_rows(shared / "esco" / language / f"{stem}_{language}.csv"):
            if row["conceptUri"] not in real_taxonomy.numbers:
                continue
            labels = [text for _, text in labels_of(real_taxonomy, ConceptId(row["conceptUri"]), Language(language))]
            others = (row["altLabels"] + "\n" + row["hiddenLabels"]).replace(" | ", "\n").split("\n")
            assert labels[0] == tidy(row["preferredLabel"])
            assert set(labels[1:]) == {tidy(label) for label in others} - {labels[0], ""}
            assert len(set(labels)) == len(labels)


@pytest.mark.slow
def test_real_occupations_have_sectors_and_groups(real_taxonomy: Taxonomy, shared: Path) -> None:
    occupations = real_taxonomy.of_kind(Kind.OCCUPATION)
    assert sum(bool(real_taxonomy.nace[number]) for number in occupations) == 3004
    groups = {real_taxonomy.isco[number] for number in real_taxonomy.of_kind(Kind.ISCO_GROUP)}
    assert {real_taxonomy.isco[number] for number in occupations} <= groups
    assert all(real_taxonomy.code[number] for number in real_taxonomy.of_kind(Kind.SKILL_GROUP))
    first = next(real_rows(shared / "esco" / "occupation_nace_v1.2.1.csv"))
    assert real_taxonomy.occupation(ConceptId(first["conceptUri"])).nace == ("90.31",)


@pytest.mark.slow
def test_real_labels_hold_no_line_breaks_bars_or_unusual_spaces(real_taxonomy: Taxonomy) -> None:
    for labels in real_taxonomy.labels.values():
        assert not [text for text in labels.text if text != " ".join(text.split()) or not text or " | " in text]
