"""Foreign diplomas (D5): the table that is shipped, and what it says of titles in every script and spelling."""

import csv
import dataclasses
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.education import FIELDS, cv_figures, misspelled_figures, nuffic_figures
from skillmatch.assess.education import Education
from skillmatch.assess.education.fields import FieldSearch
from skillmatch.assess.education.level import LevelFinding, Rule
from skillmatch.assess.education.levels import EQF_OF_ISCED, Certainty, Isced, Levels
from skillmatch.assess.education.spelling import likeness, skeleton, spelled
from skillmatch.assess.education.tables import FOLDER, Basis, Programme
from skillmatch.assess.qualification import Qualification
from skillmatch.encode import open_encoder
from skillmatch.errors import TaxonomyError
from skillmatch.index.search import ConceptSearch
from skillmatch.taxonomy.concepts import ConceptId

EDUCATION = Education.read()

ASKED_FOR = re.findall("..", "SYAFIQIRTRMAUAERETSOPSGNCDCMNGGHPKBDINLKBRRUAMGERSAL")


def level(title: str, country: str, entry: Isced | None = None, **told: object) -> LevelFinding:
    shown = dataclasses.replace(Qualification(title, country), **told)  # type: ignore[arg-type]
    return EDUCATION.level(shown, entry)


def fields(title: str, field: str | None = None, country: str = "ZZ") -> list[str]:
    return [one.code for one in EDUCATION.study_fields(Qualification(title, country, field=field))]


# --- the table that is shipped -------------------------------------------------------------------------------------


def test_every_country_of_origin_asked_for_has_leaving_vocational_bachelor_and_master_titles() -> None:
    for country in ASKED_FOR:
        titles = [title for title in EDUCATION.titles if title.country == country]
        held = {level for title in titles for level in range(title.isced.low, title.isced.high + 1)}
        assert {3, 6, 7} <= held, country
        assert any(title.programme is Programme.VOCATIONAL for title in titles), country
        assert all(title.source for title in titles), country


def test_a_title_in_another_script_comes_with_a_transliteration() -> None:
    for title in EDUCATION.titles:
        if (
            not title.title.isascii()
            and spelled(title.title)
            and title.language in {"ar", "fa", "uk", "ru", "ka", "hy"}
        ):
            assert any(name.isascii() or name[0].isascii() for name in title.names[1:]), title.title


def test_titles_are_consistent_with_their_own_levels() -> None:
    """A programme neither ends below what it asks for, nor lies far from the EQF levels of its ISCED level (D5)."""
    for title in EDUCATION.titles:
        assert title.isced.high >= title.entry or title.entry - title.isced.high <= 1, title.title
        assert 0 < title.years <= 8, title.title
        if title.eqf:
            possible = [EQF_OF_ISCED[level] for level in range(title.isced.low, title.isced.high + 1)]
            low, high = min(one.low for one in possible), max(one.high for one in possible)
            assert low - 1 <= title.eqf.low <= title.eqf.high <= high + 1, title.title


@pytest.mark.parametrize("title", EDUCATION.titles, ids=lambda title: f"{title.country} {title.english}")
def test_every_spelling_of_a_title_finds_it(title: object) -> None:
    """Under its own years, any name of a title leads to it, or to a level range that holds its own."""
    assert isinstance(title, type(EDUCATION.titles[0]))
    for name in title.names:
        found = level(name, title.country, year=title.until or title.since)
        assert found.isced is not None, name
        assert found.isced.low <= title.isced.high, name
        assert title.isced.low <= found.isced.high, name
        assert found.titles, name


def test_every_field_of_isced_f_has_a_code_of_its_own_and_words_to_find_it_by() -> None:
    codes = [field.code for field in EDUCATION.fields]
    assert len(set(codes)) == len(codes)
    assert {code[:2] for code in codes} == {f"{broad:02}" for broad in range(11)}
    assert all(field.words and field.name_en and field.name_nl for field in EDUCATION.fields)


def test_codes_and_names_of_fields_are_those_of_isced_f_2013(shared: Path) -> None:
    with (shared / "education/isced_f_2013.csv").open(encoding="utf-8", newline="") as file:
        official = {row["code"]: row["label_en"] for row in csv.DictReader(file)}
    for field in EDUCATION.fields:
        assert likeness(field.name_en, official[field.code]) > 0.75, field.code


