"""The rules in the open: every threshold with its date and source, and how often people decided otherwise."""

from typing import Any

import pytest

from skillmatch.access import Role
from skillmatch.assess.plan import MESSAGES
from skillmatch.assess.rules import read_rules
from skillmatch.assess.trajectory import RULES, RuleId
from skillmatch.store import tables
from skillmatch.store.audit import By
from skillmatch.store.unit import Store
from tests.api.conftest import Login
from tests.api.welder import TODAY, screened

READERS = {
    *(Role.ADMINISTRATOR, Role.LOCAL_DIRECTOR, Role.AUDITOR, Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER),
}
COUNTERS = {Role.ADMINISTRATOR, Role.LOCAL_DIRECTOR, Role.COUNSELLOR}


def test_an_administrator_sees_every_threshold_with_its_values_dates_and_sources(login: Login) -> None:
    shown = login(Role.ADMINISTRATOR).get("/api/v1/rules").json()
    rules, today = read_rules(), TODAY
    assert {one["name"]: one["in_force"]["value"] for one in shown["thresholds"]} == {
        name: value.value for name, value in rules.in_force(today).items()
    }
    for one, kept in zip(shown["thresholds"], rules.thresholds, strict=True):
        assert (one["unit"], one["meaning"]) == (kept.unit, kept.meaning)
        assert [(each["valid_from"], each["value"], each["source"]) for each in one["values"]] == [
            (each.valid_from.isoformat(), each.value, each.source) for each in kept.values
        ]
    assert shown["values_from"] == rules.on(today).valid_from.isoformat()


def test_every_rule_is_there_in_words_with_its_source_and_every_breach_with_its_message(login: Login) -> None:
    """VDAB-06, VDAB-07."""
    shown = login(Role.ADMINISTRATOR).get("/api/v1/rules").json()
    assert [one["rule"] for one in shown["rules"]] == [rule.id for rule in RULES]
    assert all(one["says"] and one["source"] for one in shown["rules"])
    assert {one["breach"]: one["message"] for one in shown["plans"]} == MESSAGES
    assert [one["reference_share"] for one in shown["routes"]] == [0.2, 0.4, 0.4]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PERSON}))
def test_who_reads_the_rules_and_who_counts_overrides(login: Login, role: Role) -> None:
    client = login(role)
    assert client.get("/api/v1/rules").status_code == (200 if role in READERS else 403)
    assert client.get("/api/v1/rules/overrides").status_code == (200 if role in COUNTERS else 403)


def rates(answer: Any) -> dict[str, tuple[int, int, int, float | None]]:
    """By rule: decisions, more direct, less direct, share; only of rules that led to something."""
    told = {one["rule"]: one for one in answer.json()["rules"]}
    assert set(told) == set(RuleId)
    return {
        rule: (one["decisions"], one["more_direct"], one["less_direct"], one["share"])
        for rule, one in told.items()
        if one["decisions"]
    }


def test_overrides_are_counted_for_each_rule_and_in_which_direction(
    login: Login, store: Store, organisation: str, elsewhere: str
) -> None:
    """VDAB-06: a rate per rule, with its counts, of one's own organisation, and with no file opened."""
    first, second = (screened(login, store, organisation) for _ in range(2))
    assert first.decide(0).status_code == 201
    assert first.decide(1, trajectory="combined", code="offer_changed", why="no firm").status_code == 201
    assert second.decide(0, trajectory="quick_mediation", why="the firm speaks Arabic").status_code == 201
    with store.write(By("test", "system", organisation)) as unit:
        unit.connection.execute(tables.trajectories.update().values(recommendation=b"", reason=b""))
        unit.record("test.hide")
    director = login(Role.LOCAL_DIRECTOR)
    answer = director.get("/api/v1/rules/overrides")
    assert rates(answer) == {"language": (3, 1, 1, pytest.approx(2 / 3))}
    (language,) = [one for one in answer.json()["rules"] if one["rule"] == "language"]
    assert language["overridden"] == 2
    assert answer.json()["as_of"] == TODAY.isoformat()
    assert "open to your organisation" in answer.json()["population"]
    assert rates(login(Role.LOCAL_DIRECTOR, at=elsewhere).get("/api/v1/rules/overrides")) == {}


def test_where_nobody_decided_no_rate_is_made_up(login: Login) -> None:
    answer = login(Role.COUNSELLOR).get("/api/v1/rules/overrides").json()
    assert {one["share"] for one in answer["rules"]} == {None}
