"""Foreign diplomas over HTTP (D4, D5; rulings 17 to 19)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from skillmatch.assess.attest import Attested
from skillmatch.assess.education import Placed
from skillmatch.assess.profile import Evidence, Source, Standing
from skillmatch.assess.recognition import NOTE, Route, Rules
from skillmatch.store import claims, people
from skillmatch.store.audit import By, Told
from skillmatch.store.unit import Store
from skillmatch.taxonomy.concepts import ConceptId
from tests.api.conftest import Login
from tests.small_esco.concepts import occupation_uri, skill_uri

RULES = Rules.read()
PEOPLE = "/api/v1/people"
WELDER, COOK, NURSE = (occupation_uri(number) for number in (1, 2, 3))
HYGIENE, PYTHON = skill_uri(5), skill_uri(13)
DIPLOMA = {"country": "SY", "title": "إجازة في التمريض", "transliteration": "ijaza fi al-tamrid", "year": 2014}
WORK_ON_IT = {Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER}
COOKERY = {"country": "MA", "title": "Cook", "language": "en", "field": "food hygiene"}


@pytest.fixture
def person(screener: TestClient) -> str:
    made: str = screener.post(PEOPLE, json={"name": "Rami"}).json()["id"]
    return made


def record(client: TestClient, person: str, told: Mapping[str, object] = DIPLOMA) -> str:
    """Where a new diploma is found."""
    made = client.post(f"{PEOPLE}/{person}/qualifications", json=told)
    assert made.status_code == 201
    return made.headers["Location"]


def orientation(client: TestClient, where: str, **asked: object) -> Any:
    answer = client.get(f"{where}/orientation", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.json()


def suggested(store: Store, organisation: str, person: str) -> dict[str, list[str | None]]:
    """What diplomas are evidence of, by concept."""
    with store.read(By("test", "test", organisation)) as unit:
        found = claims.evidence(unit, person)
    return {
        concept: [one.detail for one in pieces if one.source is Source.DIPLOMA] for concept, pieces in found.items()
    }


def told(store: Store, organisation: str, person: str) -> list[Told]:
    with store.read(By("test", "test", organisation)) as unit:
        return unit.trail(person=person)


# --- keeping -------------------------------------------------------------------------------------------------------


def test_a_country_and_a_title_are_enough(screener: TestClient, person: str) -> None:
    """VDAB-01, OSS-02: a missing paper is no obstacle."""
    where = record(screener, person, {"country": "ER", "title": "ዲፕሎማ"})
    kept = screener.get(where).json()
    assert kept["title"] == "ዲፕሎማ"
    assert kept["year"] is None
    assert orientation(screener, where)["note"] == NOTE


def test_what_is_kept_comes_back_in_its_own_script_with_what_was_found(screener: TestClient, person: str) -> None:
    where = record(screener, person)
    kept = screener.get(where)
    assert {name: kept.json()[name] for name in DIPLOMA} == DIPLOMA
    assert kept.json()["equivalence"] == {
        "rule": "national title",
        "isced": {"low": 6, "high": 6, "certainty": "high"},
        "eqf": {"low": 6, "high": 6, "certainty": "medium"},
        "fields": ["0913"],
    }
    assert screener.get(f"{PEOPLE}/{person}/qualifications").json() == {"items": [kept.json()], "after": None}
    assert kept.headers["ETag"] == '"1"'


def test_a_diploma_is_evidence_for_suggested_claims(
    screener: TestClient, person: str, store: Store, organisation: str
) -> None:
    record(screener, person, COOKERY)
    assert suggested(store, organisation, person) == {COOK: ["Cook (MA)"], HYGIENE: ["Cook (MA)"]}
    with store.read(By("test", "test", organisation)) as unit:
        assert {one.standing for one in claims.claims(unit, person)} == {Standing.SUGGESTED}


def test_recording_is_a_model_run_with_its_versions_in_the_audit(
    screener: TestClient, person: str, store: Store, organisation: str
) -> None:
    """D8, AI Act art. 12: in the same transaction, with codes and no word of the diploma."""
    where = record(screener, person)
    rows = {row.action: row for row in told(store, organisation, person)}
    run = rows["qualifications.place"]
    assert run.about == f"qualifications:{where.rpartition('/')[2]}"
    assert run.what == {"version": 1, "rule": "title", "isced": "6", "eqf": "6", "fields": ["0913"]}
    assert run.versions.keys() == {"taxonomy", "encoder", "index", "configuration"}
    assert rows["qualifications.add"].at == run.at == rows["claims.suggest"].at
    assert "التمريض" not in str(rows)


def test_nobody_waits_while_a_diploma_is_computed(
    screener: TestClient, person: str, store: Store, organisation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer: another one writes in the middle of each model run, and both are kept."""
    computed, done = Attested.evidence, []

    def meanwhile(attested: Attested, diplomas: Sequence[Placed]) -> tuple[Evidence, ...]:
        with store.write(By("test", "test", organisation)) as unit:
            done.append(people.register(unit, "Samira").id)
        return computed(attested, diplomas)

    monkeypatch.setattr(Attested, "evidence", meanwhile)
    where = record(screener, person)
    screener.patch(where, json={"year": 2015}, headers={"If-Match": '"1"'})
    orientation(screener, where)
    assert len(done) == 3
    assert screener.get(where).json()["year"] == 2015