def test_isced_is_never_cast_to_eqf_by_its_number() -> None:
    """D5: upper secondary is EQF 3 or 4; a Serbian specialist worker is ISCED 4 and EQF 5."""
    assert EQF_OF_ISCED[Isced.UPPER_SECONDARY] == Levels(3, 4)
    assert EQF_OF_ISCED[Isced.POST_SECONDARY] == Levels(4, 5)
    assert level("Специјалистичко образовање", "RS").eqf == Levels(5, 5)
    assert level("Специјалистичко образовање", "RS").isced == Levels(4, 4)


@pytest.mark.parametrize(
    ("isced", "band"), [(0, "low"), (2, "low"), (3, "secondary"), (4, "secondary"), (5, "high"), (8, "high")]
)
def test_levels_are_banded_as_eurostat_does(isced: int, band: str) -> None:
    assert Isced(isced).band == band


# --- titles in their own script and spelling -----------------------------------------------------------------------

SAME = [
    ("SY", ["شهادة الدراسة الثانوية العامة", "شهاده الدراسه الثانويه العامه", "الثانوية العامة", "ثانوية عامة",
            "shahadat al-dirasa al-thanawiyya al-amma", "Shahadat ad-Dirasah ath-Thanawiyah al-'Ammah"], 3),
    ("IR", ["کارشناسی ارشد", "كارشناسي ارشد", "کارشناسی‌ارشد", "Karshenasi Arshad", "فوق لیسانس", "fogh lisans"], 7),
    ("UA", ["Диплом молодшого спеціаліста", "ДИПЛОМ МОЛОДШОГО СПЕЦІАЛІСТА", "dyplom molodshoho spetsialista",
            "Dyplom molodshogo specialista", "Диплом младшего специалиста"], 5),
    ("TR", ["Lise Diploması", "LİSE DİPLOMASI", "lise diplomasi", "Lise diploması (Anadolu Lisesi)"], 3),
    ("AL", ["Diplomë e Maturës Shtetërore", "Diplome e Matures Shteterore"], 3),
    ("RS", ["Диплома гимназије", "Diploma gimnazije", "DIPLOMA GIMNAZIJE"], 3),
    ("GE", ["ბაკალავრის დიპლომი", "bakalavris diplomi"], 6),
    ("AM", ["Բակալավրի դիպլոմ", "bakalavri diplom"], 6),
    ("CN", ["本科毕业证书", "学士学位证书", "benke"], 6),
    ("NG", ["B.Sc. Mechanical Engineering", "BSc (Mechanical Engineering)", "Bachelor of Science, Mathematics"], 6),
]  # fmt: skip


@pytest.mark.parametrize(("country", "title", "isced"), [(c, t, i) for c, titles, i in SAME for t in titles])
def test_titles_survive_script_transliteration_diacritics_and_case(country: str, title: str, isced: int) -> None:
    found = level(title, country)
    assert found.isced == Levels(isced, isced)
    assert found.rule in {Rule.TITLE, Rule.SPELLING}


def test_a_title_with_its_field_keeps_its_level_and_gives_the_field() -> None:
    assert level("إجازة في الهندسة المدنية", "SY").isced == Levels(6, 7)
    assert fields("إجازة في الحقوق", country="SY") == ["0421"]
    assert level("Lisans Diploması, Makine Mühendisliği", "TR").isced == Levels(6, 6)
    assert fields("Lisans Diploması, Makine Mühendisliği", country="TR")[0] == "0715"


def test_what_holds_a_national_title_inside_a_longer_name_of_a_level_is_the_longer_one() -> None:
    """ "Diploma" is ISCED 5 in Iraq; a high school diploma is not."""
    assert level("diploma", "IQ").isced == Levels(5, 5)
    assert level("high school diploma", "IQ").isced == Levels(3, 3)


def test_two_names_may_stand_in_one_field_apart_or_run_together() -> None:
    for title in ("Bachelorکارشناسی", "کارشناسی / Karshenasi", "Karshenasi (کارشناسی)"):
        assert level(title, "IR").isced == Levels(6, 6)


def test_an_exact_part_of_a_title_comes_before_a_longer_one_spelled_nearly_so() -> None:
    """A Polish physician ("lekarz") holds a master; "dyplom doktora" only looks like it."""
    assert level("Dyplom lekarz", "PL").isced == Levels(7, 7)


