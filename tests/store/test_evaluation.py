"""What an evaluator gets is counted right, and no key is opened for it (DUO-21)."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date

import pytest

from skillmatch.assess.outcome import OutcomeKind
from skillmatch.store import cases, people
from skillmatch.store.audit import By
from skillmatch.store.cases import KeptDecision, KeptOutcome
from skillmatch.store.evaluation import followed, population
from skillmatch.store.people import register
from skillmatch.store.tables import Basis, Step
from skillmatch.store.unit import Store, Unit, new_id
from skillmatch.store.vault import Vault

CAME = date(2025, 8, 31)


def arrive(unit: Unit, name: str, **facts: object) -> str:
    """A person with a basis for evaluation."""
    person = register(unit, name, registered_on=CAME, **facts)
    people.consent(unit, person.id, "evaluation", Basis.PUBLIC_TASK, "2026-11")
    return person.id


def decide(unit: Unit, person_id: str, place: int, trajectory: str, on: date) -> None:
    case = cases.begin(unit, person_id)
    unit.add(
        KeptDecision(
            new_id(), person_id, case.id, place, trajectory, None, on, Step.CONFIRMED, "linear", (), None, None,
            "because of her health", None, "counsellor", unit.at,
        )
    )  # fmt: skip


def test_a_row_has_cohort_bands_trajectories_and_outcomes_in_months(
    store: Store, screener: By, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write(screener) as unit:
        person = arrive(unit, "Noor", education_band="low", age_band="30-39", sex="f", details={"nationality": "SY"})
        decide(unit, person, 1, "integrated", date(2025, 9, 15))
        unit.add(KeptOutcome(new_id(), person, OutcomeKind.JOB, date(2026, 2, 28), date(2026, 8, 30), 6.0, 38.0))
    monkeypatch.setattr(Vault, "open", _refuse)
    with store.read(screener) as unit:
        (row,) = followed(unit, population(unit, "evaluation"))
        assert row.pseudonym == unit.pseudonyms.of(person)
    assert asdict(row) | {"pseudonym": ""} == {
        "pseudonym": "",
        "cohort": "2025-08",
        "education_band": "low",
        "age_band": "30-39",
        "sex": "f",
        "trajectories": [
            {"trajectory": "integrated", "on": date(2025, 9, 15), "step": "confirmed", "recommended": "linear"}
        ],
        "outcomes": [{"kind": "job", "months": 6, "until_months": 11, "contract_months": 6.0, "hours_per_week": 38.0}],
    }


def _refuse(*_: object) -> object:
    raise AssertionError("a personal text was opened")


def test_only_people_with_a_standing_basis_whose_file_the_organisation_keeps_are_followed(
    store: Store, screener: By, founded: Callable[[str], By]
) -> None:
    ghent = founded("Ghent")
    with store.write(screener) as unit:
        kept = arrive(unit, "Noor")
        gone = arrive(unit, "Omar")
        people.withdraw(unit, gone, "evaluation")
        register(unit, "Samira")
        asked = register(unit, "Rami").id
        people.consent(unit, asked, "mentoring", Basis.CONSENT, "2026-11")
        again = arrive(unit, "Sara")
        people.withdraw(unit, again, "evaluation")
        people.consent(unit, again, "evaluation", Basis.PUBLIC_TASK, "2026-11")
        people.share(unit, kept, ghent.organisation)
    with store.read(screener) as unit:
        assert set(population(unit, "evaluation").values()) == {kept, again}
        assert list(population(unit, "evaluation")) == sorted(population(unit, "evaluation"))
    with store.read(ghent) as unit:
        assert population(unit, "evaluation") == {}