def test_a_diploma_that_is_sent_twice_is_kept_once(screener: TestClient, person: str) -> None:
    key = {"Idempotency-Key": "0d7f6a21"}
    first, again = (screener.post(f"{PEOPLE}/{person}/qualifications", json=DIPLOMA, headers=key) for _ in range(2))
    assert again.status_code == 201
    assert again.json() == first.json()
    assert len(screener.get(f"{PEOPLE}/{person}/qualifications").json()["items"]) == 1


def test_a_correction_takes_back_what_rested_on_the_mistake(
    screener: TestClient, person: str, store: Store, organisation: str
) -> None:
    """AMAS, GDPR art. 5(1)(d): no claim is left that a mistyped diploma suggested."""
    where = record(screener, person, COOKERY)
    changed = screener.patch(where, json={"title": "Nurse", "field": None}, headers={"If-Match": '"1"'})
    assert changed.json()["version"] == 2
    assert suggested(store, organisation, person) == {NURSE: ["Nurse (MA)"]}


def test_a_correction_of_the_field_alone_takes_back_what_it_gave_and_keeps_the_rest(
    screener: TestClient, person: str, store: Store, organisation: str
) -> None:
    where = record(screener, person, COOKERY | {"field": "Python"})
    assert suggested(store, organisation, person)[PYTHON] == ["Cook (MA)"]
    with store.read(By("test", "test", organisation)) as unit:
        before = claims.claim(unit, person, COOK)
    screener.patch(where, json={"field": None}, headers={"If-Match": '"1"'})
    assert PYTHON not in suggested(store, organisation, person)
    with store.read(By("test", "test", organisation)) as unit:
        assert claims.claim(unit, person, COOK) == before


def test_a_correction_leaves_what_people_decided_and_what_another_diploma_says(
    screener: TestClient, person: str, store: Store, organisation: str
) -> None:
    where = record(screener, person, COOKERY)
    with store.write(By("test", "test", organisation)) as unit:
        claims.decide(unit, person, ConceptId(HYGIENE), Standing.CONFIRMED, seen=1)
    screener.patch(where, json={"title": "Nurse", "field": None}, headers={"If-Match": '"1"'})
    assert suggested(store, organisation, person) == {NURSE: ["Nurse (MA)"]}
    with store.read(By("test", "test", organisation)) as unit:
        assert claims.claim(unit, person, HYGIENE).standing is Standing.CONFIRMED
    same = record(screener, person, {"country": "MA", "title": "Nurse", "language": "en"})
    screener.patch(same, json={"title": "Cook"}, headers={"If-Match": '"1"'})
    assert suggested(store, organisation, person)[NURSE] == ["Nurse (MA)"]