def test_a_title_that_names_two_levels_is_of_the_one_it_begins_with() -> None:
    assert level("Master's degree, with a bachelor's degree as admission", "ET").isced == Levels(7, 7)


def test_the_word_diploma_alone_leaves_the_level_open() -> None:
    """In every country it ends something else; only a country's own row says what."""
    found = level("Diploma of the evening institute", "GE")
    assert (found.isced, found.isced_certainty) == (Levels(3, 5), Certainty.LOW)


@pytest.mark.parametrize("country", ["IQ", "SY"])
def test_a_word_that_titles_of_several_levels_begin_with_is_all_of_them_until_the_years_choose(country: str) -> None:
    """A diploma in Iraq or Syria is one of an institute, after school, or one that follows the bachelor."""
    open_ = level("دبلوم", country)
    assert (open_.isced, open_.isced_certainty) == (Levels(5, 7), Certainty.LOW)
    assert open_.would_settle
    two_years = level("دبلوم", country, years=2.0)
    assert (two_years.isced, two_years.would_settle) == (Levels(5, 5), None)


def test_one_word_of_a_long_title_is_less_sure_than_the_title() -> None:
    assert level("Licence", "GN").isced_certainty is Certainty.HIGH
    odd = level("Licence spéciale d'aptitude à la navigation fluviale", "GN")
    assert odd.isced_certainty is Certainty.MEDIUM


def test_the_same_word_means_another_level_in_another_country() -> None:
    """ "Licence" took three years in Guinea, and in Congo two after the graduat, before its reform."""
    assert level("Licence", "GN", year=2015).isced == Levels(6, 6)
    assert level("Licence", "CD", year=2010).isced == Levels(7, 7)
    assert level("diploma", "SO").isced == level("diploma", "ET").isced == Levels(5, 5)


def test_year_or_duration_choose_between_titles_of_one_name() -> None:
    both = level("Licence", "CD", year=2023)
    assert (both.isced, both.isced_certainty) == (Levels(6, 7), Certainty.MEDIUM)
    assert len(both.titles) == 2
    assert level("Licence", "CD", year=2023, years=3.0).isced == Levels(6, 6)
    assert level("Licence", "CD", year=2023, years=2.0).isced == Levels(7, 7)


def test_a_year_in_which_a_title_was_not_issued_lowers_certainty_and_is_said() -> None:
    good, odd = level("Диплом спеціаліста", "UA", year=2001), level("Диплом спеціаліста", "UA", year=2026)
    assert (good.isced, good.isced_certainty) == (odd.isced, Certainty.HIGH)
    assert odd.isced_certainty is Certainty.MEDIUM
    assert "2026" in odd.because


def test_a_duration_unlike_the_titles_lowers_certainty_and_is_said() -> None:
    odd = level("Lisans", "TR", years=1.0)
    assert (odd.isced, odd.isced_certainty) == (Levels(6, 6), Certainty.MEDIUM)
    assert "1 years" in odd.because


def test_certainty_of_the_eqf_level_follows_what_it_rests_on() -> None:
    referenced, judged = level("Lisans Diploması", "TR"), level("بكالوريوس", "IQ")
    assert referenced.titles[0].basis is Basis.REFERENCED
    assert (referenced.eqf_certainty, judged.eqf_certainty) == (Certainty.HIGH, Certainty.MEDIUM)
    assert level("BSc", "ZZ").eqf_certainty is Certainty.LOW


@pytest.mark.parametrize("country", sorted({title.country for title in EDUCATION.titles}))
def test_one_slip_of_the_pen_keeps_the_level_of_a_long_title(country: str) -> None:
    """The main names of a country, one letter lost, doubled or swapped, in 20 letters and more: all but one in ten."""
    draw = random.Random(country)
    right = [
        level(_slip(title.title, draw), country).isced == level(title.title, country).isced
        for title in EDUCATION.titles
        if title.country == country and len(title.title) >= 20
        for _ in range(3)
    ]
    assert sum(right) >= 0.9 * len(right) - 1


def _slip(text: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(text) - 1)
    lost, doubled = text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:]
    return draw.choice((lost, doubled, text[:at] + text[at + 1] + text[at] + text[at + 2 :]))


