"""The shipped demo case and its world: what the README of ``data/demo`` promises of them."""

import json
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pycld2
import pytest

from skillmatch.assess.profile import Profile
from skillmatch.match.eligibility import vacancy_verdicts
from skillmatch.match.offers import Answer, Vacancy
from skillmatch.service.casefile import MentorRow, ProfileRow, VacancyRow, read_profile, read_rows, spoken
from skillmatch.taxonomy.shortage import read_shortages

DATA = Path(__file__).resolve().parents[1] / "data"
DEMO = DATA / "demo"
LEVELS = ["below A1", "A1", "A2", "B1", "B2", "C1", "C2"]
LICENCES = {"B", "C", "CE", "D", "code 95", "forklift", "VCA", "guard card"}
SCHEDULES = {"day", "shifts", "evening", "night", "weekend"}
REGIONS = {
    "Antwerpen", "Brugge", "Brussel", "Gent", "Halle-Vilvoorde", "Hasselt", "Kortrijk", "Leuven", "Luik", "Mechelen",
    "Namen", "Sint-Niklaas", "Turnhout",
}  # fmt: skip
NOTES = {"case/note_nl.txt": "nl", "case/note_ar.txt": "ar", "barbaros/note_en.txt": "en"}

# What each vacancy is, in the words of VDAB's list; None: not on it. A reader's judgement, for the product to meet.
ON_THE_LIST: dict[str, str | None] = {
    "nl-01": "Manueel lasser",
    "nl-02": "Manueel lasser",
    "nl-03": "Pijpfitter",
    "nl-04": "Insteller-omsteller plaatbewerking",
    "nl-05": None,
    "nl-06": "Monteur staalconstructies",
    "nl-07": "Manueel lasser",
    "nl-08": "Operator montage en assemblage",
    "nl-09": "Insteller-omsteller verspaning",
    "nl-10": "Industrieel onderhoudstechnicus",
    "nl-11": "Heftruckchauffeur",
    "nl-12": "Magazijnmedewerker",
    "nl-13": "Reachtruckchauffeur",
    "nl-14": "Industrieel schilder",
    "nl-15": "Vrachtwagenbestuurder",
    "nl-16": "Autobuschauffeur",
    "nl-17": "Matroos binnenscheepvaart",
    "nl-18": "Verpleegkundige",
    "nl-19": "Zorgkundige",
    "nl-20": "Huishoudhulp-poetshulp",
    "nl-21": "Kinderbegeleider baby's en peuters",
    "nl-22": "Leerkracht lager onderwijs",
    "nl-23": "Leerkracht secundair onderwijs",
    "nl-24": "Kok",
    "nl-25": None,
    "nl-26": None,
    "nl-27": "Elektrotechnisch installateur",
    "nl-28": "Monteur installatietechnieken",
    "nl-29": "Metselaar",
    "nl-30": "Wegenwerker",
    "nl-31": "Werfleider",
    "nl-32": "Software ontwikkelaar",
    "nl-33": None,
    "nl-34": None,
    "nl-35": "Bewakingsagent",
    "fr-01": "Manueel lasser",
    "fr-02": "Pijpfitter",
    "fr-03": None,
    "fr-04": "Monteur staalconstructies",
    "fr-05": "Industrieel onderhoudstechnicus",
    "fr-06": "Heftruckchauffeur",
    "fr-07": "Verpleegkundige",
    "fr-08": None,
    "fr-09": "Kamerjongen-Kamermeisje",
    "fr-10": "Hulpkok",
    "fr-11": "Dakwerker",
    "fr-12": "Software ontwikkelaar",
    "fr-13": None,
    "en-01": "Manueel lasser",
    "en-02": "Monteur staalconstructies",
    "en-03": None,
    "en-04": "Operator farma en biotech",
    "en-05": "Magazijnmedewerker",
    "en-06": "Data engineer",
    "en-07": "Software tester",
    "en-08": "Support medewerker ICT",
    "en-09": "Expediteur",
    "en-10": "Hotelreceptionist",
    "en-11": None,
    "en-12": None,
}

Record = dict[str, Any]


def _lines(name: str) -> list[Record]:
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