def test_of_two_changes_to_one_version_the_second_gets_both(screener: TestClient, person: str) -> None:
    where = record(screener, person)
    first = screener.patch(where, json={"year": 2015}, headers={"If-Match": '"1"'})
    second = screener.patch(where, json={"year": 2016}, headers={"If-Match": '"1"'})
    assert (first.status_code, second.status_code) == (200, 409)
    assert (second.json()["current"]["year"], second.json()["yours"]["year"]) == (2015, 2016)
    assert screener.get(where).json()["year"] == 2015


# --- the orientation -----------------------------------------------------------------------------------------------


def test_isced_and_eqf_are_found_each_for_itself_with_rule_and_source(screener: TestClient, person: str) -> None:
    """D5: the Syrian school-leaving certificate is ISCED 3 and EQF 4."""
    where = record(screener, person, {"country": "SY", "title": "الشهادة الثانوية العامة"})
    level = orientation(screener, where)["level"]
    assert level["isced"] == {"low": 3, "high": 3, "certainty": "high"}
    assert level["eqf"] == {"low": 4, "high": 4, "certainty": "medium"}
    assert level["rule"] == "national title"
    assert "Syrian Ministry of Education" in level["sources"][0]


def test_an_unknown_title_falls_back_to_duration_and_says_what_would_settle_it(
    screener: TestClient, person: str
) -> None:
    told_of = {"country": "ER", "title": "ዘይፍለጥ", "years": 4, "entry": 3}
    level = orientation(screener, record(screener, person, told_of))["level"]
    assert level["rule"] == "duration and entry level"
    assert level["isced"]["certainty"] == level["eqf"]["certainty"] == "low"
    nothing = orientation(screener, record(screener, person, {"country": "ER", "title": "ዘይፍለጥ"}))
    assert (nothing["level"]["isced"], nothing["level"]["eqf"]) == (None, None)
    assert "how many years the studies took, and what one had to have before them" in nothing["would_settle"]


def test_what_a_diploma_is_for_is_given_in_esco_with_scores(screener: TestClient, person: str) -> None:
    found = orientation(screener, record(screener, person, COOKERY))
    assert [one["concept"] for one in found["occupations"]] == [COOK]
    assert [(one["concept"], one["label"]) for one in found["knowledge"]] == [(HYGIENE, "voedselhygiëne")]
    assert all(0 < one["score"] <= 1 for one in (*found["occupations"], *found["knowledge"]))


def test_a_regulated_occupation_takes_specific_then_professional_recognition(screener: TestClient, person: str) -> None:
    """D4: the days and the fee of the dated table; what the professional body asks is not known, and not nothing."""
    found = orientation(screener, record(screener, person), occupation=NURSE)
    assert found["regulated"]["answer"] == "regulated for employees"
    steps = found["route"]["steps"]
    assert [step["route"] for step in steps] == ["specific recognition", "professional recognition"]
    naric = RULES.procedure(Route.SPECIFIC, datetime.now(UTC).date())
    assert naric is not None
    assert naric.fee_eur
    assert (steps[0]["procedure"]["days"], steps[0]["fee_eur"]) == (naric.days, naric.fee_eur)
    assert steps[1]["fee_eur"] is None
    assert steps[0]["procedure"]["documents"]
    assert steps[0]["procedure"]["source"]
    assert steps[0]["procedure"]["stale"] is False


def test_who_is_exempt_pays_nothing_and_sees_what_others_pay(screener: TestClient, person: str) -> None:
    found = orientation(screener, record(screener, person), occupation=NURSE, status="refugee status")
    step = found["route"]["steps"][0]
    assert step["fee_eur"] == 0
    assert step["procedure"]["fee_eur"] > 0
    assert "refugee status" in step["procedure"]["free_for"]