def test_a_wrong_transliteration_of_vowels_is_found_by_its_consonants() -> None:
    assert skeleton(spelled("shahadat al-dirasa al-thanawiyya")) == skeleton(
        spelled("chahada ed-diraset eth-thaneweya")
    )
    assert level("chahadet ed-diraset eth-thaneweya el-3amma", "SY").isced == Levels(3, 3)


# --- what is not in the table --------------------------------------------------------------------------------------


def test_an_unknown_title_falls_back_to_duration_and_entry_with_low_certainty_and_says_so() -> None:
    found = level("Zyxw Qwrt", "SO", Isced.UPPER_SECONDARY, years=4.0)
    assert (found.isced, found.isced_certainty, found.rule) == (Levels(6, 6), Certainty.LOW, Rule.DURATION)
    assert "not in the table" in found.because
    assert found.would_settle


def test_the_level_as_told_is_of_low_certainty_whatever_the_title() -> None:
    found = level("Zyxw Qwrt", "SO", level="bachelor")
    assert (found.isced, found.isced_certainty, found.rule) == (Levels(6, 6), Certainty.LOW, Rule.TOLD)


def test_where_there_is_nothing_to_go_by_no_level_is_made_up_and_the_question_is_named() -> None:
    for found in (level("Zyxw Qwrt", "SO"), level("", "SY"), level("   ", "ZZ"), level("Zyxw", "SO", years=3.0)):
        assert (found.isced, found.eqf, found.rule) == (None, None, Rule.NOTHING)
        assert found.would_settle


@settings(deadline=None)
@given(st.sampled_from(list(Isced)), st.floats(0.1, 15), st.floats(0.1, 15))
def test_more_years_never_mean_a_lower_level(entry: Isced, one: float, other: float) -> None:
    shorter, longer = (level("Zyxw Qwrt", "ZZ", entry, years=years).isced for years in sorted((one, other)))
    assert shorter is not None
    assert longer is not None
    assert shorter.low <= longer.low
    assert shorter.high <= longer.high
    assert longer.high >= entry


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["SY", "UA", "IN", "CN", "ZZ"]))
def test_any_text_gets_an_answer_that_repeats_nothing_typed_and_calls_nothing_recognised(
    text: str, country: str
) -> None:
    """A title may hold a name: what is said back is only what the table knows."""
    found = level(text, country)
    assert found.isced is None or found.isced.low <= found.isced.high
    assert (found.isced is None) == (found.rule is Rule.NOTHING)
    assert "recognised" not in found.because
    assert EDUCATION.study_fields(Qualification(text, country)) == EDUCATION.study_fields(Qualification(text, country))
    assert level(f"{text} Jansens-Xyzzy", country).because.count("Xyzzy") == 0


def test_no_finding_speaks_of_recognition() -> None:
    for file in FOLDER.iterdir():
        assert not re.search(r"\brecogni[sz]ed\b|\berkend\b", file.read_text(encoding="utf-8"), re.IGNORECASE), (
            file.name
        )


def test_a_title_of_any_length_is_answered_by_its_beginning() -> None:
    """The time taken is bounded: a megabyte of words takes no longer than the 300 characters that are read."""
    assert level("Lise Diploması " + "lisans " * 150_000, "TR").isced is not None
    assert level("x" * 300 + " Lise Diploması", "TR").isced is None


# --- fields --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("civil engineering", "0732"),
        ("الهندسة المدنية", "0732"),
        ("inşaat mühendisliği", "0732"),
        ("ingénieur civil; génie civil", "0732"),
        ("лікувальна справа", "0912"),
        ("پرستاری", "0913"),
        ("Verpleegkunde", "0913"),
        ("Soudure", "0715"),
        ("لحام", "0715"),
        ("mathematical biology", "0511"),
        ("automotive marketing", "0414"),
        ("gestion des entreprises", "0413"),
        ("会计", "0411"),
    ],
)
def test_fields_are_found_in_the_words_of_many_languages(text: str, code: str) -> None:
    assert fields("Zyxw", text)[0] == code


def test_a_field_that_is_told_comes_before_the_title() -> None:
    assert fields("Bachelor of Arts in English", "nursing") == ["0913"]


def test_several_fields_come_in_their_order_each_less_sure() -> None:
    found = EDUCATION.study_fields(Qualification("BA", "ZZ", field="computer science and statistics"))
    assert [one.code for one in found] == ["0613", "0542"]
    assert [one.certainty for one in found] == [Certainty.MEDIUM, Certainty.LOW]
    assert (found[0].broad, found[0].narrow) == ("06", "061")