def _note(name: str) -> str:
    return (DEMO / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def vacancies() -> list[Record]:
    return _lines("vacancies.jsonl")


@pytest.fixture(scope="module")
def mentors() -> list[Record]:
    return _lines("mentors.jsonl")


@pytest.fixture(scope="module")
def profiles() -> dict[str, Record]:
    return {case: json.loads(_note(f"{case}/profile.json")) for case in ("case", "barbaros")}


def _levels(record: Record) -> dict[str, str | None]:
    """Language to level; fails where one is named twice."""
    pairs = [(spoken["language"], spoken["level"]) for spoken in record["languages"]]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def _profile(row: ProfileRow) -> Profile:
    """What the hard rules look at, without claims."""
    return Profile(
        languages=spoken(row.languages),
        labour_access=row.labour_access,
        licences=None if row.licences is None else frozenset(row.licences),
        regions=None if row.regions is None else frozenset(row.regions),
        schedules=None if row.schedules is None else frozenset(row.schedules),
    )


def _refused(profile: Profile, record: Record) -> set[str]:
    """The rules that keep the person of ``profile`` from a vacancy."""
    row = VacancyRow.model_validate_json(json.dumps(record))
    vacancy = Vacancy(
        id=row.id,
        title=row.title,
        occupation=None,
        languages=spoken(row.languages),
        licences=frozenset(row.licences),
        region=row.region,
        schedule=frozenset(row.schedule),
    )
    return {verdict.rule for verdict in vacancy_verdicts(profile, vacancy) if verdict.value is Answer.NO}


def test_the_product_reads_every_file_without_an_error() -> None:
    vacancies = read_rows(DEMO / "vacancies.jsonl", VacancyRow)
    mentors = read_rows(DEMO / "mentors.jsonl", MentorRow)
    assert (len(vacancies.good), vacancies.errors) == (60, ())
    assert (len(mentors.good), mentors.errors) == (24, ())
    for case in ("case", "barbaros"):
        assert read_profile(DEMO / case / "profile.json").languages


@pytest.mark.parametrize("path", sorted(DEMO.rglob("*.*")), ids=lambda path: path.name)
def test_texts_are_composed_unicode_without_identifiers_or_addresses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert text.endswith("\n")
    if path.name != "README.md":
        assert not any(part in text.casefold() for part in ("http", "esco", "www.", "@"))


@pytest.mark.parametrize(("name", "language"), NOTES.items())
def test_a_note_is_in_its_language_and_of_the_length_of_a_real_one(name: str, language: str) -> None:
    text = _note(name)
    assert 80 <= len(text.split()) <= 140
    assert pycld2.detect(text)[2][0][1] == language


@pytest.mark.parametrize(
    ("name", "traps"),
    [
        ("case/note_nl.txt", ("nog nooit", "zijn broer is elektricien", "wil graag", "leren")),
        ("case/note_ar.txt", ("لم أعمل أبداً", "أخي", "أريد أن أتعلم")),
        ("barbaros/note_en.txt", ("has never", "does not drive", "His uncle is", "would like")),
    ],
)
def test_a_note_says_what_was_never_done_what_a_relative_does_and_what_is_wished(
    name: str, traps: tuple[str, ...]
) -> None:
    assert [trap for trap in traps if trap not in _note(name)] == []


def test_vacancies_have_the_documented_fields_and_nothing_else(vacancies: list[Record]) -> None:
    fields = ["id", "title", "text", "language", "employer", "region", "languages", "licences", "schedule", "posted"]
    assert [list(vacancy) for vacancy in vacancies] == [fields] * 60
    assert all(vacancy[field].strip() for vacancy in vacancies for field in ("title", "text", "employer"))


def test_vacancies_are_35_dutch_13_french_and_12_english_and_none_repeats(vacancies: list[Record]) -> None:
    assert Counter(vacancy["language"] for vacancy in vacancies) == {"nl": 35, "fr": 13, "en": 12}
    for field in ("id", "title", "text"):
        assert len({vacancy[field] for vacancy in vacancies}) == 60


def test_a_vacancy_is_written_in_its_language_and_of_the_length_of_a_real_one(vacancies: list[Record]) -> None:
    detected = {vacancy["id"]: pycld2.detect(vacancy["text"])[2][0][1] for vacancy in vacancies}
    assert detected == {vacancy["id"]: vacancy["language"] for vacancy in vacancies}
    assert [vacancy["id"] for vacancy in vacancies if not 60 <= len(vacancy["text"].split()) <= 120] == []


def test_what_is_asked_is_named_as_documented(vacancies: list[Record], profiles: dict[str, Record]) -> None:
    people = list(profiles.values())
    assert {name for record in (*vacancies, *people) for name in record["licences"]} == LICENCES
    assert {name for vacancy in vacancies for name in vacancy["schedule"]} == SCHEDULES
    assert {vacancy["region"] for vacancy in vacancies} == REGIONS
    assert {name for person in people for name in person["regions"]} <= REGIONS
    assert {name for person in people for name in person.get("schedules", ())} <= SCHEDULES


def test_levels_asked_are_levels_and_every_language_is_asked_once(vacancies: list[Record]) -> None:
    assert {level for vacancy in vacancies for level in _levels(vacancy).values()} <= set(LEVELS[1:])


def test_vacancies_were_posted_in_october_and_november_2026(vacancies: list[Record]) -> None:
    days = [date.fromisoformat(vacancy["posted"]) for vacancy in vacancies]
    assert min(days) >= date(2026, 10, 1)
    assert max(days) <= date(2026, 11, 20)


def test_eleven_vacancies_are_not_for_a_shortage_occupation(vacancies: list[Record]) -> None:
    names = {shortage.name for shortage in read_shortages(DATA / "shortage" / "vdab_2026.csv")}
    assert set(ON_THE_LIST) == {vacancy["id"] for vacancy in vacancies}
    assert {name for name in ON_THE_LIST.values() if name} <= names
    assert sum(name is None for name in ON_THE_LIST.values()) == 11


def test_the_welder_is_kept_from_some_vacancies_of_the_trade_by_one_thing_each_and_not_from_others(
    vacancies: list[Record],
) -> None:
    welder = _profile(read_profile(DEMO / "case" / "profile.json"))
    refused = {vacancy["id"]: _refused(welder, vacancy) for vacancy in vacancies}
    assert "language:nl" in refused["nl-02"]
    assert "licence:C" in refused["nl-06"]
    assert refused["fr-01"] == {"region"}
    assert refused["fr-02"] == {"licence:VCA"}
    trade = {"Manueel lasser", "Pijpfitter", "Monteur staalconstructies", "Insteller-omsteller plaatbewerking"}
    open_to_him = {vacancy for vacancy, rules in refused.items() if not rules}
    assert {vacancy for vacancy in open_to_him if ON_THE_LIST[vacancy] in trade} == {
        "nl-01", "nl-03", "nl-04", "nl-07", "en-01", "en-02",
    }  # fmt: skip
    assert len(open_to_him) >= 10


def test_mentors_have_the_documented_fields_and_distinct_ids(mentors: list[Record]) -> None:
    fields = ["id", "name", "languages", "occupations", "hours_per_week", "available_from"]
    assert all(list(mentor) in (fields, [*fields, "trained"]) for mentor in mentors)
    assert len({mentor["id"] for mentor in mentors}) == len({mentor["name"] for mentor in mentors}) == 24
    assert all(mentor["occupations"] and all(mentor["occupations"]) for mentor in mentors)
    assert {level for mentor in mentors for level in _levels(mentor).values()} <= set(LEVELS)


def test_mentors_offer_one_to_five_hours_from_a_day_around_the_demo(mentors: list[Record]) -> None:
    assert all(1 <= mentor["hours_per_week"] <= 5 for mentor in mentors)
    days = [date.fromisoformat(mentor["available_from"]) for mentor in mentors]
    assert min(days) >= date(2026, 10, 1)
    assert max(days) <= date(2027, 3, 1)


def test_there_is_a_mentor_for_every_rule_to_refuse(mentors: list[Record], profiles: dict[str, Record]) -> None:
    known = set(_levels(profiles["case"]))
    assert [mentor["id"] for mentor in mentors if mentor["hours_per_week"] < 2] == ["m-07"]
    assert [mentor["id"] for mentor in mentors if mentor.get("trained") is False] == ["m-08", "m-18"]
    assert [mentor["id"] for mentor in mentors if "trained" not in mentor] == ["m-09", "m-22"]
    assert [mentor["id"] for mentor in mentors if not known & set(_levels(mentor))] == ["m-10", "m-11"]


def test_a_profile_knows_nothing_that_may_not_count(profiles: dict[str, Record]) -> None:
    fields = {
        "languages", "labour_access", "licences", "regions", "schedules", "qualifications", "assessments", "interests",
    }  # fmt: skip
    assert set(profiles["case"]) == fields
    assert set(profiles["barbaros"]) < fields
    for profile in profiles.values():
        assert set(_levels(profile).values()) <= set(LEVELS)


def test_a_diploma_has_its_own_script_and_a_latin_reading_of_it(profiles: dict[str, Record]) -> None:
    (diploma,) = profiles["case"]["qualifications"]
    assert all("ARABIC" in unicodedata.name(letter) for letter in diploma["title"] if letter.isalpha())
    assert not any("ARABIC" in unicodedata.name(letter) for letter in diploma["transliteration"])


def test_without_dutch_the_second_case_has_vacancies_left_and_the_mentor_of_the_persona(
    vacancies: list[Record], mentors: list[Record], profiles: dict[str, Record]
) -> None:
    barbaros = _profile(read_profile(DEMO / "barbaros" / "profile.json"))
    open_to_him = {vacancy["id"] for vacancy in vacancies if not _refused(barbaros, vacancy)}
    assert {"en-09", "en-11"} <= open_to_him
    assert not any("nl" in _levels(vacancy) for vacancy in vacancies if vacancy["id"] in open_to_him)
    bernard = next(mentor for mentor in mentors if mentor["name"] == "Bernard")
    assert "en" in set(_levels(bernard)) & set(_levels(profiles["barbaros"]))