def test_regulation_has_three_answers_by_region_and_who_one_works_for(screener: TestClient, person: str) -> None:
    """Rulings 17 and 18: a trade binds the self-employed of Brussels; absence from the list is never "free"."""
    where = record(screener, person, COOKERY)
    assert orientation(screener, where, occupation=NURSE)["regulated"]["answer"] == "regulated for employees"
    baker = occupation_uri(8)
    traded = orientation(screener, where, occupation=baker, region="Brussels", self_employed=True)
    assert traded["regulated"]["answer"] == "regulated for the self-employed only"
    flemish = orientation(screener, where, occupation=baker, region="Flanders", self_employed=True)
    assert flemish["regulated"]["answer"] == "not known to be regulated"
    assert flemish["route"]["steps"][0]["optional"] is True
    assert "check the list" in flemish["route"]["because"]


def test_no_region_is_not_known_and_not_flanders(screener: TestClient, person: str) -> None:
    found = orientation(screener, record(screener, person, COOKERY), occupation=occupation_uri(8))
    assert found["regulated"] | {"by": None, "because": None} == {
        "answer": "regulated for the self-employed only",
        "certainty": "low",
        "by": None,
        "because": None,
    }
    assert "employee or self-employed, and the region of the company's seat" in found["would_settle"]


def test_free_movement_is_asked_as_an_outcome(screener: TestClient, person: str) -> None:
    """Ruling 21: no nationality is asked; with a diploma of the EEA the body of the profession comes first."""
    where = record(screener, person, {"country": "RO", "title": "Diplomă de licență în asistență medicală"})
    covered = orientation(screener, where, occupation=NURSE, free_movement=True)
    assert [step["route"] for step in covered["route"]["steps"]] == ["professional recognition"]
    not_covered = orientation(screener, where, occupation=NURSE, free_movement=False)
    assert not_covered["route"]["steps"][0]["route"] == "specific recognition"


def test_who_studies_on_asks_the_school(screener: TestClient, person: str) -> None:
    found = orientation(screener, record(screener, person), aim="study")
    assert [step["route"] for step in found["route"]["steps"]] == ["ask the school"]


def test_looking_at_an_orientation_is_told_and_changes_nothing(
    screener: TestClient, person: str, store: Store, organisation: str
) -> None:
    where = record(screener, person, COOKERY)
    before = suggested(store, organisation, person)
    assert orientation(screener, where, occupation=NURSE) == orientation(screener, where, occupation=NURSE)
    last = told(store, organisation, person)[-1]
    assert last.action == "qualifications.advise"
    assert (last.what["occupation"], last.what["regulated"]) == (NURSE, "employees")
    assert last.reasons == ["specific", "professional"]
    assert suggested(store, organisation, person) == before
    assert screener.get(where).json()["version"] == 1


def test_nothing_says_recognised_or_rejected(screener: TestClient, person: str) -> None:
    for title in (DIPLOMA, COOKERY):
        found = str(orientation(screener, record(screener, person, title), occupation=NURSE)).lower()
        assert not {word for word in ("recognised", "recognized", "erkend", "rejected", "afgewezen") if word in found}
        assert NOTE.lower() in found


# --- who sees what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(set(Role) - WORK_ON_IT - {Role.PERSON}))
def test_diplomas_stay_with_who_works_on_the_case(screener: TestClient, login: Login, person: str, role: Role) -> None:
    """ANT-04, D7: where somebody studied may give away where they are from."""
    where = record(screener, person)
    other = login(role)
    asked = [other.get(where), other.get(f"{where}/orientation"), other.get(where.rpartition("/")[0])]
    asked += [
        other.post(where.rpartition("/")[0], json=DIPLOMA),
        other.patch(where, json={}, headers={"If-Match": "1"}),
    ]
    assert [answer.status_code for answer in asked] == [403] * 5


@pytest.mark.parametrize("role", sorted(WORK_ON_IT))
def test_whoever_works_on_the_case_records_corrects_and_orients(login: Login, person: str, role: Role) -> None:
    client = login(role)
    where = record(client, person)
    assert client.patch(where, json={"years": 4}, headers={"If-Match": '"1"'}).json()["years"] == 4
    assert orientation(client, where)["note"] == NOTE


