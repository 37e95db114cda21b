"""Distance, recommendation and decision over HTTP: a person decides, everybody sees why, and nobody sees too much."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from skillmatch.access import Role
from skillmatch.assess.rules import read_rules
from skillmatch.store.audit import By
from skillmatch.store.cases import Interview
from skillmatch.store.tables import Form
from skillmatch.store.unit import Store, new_id
from tests.api.conftest import Login
from tests.api.welder import ANSWERS, LAST_WORKED, NURSE, TODAY, WELDER, Welder, registered, screened

OUTSIDERS = sorted(set(Role) - {Role.PERSON, Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER})


@pytest.fixture
def file(login: Login, store: Store, organisation: str) -> Welder:
    return screened(login, store, organisation)


@pytest.fixture
def unknown(login: Login, store: Store, organisation: str) -> Welder:
    return registered(login, store, organisation)


def components(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {one["part"]: one for one in answer.json()["components"]}


# Distance


def test_the_distance_is_five_components_in_words_and_never_one_number(file: Welder) -> None:
    """VDAB-04."""
    answer = file.screener.get(f"{file.cased}/distance")
    assert [(one["part"], one["says"], one["would_settle"]) for one in answer.json()["components"]] == [
        ("skills", "of 3 essential skills: 3 confirmed, 0 suggested, 0 known to be missing, 0 not asked about", None),
        ("language", "nl A2 is asked, below A1 is known", None),
        (
            "papers",
            "labour access is unlimited; the work is not known to be regulated, its paper is held",
            None,
        ),
        ("constraints", "38 hours a week can be given", None),
        (
            "recency",
            f"skills were last used or tested on {LAST_WORKED}, {400 / 365.25:.1f} years ago",
            None,
        ),
    ]
    assert answer.json()["target"] == {
        "occupation": WELDER,
        "label": "lasser",
        "estimated": False,
        "languages": {"nl": "A2"},
    }
    numbers = [value for value in answer.json().values() if isinstance(value, int | float)]
    assert numbers == []


def test_of_somebody_nobody_has_asked_everything_is_open_and_nothing_is_missing(unknown: Welder) -> None:
    """VDAB-01: unknown is not no."""
    shown = components(unknown.screener.get(f"{unknown.cased}/distance"))
    assert all(one["would_settle"] for one in shown.values())
    told = unknown.recommended()
    assert (told["trajectory"], told["deciding"]) == ("quick_mediation", ["direct"])
    assert {one["rule"] for one in told["missing"]} == {
        *("labour-access", "regulated-work", "wish", "combining", "support", "skills", "language", "hours", "recency"),
    }


@pytest.mark.parametrize("asked", [{}, {"fr": None, "nl": "below A1"}, None])
def test_which_languages_the_work_asks_is_shown_as_it_was_told(file: Welder, asked: Any) -> None:
    """VDAB-01: none at all, one without a level, the lowest of levels and "not known" are four different answers."""
    file.interviewed(**ANSWERS | {"target_languages": asked})
    assert file.screener.get(f"{file.cased}/distance").json()["target"]["languages"] == asked


@pytest.mark.parametrize(
    ("occupation", "says"),
    [(NURSE, "the work is regulated"), (WELDER, "the work is not known to be regulated")],
)
def test_work_that_is_on_no_list_is_never_said_to_be_free(file: Welder, occupation: str, says: str) -> None:
    """Ruling 18."""
    file.interviewed(**ANSWERS | {"target_occupation": occupation, "may_practise": None})
    papers = components(file.screener.get(f"{file.cased}/distance"))["papers"]
    assert papers["says"] == f"labour access is unlimited; {says}"
    assert papers["would_settle"]


def test_work_that_the_installed_esco_no_longer_has_is_not_known_and_no_error(file: Welder) -> None:
    """A release is another folder: what an interview named may be gone from it."""
    gone = {**ANSWERS, "target_occupation": "http://data.europa.eu/esco/occupation/gone"}
    with file.store.write(By("test", "system", file.organisation)) as unit:
        unit.add(Interview(new_id(), file.person, file.case, Form.TRAJECTORY, "trajectory counsellor", TODAY, gone))
    answer = file.screener.get(f"{file.cased}/distance")
    assert components(answer)["skills"]["would_settle"] == "the work that is aimed at"
    assert answer.json()["target"]["occupation"] is None
    assert "skills" in {one["rule"] for one in file.recommended()["missing"]}


@pytest.mark.parametrize("day", ["2026-11-02", "2026-11-03"])
def test_the_latest_interview_counts_and_of_two_on_one_day_the_one_kept_last(file: Welder, day: str) -> None:
    held = {"form": "trajectory", "case_id": file.case, "on": day, "answers": ANSWERS | {"hours_per_week": 10}}
    assert file.counsellor.post(f"{file.file}/interviews", json=held).status_code == 201
    assert file.recommended()["deciding"] == ["hours"]
    held = {"form": "trajectory", "case_id": file.case, "on": "2026-11-01", "answers": {}}
    assert file.counsellor.post(f"{file.file}/interviews", json=held).status_code == 201
    assert file.recommended()["deciding"] == ["hours"]


def test_constraints_are_named_to_few_on_consent_only_and_are_never_a_reason(file: Welder) -> None:
    """VDAB-04, D7, ruling 22: what somebody volunteered about health is for the few who plan with it."""
    before = file.recommended()
    file.consents()
    held = {"form": "social work", "case_id": file.case, "on": "2026-11-01", "answers": {"constraints": ["health"]}}
    assert file.social_worker.post(f"{file.file}/interviews", json=held).status_code == 201
    path, hours = f"{file.cased}/distance", "38 hours a week can be given"
    for client in (file.social_worker, file.counsellor, file.himself()):
        assert components(client.get(path))["constraints"]["says"] == f"{hours}; constraints volunteered: health"
    assert components(file.screener.get(path))["constraints"]["says"] == hours
    assert "health" not in file.screener.get(path).text
    assert file.recommended() == before
    assert "health" not in str(before)
    assert file.himself().delete(f"{file.file}/consents/health").status_code in (200, 204)
    for client in (file.social_worker, file.counsellor, file.himself()):
        assert components(client.get(path))["constraints"]["says"] == hours


@pytest.mark.parametrize("role", OUTSIDERS)
def test_who_does_not_work_on_the_case_sees_no_distance_and_no_trajectory(file: Welder, role: Role) -> None:
    """ANT-04, ruling 22."""
    assert file.decide().status_code == 201
    outsider = file.login(role)
    for path in ("distance", "trajectory", "trajectory/history"):
        assert outsider.get(f"{file.cased}/{path}").status_code == 403
    assert outsider.post(f"{file.cased}/recommendation").status_code == 403


def test_looking_at_the_distance_is_told_in_the_audit(file: Welder) -> None:
    file.screener.get(f"{file.cased}/distance")
    (row,) = file.audited("trajectories.distance")
    assert (row.account, row.about) == (file.screener.account, f"cases:{file.case}")  # type: ignore[attr-defined]


# Recommendation


def test_a_welder_without_dutch_is_recommended_to_learn_it_at_work_with_every_reason(file: Welder) -> None:
    """VDAB-01, VDAB-06: ranked reasons, the rules that fired, what is missing, and the three others."""
    told = file.recommended()
    assert (told["trajectory"], told["fired"], told["deciding"]) == ("integrated", ["language"], ["language"])
    assert told["reasons"][0] == {
        "rule": "language",
        "because": "nl A2 is asked, below A1 is known",
        "source": "VDAB-01: no Dutch never blocks",
        "at_least": "integrated",
        "lifted_by": "the level that the work asks, or work that asks less",
    }
    assert told["missing"] == []
    assert [(one["trajectory"], [each["rule"] for each in one["against"]]) for one in told["alternatives"]] == [
        ("quick_mediation", ["language"]),
        ("combined", []),
        ("linear", []),
    ]
    values = read_rules().on(TODAY)
    assert told["values_from"] == values.valid_from.isoformat()
    assert told["review_on"] == values.review_date(TODAY).isoformat()


def test_the_missing_data_say_what_they_would_change_the_recommendation_to(file: Welder) -> None:
    """VDAB-06: what-if."""
    file.interviewed(**{name: value for name, value in ANSWERS.items() if name not in ("can_combine", "last_worked")})
    missing = {one["rule"]: one for one in file.recommended()["missing"]}
    assert set(missing) == {"combining"}  # recency leads no further than what is recommended anyhow
    assert missing["combining"]["becomes"] == ["linear"]
    assert missing["combining"]["would_settle"] == "the second interview: capable of, and helped by, both at once"
    (linear,) = [one for one in file.recommended()["alternatives"] if one["trajectory"] == "linear"]
    assert linear["if_known"] == [missing["combining"]]


def test_the_routes_of_antwerp_are_shown_with_their_share_as_a_reference(file: Welder) -> None:
    """ANT-02, ruling 11."""
    assert [(one["name"], one["reference_share"]) for one in file.recommended()["routes"]] == [
        ("regular job or preparatory training", 0.2),
        ("supported employment", 0.4),
    ]


def test_a_recommendation_is_a_model_run_in_the_audit_and_decides_nothing(file: Welder) -> None:
    """D8: who, when, which rules, with which versions; GDPR art. 22: nothing follows from it by itself."""
    file.recommended()
    (row,) = file.audited("trajectories.recommend")
    assert (row.account, row.about) == (file.counsellor.account, f"cases:{file.case}")  # type: ignore[attr-defined]
    assert (row.what["recommended"], row.reasons) == ("integrated", ["language"])
    assert set(row.versions) >= {"taxonomy", "encoder", "index", "configuration"}
    held = file.counsellor.get(f"{file.cased}/trajectory").json()
    assert (held["trajectory"], held["decision"], held["version"]) == (None, None, 0)


def test_a_social_worker_and_the_person_run_no_recommendation(file: Welder) -> None:
    for client in (file.social_worker, file.himself()):
        assert client.post(f"{file.cased}/recommendation").status_code == 403


# Decision


def test_confirming_needs_no_words_and_keeps_what_was_recommended(file: Welder) -> None:
    """VDAB-06."""
    told = file.recommended()
    made = file.decide(recommended="integrated")
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    decided = made.json()
    assert (decided["trajectory"], decided["confirms"], decided["why"]) == ("integrated", True, None)
    assert decided["decided_by"] == file.counsellor.account  # type: ignore[attr-defined]
    shared = ("trajectory", "reasons", "fired", "missing", "alternatives", "values_from", "linear_warning")
    assert {name: decided["recommendation"][name] for name in shared} == {name: told[name] for name in shared}
    (row,) = file.audited("trajectories.confirmed")
    assert (row.about, row.reasons) == (f"trajectories:{decided['id']}", ["language"])


def test_an_override_needs_words_and_both_are_kept(file: Welder) -> None:
    """VDAB-06."""
    bare = file.decide(trajectory="combined")
    assert (bare.status_code, bare.json()["field"]) == (422, "why")
    assert file.decide(trajectory="combined", why=" \t ").status_code == 422
    assert file.counsellor.get(f"{file.cased}/trajectory/history").json()["items"] == []
    decided = file.decide(trajectory="combined", why="The firm teaches no Dutch.").json()
    assert (decided["recommended"], decided["trajectory"], decided["confirms"]) == ("integrated", "combined", False)
    assert decided["why"] == "The firm teaches no Dutch."
    (row,) = file.audited("trajectories.overridden")
    assert "teaches" not in str(row)


def test_linear_needs_a_date_and_the_usual_one_is_offered(file: Welder) -> None:
    """ANT-02, VDAB-09: it warns while a parallel route is open, and is not refused for it."""
    undated = file.decide(trajectory="linear", why="as the person wishes")
    assert (undated.status_code, undated.json()["field"]) == (422, "review_on")
    usual = read_rules().on(TODAY).review_date(date(2026, 11, 2)).isoformat()
    assert usual in undated.json()["detail"]
    past = file.decide(trajectory="linear", why="as the person wishes", review_on="2026-11-02")
    assert (past.status_code, past.json()["field"]) == (422, "review_on")
    made = file.decide(trajectory="linear", why="as the person wishes", review_on=usual)
    assert made.status_code == 201
    assert made.json()["warning"] == {
        "routes": ["integrated", "combined"],
        "wished": False,
        "settled": True,
        "says": "a parallel route could start now: integrated, combined",
    }


def test_a_wish_to_study_is_recommended_and_the_warning_says_that_it_is_theirs(file: Welder) -> None:
    """OSS-03, ruling 14."""
    file.interviewed(**ANSWERS | {"studies_first": True})
    told = file.recommended()
    assert told["trajectory"] == "linear"
    assert "which is theirs to choose" in told["linear_warning"]["says"]
    assert file.decide(trajectory="linear", review_on="2027-05-01").json()["confirms"] is True


def test_linear_to_integrated_to_linear_and_what_held_on_each_day(file: Welder) -> None:
    """VDAB-08, golden: loops are allowed, every switch has its code, and any day can be asked for."""
    linear = {"trajectory": "linear", "why": "wish", "review_on": "2027-10-01"}
    assert file.decide(0, on="2026-03-02", **linear).status_code == 201
    uncoded = file.decide(1, on="2026-06-01", trajectory="integrated")
    assert (uncoded.status_code, uncoded.json()["field"]) == (422, "code")
    assert file.decide(1, on="2026-06-01", trajectory="integrated", code="learning_ability_differs").status_code == 201
    early = file.decide(2, on="2026-05-31", code="reviewed", **linear)
    assert (early.status_code, early.json()["field"]) == (422, "on")
    assert file.decide(2, on="2026-09-01", code="person_wishes", **linear).status_code == 201
    days = {
        "2026-03-01": None,
        "2026-03-02": "linear",
        "2026-05-31": "linear",
        "2026-06-01": "integrated",
        "2026-08-31": "integrated",
        "2026-09-01": "linear",
        "9999-12-31": "linear",
        "0001-01-01": None,
    }
    path = f"{file.cased}/trajectory"
    assert {day: file.screener.get(path, params={"on": day}).json()["trajectory"] for day in days} == days
    told = file.himself().get(f"{path}/history").json()["items"]
    assert [(one["previous"], one["trajectory"], one["code"]) for one in told] == [
        (None, "linear", None),
        ("linear", "integrated", "learning_ability_differs"),
        ("integrated", "linear", "person_wishes"),
    ]
    assert [row.what["code"] for row in file.audited("trajectories.switched")] == [
        "learning_ability_differs",
        "person_wishes",
    ]


def test_the_day_asked_for_shows_the_decision_it_rests_on(file: Welder) -> None:
    first = file.decide(0, on="2026-10-01").json()
    second = file.decide(1, on="2026-10-01", trajectory="combined", code="offer_changed", why="a class").json()
    asked = file.screener.get(f"{file.cased}/trajectory", params={"on": "2026-10-01"}).json()
    assert asked["decision"] == second != first
    assert asked["version"] == 2


def test_of_two_who_decide_the_second_gets_both_and_loses_nothing(file: Welder) -> None:
    assert file.decide(0).status_code == 201
    late = file.decide(0, trajectory="combined", why="my words")
    assert late.status_code == 409
    problem = late.json()
    assert (problem["expected"], problem["found"]) == (0, 1)
    assert problem["current"]["trajectory"] == "integrated"
    assert (problem["yours"]["trajectory"], problem["yours"]["why"]) == ("combined", "my words")
    assert len(file.counsellor.get(f"{file.cased}/trajectory/history").json()["items"]) == 1


def test_a_decision_says_how_many_it_saw(file: Welder) -> None:
    sent = {"trajectory": "integrated", "on": "2026-11-02"}
    assert file.counsellor.post(f"{file.cased}/trajectory", json=sent).status_code == 428


def test_a_decision_on_what_is_no_longer_recommended_gets_the_new_recommendation(file: Welder) -> None:
    seen = file.recommended()["trajectory"]
    file.interviewed(**ANSWERS | {"can_combine": False})
    stale = file.decide(trajectory=seen, recommended=seen)
    assert stale.status_code == 409
    assert stale.json()["current"]["trajectory"] == "linear"
    assert stale.json()["yours"]["recommended"] == "integrated"
    assert file.counsellor.get(f"{file.cased}/trajectory").json()["version"] == 0


def test_a_decision_that_is_sent_twice_is_made_once(file: Welder) -> None:
    sent = {"trajectory": "integrated", "on": "2026-11-02"}
    headers = {"If-Match": '"0"', "Idempotency-Key": "3f0c9b52"}
    first, again = (file.counsellor.post(f"{file.cased}/trajectory", json=sent, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert file.counsellor.get(f"{file.cased}/trajectory").json()["version"] == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": (TODAY + timedelta(days=400)).isoformat()}, "on"),
        ({"on": "0001-01-01"}, "on"),
        ({"on": "9999-12-31"}, "on"),
        ({"trajectory": "express"}, "trajectory"),
        ({"code": "reviewed"}, "code"),
        ({"code": "because"}, "code"),
        ({"why": "x\x00"}, "why"),
        ({"why": "x" * 4001}, "why"),
        ({"review_on": "2026-11-01"}, "review_on"),
        ({"decided_by": "somebody else"}, "decided_by"),
    ],
)
def test_bad_input_names_its_field(file: Welder, wrong: dict[str, Any], field: str) -> None:
    refused = file.decide(**wrong)
    assert refused.status_code == 422
    problem = refused.json()
    assert (problem.get("field") or problem["errors"][0]["field"]) == field


def test_only_the_trajectory_counsellor_decides(file: Welder) -> None:
    """ANT-02: after the second interview, by who held it."""
    sent = {"trajectory": "integrated", "on": "2026-11-02"}
    for client in (file.screener, file.social_worker, file.himself(), file.login(Role.ADMINISTRATOR)):
        refused = client.post(f"{file.cased}/trajectory", json=sent, headers={"If-Match": '"0"'})
        assert refused.status_code == 403


def test_a_case_of_somebody_else_is_not_found(file: Welder, login: Login, store: Store, organisation: str) -> None:
    other = registered(login, store, organisation)
    mixed = f"{file.file}/cases/{other.case}"
    for path in ("distance", "trajectory", "trajectory/history"):
        assert file.counsellor.get(f"{mixed}/{path}").status_code == 404
    assert file.counsellor.post(f"{mixed}/recommendation").status_code == 404
    sent = {"trajectory": "integrated", "on": "2026-11-02"}
    assert file.counsellor.post(f"{mixed}/trajectory", json=sent, headers={"If-Match": '"0"'}).status_code == 404
    assert file.login(Role.PERSON, person=other.person).get(f"{file.cased}/distance").status_code == 404


def test_another_organisation_finds_no_such_case(file: Welder, elsewhere: str) -> None:
    stranger = file.login(Role.COUNSELLOR, at=elsewhere)
    assert stranger.get(f"{file.cased}/distance").status_code == 404
    assert stranger.post(f"{file.cased}/recommendation").status_code == 404


def test_nothing_says_what_a_person_is_only_what_is_known(file: Welder) -> None:
    """GDPR art. 22: no verdict on a person."""
    file.decide()
    said = (
        file.counsellor.get(f"{file.cased}/trajectory/history").text
        + file.counsellor.get(f"{file.cased}/distance").text
    )
    assert not re.search(r"recogni[sz]ed|rejected|unsuitable|unfit", said)