def test_a_general_school_diploma_is_a_basic_programme_whatever_its_branch() -> None:
    assert fields("شهادة الدراسة الثانوية العامة", country="SY") == ["0011"]
    assert fields("High school diploma", "economics") == ["0011", "0311"]
    assert fields("الثانوية الصناعية", "لحام", "SY") == ["0715"]


@pytest.fixture(scope="module")
def meaning(search: ConceptSearch, tmp_path_factory: pytest.TempPathFactory) -> FieldSearch:
    """The small ESCO with its two groups of knowledge as ISCED-F calls them."""
    groups = {"kennis van voeding": "0721", "kennis van informatica": "0613"}
    taxonomy = search.taxonomy
    names = [taxonomy.label(concept) for concept in taxonomy.ids]
    assert set(groups) <= set(names)
    uris = [
        ConceptId(f"http://data.europa.eu/esco/isced-f/{groups[name]}") if name in groups else concept
        for concept, name in zip(taxonomy.ids, names, strict=True)
    ]
    fielded = dataclasses.replace(taxonomy, ids=tuple(uris))
    return FieldSearch(ConceptSearch.build(fielded, open_encoder(), tmp_path_factory.mktemp("index")))


def test_a_field_without_a_word_we_know_is_found_by_meaning_with_low_certainty(meaning: FieldSearch) -> None:
    shown = Qualification("Zyxw", "ZZ", field="Python")
    assert EDUCATION.study_fields(shown) == ()
    found = EDUCATION.study_fields(shown, meaning)
    assert (found[0].code, found[0].certainty, found[0].rule) == ("0613", Certainty.LOW, "meaning of the field")
    assert meaning.codes("voedselhygiëne")[0] == "0721"


def test_words_come_before_meaning(meaning: FieldSearch) -> None:
    shown = Qualification("Zyxw", "ZZ", field="nursing")
    assert EDUCATION.study_fields(shown, meaning) == EDUCATION.study_fields(shown)


def test_a_release_without_fields_finds_none_and_does_not_fail(search: ConceptSearch) -> None:
    assert FieldSearch(search).codes("Python") == []


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("country", "Syria", "should match"),
        ("isced", "9", "should match"),
        ("isced", "6-5", "runs downwards"),
        ("title", "", "is empty"),
        ("programme", "evening", "should be one of general"),
        ("eqf_basis", "", "comes with an EQF level"),
        ("entry", "x", "should match"),
        ("since", "soon", "should match"),
    ],
)
def test_a_malformed_title_is_refused_by_file_row_and_column(
    tmp_path: Path, column: str, value: str, message: str
) -> None:
    for shipped in FOLDER.glob("*.csv"):
        (tmp_path / shipped.name).write_bytes(shipped.read_bytes())
    with (FOLDER / "titles.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    table[1][column] = value
    with (tmp_path / "titles.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table[:2])
    with pytest.raises(TaxonomyError, match=f"titles.csv, row 3, column {column}: .*{message}"):
        Education.read(tmp_path)


def test_a_table_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"titles\.csv: cannot be read"):
        Education.read(tmp_path)
    (tmp_path / "titles.csv").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(TaxonomyError, match="not UTF-8"):
        Education.read(tmp_path)


# --- measured ------------------------------------------------------------------------------------------------------


def test_levels_and_fields_of_cvs_stay_as_good_as_measured(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.education.SHARED", shared)
    figures = {name: float(value.split()[0]) for name, value in cv_figures(EDUCATION).items()}
    assert figures["level, the highest possible"] >= 0.95
    assert figures["field, broad (2 digits)"] >= 0.88
    assert figures["field, detailed (4 digits)"] >= 0.80
    assert all(code for codes in FIELDS.values() for code in codes.split())


def test_levels_meet_another_comparison_for_four_in_five(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Development evidence only: that file is CC BY-NC, nothing of it is shipped, no row of ours comes from it."""
    monkeypatch.setattr("benchmarks.education.SHARED", shared)
    figures = nuffic_figures(EDUCATION)
    assert float(figures["countries of the table: ranges meet, where found"].split()[0]) >= 0.82


def test_one_slip_of_the_pen_keeps_the_level_of_nearly_every_spelling() -> None:
    assert float(misspelled_figures(EDUCATION)["same level"].split()[0]) >= 0.95