def test_a_person_sees_their_own_diplomas_and_changes_none(screener: TestClient, login: Login, person: str) -> None:
    where = record(screener, person)
    other = screener.post(PEOPLE, json={"name": "Samira"}).json()["id"]
    own, stranger = login(Role.PERSON, person=person), login(Role.PERSON, person=other)
    assert own.get(where).json() == screener.get(where).json()
    assert orientation(own, where)["note"] == NOTE
    assert own.patch(where, json={"year": 2000}, headers={"If-Match": '"1"'}).status_code == 403
    assert [stranger.get(where).status_code, stranger.get(f"{where}/orientation").status_code] == [404, 404]


def test_a_diploma_is_found_in_no_other_file_and_by_no_other_organisation(
    screener: TestClient, login: Login, person: str, elsewhere: str
) -> None:
    where = record(screener, person)
    other = screener.post(PEOPLE, json={"name": "Samira"}).json()["id"]
    wrong = where.replace(person, other)
    change = {"json": {"year": 2000}, "headers": {"If-Match": '"1"'}}
    asked = [screener.get(wrong), screener.get(f"{wrong}/orientation"), screener.patch(wrong, **change)]  # type: ignore[arg-type]
    stranger = login(Role.SCREENER, at=elsewhere)
    asked += [stranger.get(where), stranger.get(f"{where}/orientation"), stranger.patch(where, **change)]  # type: ignore[arg-type]
    assert [answer.status_code for answer in asked] == [404] * 6


# --- what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"country": "Syria"}, "country"),
        ({"title": " "}, "title"),
        ({"title": "x" * 401}, "title"),
        ({"year": 1800}, "year"),
        ({"years": 0}, "years"),
        ({"years": "NaN"}, "years"),
        ({"years": 1e300}, "years"),
        ({"entry": 9}, "entry"),
        ({"language": "Arabic"}, "language"),
        ({"recognised": True}, "recognised"),
    ],
)
def test_bad_input_names_its_field(screener: TestClient, person: str, wrong: dict[str, Any], field: str) -> None:
    refused = screener.post(f"{PEOPLE}/{person}/qualifications", json=DIPLOMA | wrong)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == f"{field}"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"occupation": "http://data.europa.eu/esco/occupation/none"}, "occupation"),
        ({"occupation": HYGIENE}, "occupation"),
        ({"occupation": "\0"}, "occupation"),
        ({"occupation": ""}, "occupation"),
        ({"status": "tourist"}, "status"),
        ({"region": "Limburg"}, "region"),
        ({"aim": "wealth"}, "aim"),
    ],
)
def test_an_unknown_target_is_refused_by_its_name(
    screener: TestClient, person: str, asked: dict[str, str], field: str
) -> None:
    refused = screener.get(f"{record(screener, person)}/orientation", params=asked)
    assert refused.status_code == 422
    problem = refused.json()
    assert field in (problem.get("field"), *(one["field"] for one in problem.get("errors", ())))


@pytest.mark.parametrize("title", ["...", "\0", "ا" * 400, "🎓", "' OR 1=1 --", "\u202e\u200f"])
def test_any_title_is_kept_as_it_is_and_oriented_on(screener: TestClient, person: str, title: str) -> None:
    where = record(screener, person, {"country": "ZZ", "title": title, "field": title, "level": title})
    assert screener.get(where).json()["title"] == title
    assert orientation(screener, where)["regulated"]["answer"] == "not known to be regulated"


def test_half_a_character_is_refused(screener: TestClient, person: str) -> None:
    sent = '{"country": "SY", "title": "\\ud800"}'
    refused = screener.post(
        f"{PEOPLE}/{person}/qualifications", content=sent, headers={"Content-Type": "application/json"}
    )
    assert refused.status_code == 422


def test_a_diploma_keeps_a_title_and_a_country(screener: TestClient, person: str) -> None:
    where = record(screener, person)
    for field in ("title", "country"):
        refused = screener.patch(where, json={field: None}, headers={"If-Match": '"1"'})
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert screener.get(where).json()["version"] == 1
