"""Plans over HTTP: kept while they are drafts, checked each time, and without what a role may not know."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import TRAUMA, Role
from skillmatch.assess.plan import MESSAGES, Breach
from skillmatch.store.unit import Store
from tests.api.conftest import Login
from tests.api.welder import Welder, registered

WEEKDAYS = (0, 1, 2, 3, 4)


def action(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "start": "2026-12-07", "end": "2027-02-26", "sessions": [], **more}


def weekly(start: str, end: str, weekdays: tuple[int, ...] = WEEKDAYS) -> list[dict[str, Any]]:
    return [{"weekday": weekday, "start": start, "end": end} for weekday in weekdays]


DUTCH = action("Dutch", "language class", sessions=weekly("09:00", "12:00"), provider="CVO")
ORIENTATION = action("orientation", "job orientation", sessions=weekly("13:00", "16:00"), provider="VDAB")
SEARCH = action("search", "vacancy search")
IBO = action("training", "individual vocational training", sessions=weekly("08:00", "16:00"), provider="the firm")
COACHING = action("on the floor", "language support", sessions=weekly("10:00", "12:00", (1,)), part_of="training")
COMBINED = {"trajectory": "combined", "actions": [DUTCH, ORIENTATION]}
REFERRAL = action("referral", "trauma counselling referral")


@pytest.fixture
def file(login: Login, store: Store, organisation: str) -> Welder:
    welder = registered(login, store, organisation)
    sent = {"labour_access": "unlimited"}
    assert welder.screener.patch(welder.file, json=sent, headers={"If-Match": '"1"'}).status_code == 200
    return welder


@pytest.fixture
def trained(file: Welder) -> TestClient:
    """The counsellor of the case, who is trained for trauma."""
    counsellor = file.login(Role.COUNSELLOR, trained=(TRAUMA,))
    assigned = {"assigned": {"trajectory counsellor": counsellor.account}}  # type: ignore[attr-defined]
    answer = file.counsellor.patch(file.cased, json=assigned, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    return counsellor


def drawn_up(by: TestClient, file: Welder, plan: dict[str, Any]) -> Any:
    answer = by.post(f"{file.cased}/plans", json=plan)
    assert answer.status_code == 201, answer.text
    return answer.json()


def breaches(file: Welder, trajectory: str, *actions: dict[str, Any], **more: Any) -> dict[str, str]:
    sent = {"trajectory": trajectory, "actions": list(actions), **more}
    check = drawn_up(file.counsellor, file, sent)["check"]
    return {one["breach"]: one["message"] for one in check["breaches"]}


# What a plan is, and what is told of it


def test_a_plan_comes_back_as_it_was_sent_and_holds(file: Welder) -> None:
    """VDAB-07, OSS-03: who works on the case and the person read it alike."""
    kept = file.counsellor.post(f"{file.cased}/plans", json=COMBINED)
    plan = kept.json()
    sent = [{"provider": None, "at_workplace": None, "part_of": None} | one for one in (DUTCH, ORIENTATION)]
    assert (plan["trajectory"], plan["actions"]) == ("combined", sent)
    assert plan["start"] == "2026-12-07"
    assert plan["check"] == {"holds": True, "breaches": [], "questions": []}
    assert kept.headers["ETag"] == '"1"'
    for client in (file.counsellor, file.screener, file.social_worker, file.himself()):
        assert client.get(kept.headers["Location"]).json() == plan
        assert client.get(f"{file.cased}/plans").json() == {"items": [plan], "after": None}


LATE = {"start": "2027-03-15", "end": "2027-04-30"}
VIOLATIONS: list[tuple[str, list[dict[str, Any]], Breach]] = [
    ("quick_mediation", [DUTCH], Breach.QUICK_NO_SEARCH_OR_PLACEMENT),
    ("quick_mediation", [DUTCH, SEARCH | LATE], Breach.QUICK_TOO_LATE),
    ("integrated", [SEARCH], Breach.INTEGRATED_NO_WORK_OR_TRAINING),
    ("integrated", [SEARCH, IBO], Breach.INTEGRATED_NO_LANGUAGE_OR_SOFT_SKILLS),
    ("integrated", [IBO, DUTCH | LATE], Breach.INTEGRATED_NOT_SIMULTANEOUS),
    ("integrated", [IBO, DUTCH | {"sessions": weekly("18:00", "20:00")}], Breach.INTEGRATED_NOTHING_INSIDE),
    ("combined", [DUTCH], Breach.COMBINED_FEWER_THAN_TWO),
    ("combined", [DUTCH, ORIENTATION | LATE], Breach.COMBINED_NOT_PARALLEL),
    ("combined", [IBO, COACHING], Breach.COMBINED_ALL_INSIDE),
    ("combined", [DUTCH, ORIENTATION | {"sessions": weekly("11:00", "14:00")}], Breach.COMBINED_HOURS_OVERLAP),
    ("combined", [DUTCH, ORIENTATION | {"sessions": weekly("11:00", "14:00")}], Breach.HOURS_OVERLAP),
    ("linear", [ORIENTATION], Breach.LINEAR_NO_LANGUAGE_OR_EDUCATION),
    ("linear", [DUTCH], Breach.LINEAR_NO_ORIENTATION_OR_TRAINING),
    ("linear", [DUTCH, ORIENTATION], Breach.LINEAR_NOT_IN_SEQUENCE),
    ("integrated", [IBO, COACHING | {"end": "2027-03-05"}], Breach.PART_OUTSIDE_WHOLE),
]


@pytest.mark.parametrize(("trajectory", "actions", "breach"), VIOLATIONS)
def test_a_plan_that_breaks_its_definition_is_kept_and_told_so_in_words(
    file: Welder, trajectory: str, actions: list[dict[str, Any]], breach: Breach
) -> None:
    """VDAB-07: each violation has its own message; a plan is a draft until it is right."""
    found = breaches(file, trajectory, *actions)
    assert found[breach] == MESSAGES[breach]
    assert len(file.screener.get(f"{file.cased}/plans").json()["items"]) == 1


def test_every_violation_has_words_of_its_own() -> None:
    """VDAB-07."""
    assert set(MESSAGES) == set(Breach)
    assert len(set(MESSAGES.values())) == len(Breach)


@pytest.mark.parametrize(
    ("trajectory", "actions"),
    [
        ("quick_mediation", [SEARCH, DUTCH]),
        ("integrated", [IBO, COACHING]),
        ("linear", [DUTCH, ORIENTATION | {"start": "2027-02-26", "end": "2027-04-30"}]),
    ],
)
def test_a_plan_that_keeps_its_definition_has_no_breach(
    file: Welder, trajectory: str, actions: list[dict[str, Any]]
) -> None:
    assert breaches(file, trajectory, *actions) == {}


def test_the_day_a_plan_counts_from_decides_whether_a_search_comes_too_late(file: Welder) -> None:
    """Ruling 12: within the first four weeks."""
    assert breaches(file, "quick_mediation", SEARCH) == {}
    assert set(breaches(file, "quick_mediation", SEARCH, start="2026-11-09")) == {Breach.QUICK_TOO_LATE}
    assert breaches(file, "quick_mediation", SEARCH, start="2026-11-10") == {}


@pytest.mark.parametrize(
    ("access", "breached", "asked"),
    [("none", [Breach.NO_LABOUR_ACCESS], []), (None, [], [Breach.NO_LABOUR_ACCESS]), ("unlimited", [], [])],
)
def test_work_needs_labour_access_and_unknown_is_a_question(
    file: Welder, access: str | None, breached: list[Breach], asked: list[Breach]
) -> None:
    """Ruling 10: unknown is not no, and the paper that settles it is named."""
    assert file.screener.patch(file.file, json={"labour_access": access}, headers={"If-Match": '"2"'}).is_success
    check = drawn_up(file.counsellor, file, {"trajectory": "integrated", "actions": [IBO, COACHING]})["check"]
    assert [one["breach"] for one in check["breaches"]] == breached
    assert [one["breach"] for one in check["questions"]] == asked
    assert check["holds"] is (None if asked else not breached)
    assert all("residence title" in one["would_settle"] for one in check["questions"])


def test_hours_that_are_not_known_are_a_question_and_no_breach(file: Welder) -> None:
    sent = {"trajectory": "combined", "actions": [DUTCH, ORIENTATION | {"sessions": None}]}
    check = drawn_up(file.counsellor, file, sent)["check"]
    assert (check["holds"], check["breaches"]) == (None, [])
    assert {one["would_settle"] for one in check["questions"]} == {"the hours of these actions"}


# Versions


def test_another_plan_takes_its_place_and_of_two_the_second_loses_nothing(file: Welder) -> None:
    plan = drawn_up(file.counsellor, file, COMBINED)
    path, seen = f"{file.cased}/plans/{plan['id']}", {"If-Match": '"1"'}
    first = file.counsellor.put(path, json=COMBINED | {"actions": [DUTCH]}, headers=seen)
    second = file.social_worker.put(path, json=COMBINED | {"actions": [ORIENTATION]}, headers=seen)
    assert (first.status_code, second.status_code) == (200, 409)
    problem = second.json()
    assert (problem["expected"], problem["found"]) == (1, 2)
    assert problem["current"] == first.json()
    assert [one["id"] for one in problem["yours"]["actions"]] == ["orientation"]
    assert file.screener.get(path).json() == first.json()
    assert file.counsellor.put(path, json=COMBINED).status_code == 428


def test_a_plan_that_is_sent_twice_is_drawn_up_once(file: Welder) -> None:
    key = {"Idempotency-Key": "3f0c9b52"}
    first, again = (file.counsellor.post(f"{file.cased}/plans", json=COMBINED, headers=key) for _ in range(2))
    assert again.json() == first.json()
    assert len(file.counsellor.get(f"{file.cased}/plans").json()["items"]) == 1


# What is restricted


def test_a_referral_for_trauma_is_there_for_the_few_who_may_know(file: Welder, trained: TestClient) -> None:
    """VDAB-11, ruling 22: for the others it is absent, from the plan and from what is said of it."""
    file.consents()
    referral = REFERRAL | {"start": "2026-12-01", "sessions": weekly("10:00", "11:00", (0,))}
    sent = COMBINED | {"actions": [*COMBINED["actions"], referral]}
    plan = drawn_up(trained, file, sent)
    assert {one["breach"] for one in plan["check"]["breaches"]} == {"hours-overlap"}
    path = f"{file.cased}/plans/{plan['id']}"
    for client in (trained, file.social_worker, file.himself()):
        assert client.get(path).json() == plan
    assert plan["start"] == DUTCH["start"]  # and not the referral's, which is earlier
    for client in (file.counsellor, file.screener):
        seen = client.get(path)
        assert [one["id"] for one in seen.json()["actions"]] == ["Dutch", "orientation"]
        assert seen.json()["check"]["breaches"] == []
        assert "referral" not in seen.text + client.get(f"{file.cased}/plans").text


def test_who_does_not_see_a_referral_changes_the_plan_around_it(file: Welder, trained: TestClient) -> None:
    """Nothing is lost, and neither a conflict nor a name that is taken gives it away."""
    file.consents()
    plan = drawn_up(trained, file, COMBINED | {"actions": [DUTCH, REFERRAL | {"part_of": "Dutch"}]})
    path = f"{file.cased}/plans/{plan['id']}"
    stale = file.counsellor.put(path, json=COMBINED, headers={"If-Match": '"7"'})
    assert stale.status_code == 409
    assert "referral" not in stale.text
    same_name = COMBINED | {"actions": [ORIENTATION | {"id": "referral"}]}
    changed = file.counsellor.put(path, json=same_name, headers={"If-Match": '"1"'})
    assert [one["kind"] for one in changed.json()["actions"]] == ["job orientation"]
    whole = trained.get(path).json()["actions"]
    assert [(one["kind"], one["part_of"]) for one in whole] == [
        ("job orientation", None),
        ("trauma counselling referral", None),
    ]
    removed = trained.put(path, json=COMBINED, headers={"If-Match": '"2"'}).json()
    assert trained.get(path).json() == removed
    assert [one["id"] for one in removed["actions"]] == ["Dutch", "orientation"]


def test_a_referral_is_written_by_the_few_and_on_consent_only(file: Welder, trained: TestClient) -> None:
    """D7: explicit consent comes first, and once it is withdrawn nobody sees the referral."""
    sent = COMBINED | {"actions": [REFERRAL]}
    for client in (trained, file.social_worker):
        assert client.post(f"{file.cased}/plans", json=sent).status_code == 403
    file.consents()
    assert file.counsellor.post(f"{file.cased}/plans", json=sent).status_code == 403
    plan = drawn_up(file.social_worker, file, sent)
    path = f"{file.cased}/plans/{plan['id']}"
    assert [one["kind"] for one in trained.get(path).json()["actions"]] == ["trauma counselling referral"]
    assert file.himself().delete(f"{file.file}/consents/health").is_success
    for client in (trained, file.social_worker, file.himself()):
        assert client.get(path).json()["actions"] == []


def test_what_all_see_is_no_part_of_what_few_see(file: Welder) -> None:
    file.consents()
    sent = COMBINED | {"actions": [REFERRAL, DUTCH | {"part_of": "referral"}]}
    refused = file.social_worker.post(f"{file.cased}/plans", json=sent)
    assert (refused.status_code, refused.json()["field"]) == (422, "part_of")


def test_who_may_see_and_who_may_draw_up(file: Welder) -> None:
    """ANT-04: deny by default."""
    plan = drawn_up(file.counsellor, file, COMBINED)
    path = f"{file.cased}/plans"
    for client in (file.screener, file.himself()):
        assert client.get(path).status_code == 200
        assert client.post(path, json=COMBINED).status_code == 403
        assert client.put(f"{path}/{plan['id']}", json=COMBINED, headers={"If-Match": '"1"'}).status_code == 403
    for role in set(Role) - {Role.PERSON, Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER}:
        outsider = file.login(role)
        assert outsider.get(path).status_code == 403
        assert outsider.get(f"{path}/{plan['id']}").status_code == 403
        assert outsider.post(path, json=COMBINED).status_code == 403


def test_a_plan_of_another_case_is_not_found(file: Welder, login: Login, store: Store, organisation: str) -> None:
    other = registered(login, store, organisation)
    plan = drawn_up(other.counsellor, other, COMBINED)
    for there in (f"{file.cased}/plans/{plan['id']}", f"{file.file}/cases/{other.case}/plans"):
        assert file.counsellor.get(there).status_code == 404
    lost = file.counsellor.put(f"{file.cased}/plans/{plan['id']}", json=COMBINED, headers={"If-Match": '"1"'})
    assert lost.status_code == 404


def test_drawing_up_and_looking_are_told_in_the_audit_without_what_is_planned(file: Welder) -> None:
    plan = drawn_up(file.counsellor, file, COMBINED)
    file.screener.get(f"{file.cased}/plans/{plan['id']}")
    (added,), (seen,) = file.audited("plans.add"), file.audited("plans.view")
    assert added.about == seen.about == f"plans:{plan['id']}"
    assert (added.account, seen.account) == (file.counsellor.account, file.screener.account)  # type: ignore[attr-defined]
    assert "CVO" not in str(added)


# Bad input


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"end": "2026-12-06"}, "actions.1.end"),
        ({"part_of": "orientation"}, "actions.1.part_of"),
        ({"sessions": weekly("09:00", "12:00", (0,)) + weekly("11:00", "13:00", (0,))}, "actions.1.sessions"),
        ({"id": "Dutch"}, "actions"),
        ({"part_of": "nothing"}, "part_of"),
        ({"kind": "holiday"}, "actions.1.kind"),
        ({"start": "9999-12-31", "end": "9999-12-31"}, "actions.1.start"),
        ({"sessions": weekly("24:00", "25:00")}, "actions.1.sessions.0.start"),
        ({"sessions": weekly("09:00", "9:60")}, "actions.1.sessions.0.end"),
        ({"sessions": weekly("09:00", "10:00", (7,))}, "actions.1.sessions.0.weekday"),
        ({"sessions": weekly("09:00", "10:00") * 5}, "actions.1.sessions"),
        ({"provider": "\x00"}, "actions.1.provider"),
        ({"id": ""}, "actions.1.id"),
        ({"hours": 12}, "actions.1.hours"),
    ],
)
def test_bad_input_names_its_field_and_is_not_kept(file: Welder, wrong: dict[str, Any], field: str) -> None:
    refused = file.counsellor.post(f"{file.cased}/plans", json=COMBINED | {"actions": [DUTCH, ORIENTATION | wrong]})
    assert refused.status_code == 422
    problem = refused.json()
    assert (problem.get("field") or problem["errors"][0]["field"]) == field
    assert file.counsellor.get(f"{file.cased}/plans").json()["items"] == []


def test_a_night_shift_runs_over_midnight(file: Welder) -> None:
    """Ruling 12."""
    night = DUTCH | {"id": "night", "kind": "placement", "sessions": weekly("22:00", "06:00", (0,))}
    early = DUTCH | {"id": "early", "sessions": weekly("05:00", "08:00", (1,))}
    found = drawn_up(file.counsellor, file, {"trajectory": "quick_mediation", "actions": [night, early]})["check"]
    (overlap,) = found["breaches"]
    assert (overlap["breach"], overlap["actions"], overlap["on"]) == ("hours-overlap", ["night", "early"], "2026-12-07")
    assert set(found) == {"holds", "breaches", "questions"}
