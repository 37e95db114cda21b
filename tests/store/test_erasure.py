"""Erasing leaves nothing of a person, wherever one looks; what was counted stays counted."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, func, select

from skillmatch.assess import screening as tests_of
from skillmatch.assess.outcome import OutcomeKind
from skillmatch.assess.profile import Activity, Cefr, Evidence, Found, Literacy, Proof, Source, Standing
from skillmatch.assess.rules import Trajectory
from skillmatch.assess.trajectory import Decision, Finding, Recommendation, RuleId
from skillmatch.errors import Forbidden, NotFound
from skillmatch.store import cases, claims, languages, people
from skillmatch.store.accounts import add_account, begin_session
from skillmatch.store.audit import By
from skillmatch.store.cases import Interview, KeptAssessment, KeptNote, KeptOutcome, KeptPlan, KeptQualification
from skillmatch.store.creations import remember
from skillmatch.store.erasure import SMALLEST_CELL, erase, publish, published, tombstones
from skillmatch.store.export import KeptVector, export
from skillmatch.store.people import Person, register
from skillmatch.store.tables import METADATA, OF_A_PERSON, Basis, Form
from skillmatch.store.unit import Store, Unit, new_id
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Span

NAMED = "Zaynab-al-Amin"
WELDING = ConceptId("http://data.europa.eu/esco/skill/welding")
DAY = date(2026, 11, 2)


def whole_life(unit: Unit, other_organisation: str) -> Person:
    """A person with a row in every table that can hold one, each personal text with NAMED in it."""
    person = register(unit, NAMED, speaks="ar", details={"telephone": NAMED}, sex="f", education_band="low")
    case = cases.begin(unit, person.id, {"screener": unit.by.account})
    note = unit.add(KeptNote(new_id(), person.id, f"{NAMED} heeft gelast.", "nl", DAY))
    unit.add(Interview(new_id(), person.id, case.id, Form.SOCIAL_WORK, "social worker", DAY, {"housing": NAMED}))
    languages.record_level(unit, person.id, "nl", Activity.SPOKEN_INTERACTION, Cefr.A1, Proof.TEST, DAY)
    languages.record_script(unit, person.id, "Arab", Literacy.FLUENT, DAY)
    tested = (
        WELDING,
        tests_of.Tested.TECHNICAL,
        tests_of.Place.PES_SITE,
        tests_of.Mode.MINIMUM_VOCABULARY,
        tests_of.Result.PASSED,
    )
    unit.add(KeptAssessment(new_id(), person.id, *tested, DAY, comment=NAMED, employer=NAMED, override_reason=NAMED))
    found = Evidence(WELDING, Source.WORK, 0.5, DAY, note.id, Span(6, 12), Found.LABEL, NAMED)
    claims.suggest(unit, person.id, [found])
    claims.decide(unit, person.id, WELDING, Standing.CONFIRMED, seen=1, reason=NAMED)
    unit.add(KeptQualification(new_id(), person.id, "SY", f"{NAMED} البكالوريا", field=NAMED, level=NAMED))
    asked = Recommendation((Finding(RuleId.WISH, Trajectory.LINEAR, NAMED),), DAY)
    cases.decide_trajectory(unit, case, Decision(Trajectory.INTEGRATED, DAY, unit.by.account, asked, NAMED), seen=0)
    unit.add(KeptPlan(new_id(), person.id, case.id, "integrated", ({"provider": NAMED},)))
    unit.add(KeptOutcome(new_id(), person.id, OutcomeKind.JOB, date(2027, 3, 1), contract_months=6, hours_per_week=38))
    people.consent(unit, person.id, "matching", Basis.PUBLIC_TASK, "2026-11")
    people.share(unit, person.id, other_organisation)
    unit.insert(KeptVector(new_id(), person.id, note.id, "ngrams", (0.6, 0.8)), person.id)
    account = add_account(unit, "person@example.org", roles=("person",), person_id=person.id)
    begin_session(unit, account.id, "token", role="person", hours=8)
    remember(unit, "key", b"request", f"people:{person.id}", person.id)
    export(unit, person.id, keep=True)
    return person


@pytest.fixture
def other(founded: Callable[[str], By]) -> By:
    return founded("Ghent")


@pytest.fixture
def person(store: Store, screener: By, other: By) -> Person:
    with store.write(screener) as unit:
        return whole_life(unit, other.organisation)


def columns(unit: Unit) -> Iterator[tuple[str, object]]:
    """Every value of every table, as the database has it."""
    for table in METADATA.sorted_tables:
        for row in unit.connection.execute(select(table)):
            yield from ((f"{table.name}.{column.name}", value) for column, value in zip(table.c, row, strict=True))


def test_the_life_of_the_test_fills_every_table_of_a_person(store: Store, screener: By, person: Person) -> None:
    """Or the tests below would pass for a table that they never saw."""
    with store.read(screener) as unit:
        for table in OF_A_PERSON:
            rows = select(func.count()).select_from(table).where(table.c.person_id == person.id)
            assert unit.connection.scalar(rows), table.name
    holding = {table for table in METADATA.tables.values() if "person_id" in table.c}
    assert holding == {*OF_A_PERSON, METADATA.tables["accounts"]}


def test_no_personal_text_reaches_the_database(store: Store, screener: By, person: Person) -> None:
    with store.read(screener) as unit:
        values = dict.fromkeys(
            name for name, value in columns(unit) if NAMED in str(value) or NAMED.encode() in _raw(value)
        )
    assert list(values) == []


def _raw(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def test_an_export_holds_everything_and_is_json(store: Store, screener: By, person: Person) -> None:
    with store.write(screener) as unit:
        content = json.loads(json.dumps(export(unit, person.id)))
    empty = [name for name, rows in content.items() if not rows]
    assert empty == []
    assert {table.name for table in OF_A_PERSON} - set(content) == {"person_keys", "exports"}
    assert content["people"][0]["name"] == NAMED
    assert content["notes"][0]["text"] == f"{NAMED} heeft gelast."
    assert content["interviews"][0]["answers"] == {"housing": NAMED}
    assert content["evidence"][0]["detail"] == NAMED
    assert content["trajectories"][0]["reason"] == NAMED
    assert content["vectors"][0]["values"] == [0.6, 0.8]
    assert "people.register" in {row["action"] for row in content["audit"]}
    assert "password_hash" not in content["accounts"][0]


def test_a_note_that_a_reader_may_not_see_is_left_out_of_an_export(store: Store, screener: By) -> None:
    """Ruling 22; nor a vector, from which a text can be guessed, nor whose names were shown in the same list."""
    with store.write(screener) as unit:
        person, other = register(unit, "Noor"), register(unit, "Omar")
        for author, confidential in (("theirs", True), ("theirs", False), ("reader", True)):
            note = KeptNote(new_id(), person.id, f"{author} {confidential}", author=author, confidential=confidential)
            unit.add(note)
            unit.insert(KeptVector(new_id(), person.id, note.id, "ngrams", (0.6, 0.8)), person.id)
        unit.record("people.list", what={"files": [person.id, other.id]})
    with store.write(screener) as unit:
        whole, read = (
            export(unit, person.id),
            export(unit, person.id, sees=lambda note: not note["confidential"] or note["author"] == "reader"),
        )
    assert {note["text"] for note in read["notes"]} == {"theirs False", "reader True"}
    assert {vector["of"] for vector in read["vectors"]} == {note["id"] for note in read["notes"]}
    assert len(whole["notes"]) == len(whole["vectors"]) == 3
    assert "people.list" in {row["action"] for row in read["audit"]}
    assert other.id not in json.dumps(whole)


def test_an_export_of_another_organisations_file_is_not_found(
    store: Store, founded: Callable[[str], By], person: Person
) -> None:
    with store.write(founded("Liège")) as unit:
        with pytest.raises(NotFound):
            export(unit, person.id)
        unit.record("test")


def test_nothing_of_the_erased_is_left_but_audit_rows_without_personal_data(
    store: Store, screener: By, person: Person
) -> None:
    with store.write(screener) as unit:
        erase(unit, person.id)
    with store.read(screener) as unit:
        left = {name for name, value in columns(unit) if person.id in str(value)}
        with pytest.raises(NotFound):
            unit.vault(person.id)
        with pytest.raises(NotFound):
            people.load(unit, person.id)
        assert [name for name, value in columns(unit) if NAMED in str(value)] == []
    assert left <= {"audit.person", "audit.about", "audit.what"}
    assert store.verify() is None


def test_an_erasure_is_told_in_the_audit(store: Store, screener: By, person: Person) -> None:
    with store.write(screener) as unit:
        erase(unit, person.id)
    with store.read(screener) as unit:
        table = METADATA.tables["audit"]
        row = unit.connection.execute(select(table).order_by(table.c.seq.desc()).limit(1)).mappings().one()
    assert (row["action"], row["person"], row["what"]) == ("people.erase", person.id, '{"tombstone":false}')


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_files_of_sqlite_hold_nothing_of_the_erased(store: Store, screener: By, person: Person, url: str) -> None:
    """The wrapped key above all: with the master key it would open what an old copy still holds."""
    table = METADATA.tables["person_keys"]
    with store.read(screener) as unit:
        wrapped = unit.connection.scalar(select(table.c.wrapped).where(table.c.person_id == person.id))
        sealed = [value for _, value in columns(unit) if isinstance(value, bytes)]
    path = Path(url.removeprefix("sqlite:///"))
    files = [path, path.with_name(path.name + "-wal")]
    assert wrapped is not None
    assert any(wrapped in file.read_bytes() for file in files)
    with store.write(screener) as unit:
        erase(unit, person.id)
    assert store.scrub()
    left = b"".join(file.read_bytes() for file in files if file.exists())
    assert wrapped not in left
    with store.read(screener) as unit:
        kept = unit.connection.scalar(select(METADATA.tables["master"].c.audit_key))
    assert [value for value in sealed if value != kept and value in left] == []


def test_scrubbing_works_on_both_engines(store: Store) -> None:
    assert store.scrub()


def test_only_the_keeper_of_a_file_erases_it(store: Store, other: By, person: Person) -> None:
    with store.write(other) as unit:
        with pytest.raises(Forbidden):
            erase(unit, person.id)
        unit.record("test")


def test_others_are_untouched(store: Store, screener: By, other: By, person: Person) -> None:
    with store.write(screener) as unit:
        neighbour = whole_life_of_neighbour(unit)
        before = export(unit, neighbour.id)
        erase(unit, person.id)
        after = export(unit, neighbour.id)
    assert {key: rows for key, rows in after.items() if key not in {"audit", "made_at"}} == {
        key: rows for key, rows in before.items() if key not in {"audit", "made_at"}
    }


def whole_life_of_neighbour(unit: Unit) -> Person:
    neighbour = register(unit, "Omar")
    claims.suggest(unit, neighbour.id, [Evidence(WELDING, Source.WORK, 0.5)])
    unit.add(KeptNote(new_id(), neighbour.id, "Omar heeft gelast."))
    return neighbour


def test_published_figures_stay_as_they_were(store: Store, screener: By, person: Person) -> None:
    with store.write(screener) as unit:
        publish(unit, "registrations", DAY, {"2026": 1})
        erase(unit, person.id)
    with store.read(screener) as unit:
        assert [(one.name, one.as_of, one.figures) for one in published(unit)] == [("registrations", DAY, {"2026": 1})]


@pytest.mark.parametrize(("alike", "kept"), [(SMALLEST_CELL - 2, 0), (SMALLEST_CELL - 1, 1)])
def test_a_tombstone_is_kept_in_a_cell_of_ten_or_more_only(
    store: Store, screener: By, person: Person, alike: int, kept: int
) -> None:
    """Ruling 16."""
    with store.write(screener) as unit:
        for number in range(alike):
            register(unit, f"alias {number}", sex="f", education_band="low")
        register(unit, "another cell", sex="m", education_band="low")
        erase(unit, person.id)
    with store.read(screener) as unit:
        stones = tombstones(unit)
    assert len(stones) == kept
    for stone in stones:
        assert (stone.education_band, stone.sex) == ("low", "f")
        months = (2027 - person.registered_on.year) * 12 + 3 - person.registered_on.month
        months -= person.registered_on.day > 1  # the job began on a first
        assert stone.outcome_months == {"job": months}


def test_the_erased_count_in_the_cell_too(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        alike = [register(unit, f"alias {number}", sex="x") for number in range(SMALLEST_CELL)]
        for person in alike:
            erase(unit, person.id)
        assert len(tombstones(unit)) == SMALLEST_CELL


def test_every_personal_column_is_sealed() -> None:
    """A binary column is ciphertext; text that people write has no other place."""
    sealed = {f"{table.name}.{column.name}" for table in METADATA.tables.values() for column in table.c
              if isinstance(column.type, LargeBinary) or type(column.type).__name__ == "Sealed"}  # fmt: skip
    assert sealed == {
        "people.name", "people.details", "person_keys.wrapped", "interviews.answers", "notes.text",
        "assessments.employer", "assessments.comment", "assessments.override_reason", "assessments.interpreter",
        "assessments.evidence", "claims.reason",
        "evidence.detail", "vectors.values", "exports.content", "qualifications.title",
        "qualifications.transliteration", "qualifications.field", "qualifications.level",
        "trajectories.recommendation", "trajectories.reason", "plans.actions", "master.audit_key",
    }  # fmt: skip
