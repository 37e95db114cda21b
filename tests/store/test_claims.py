"""Runs suggest and people decide; no later run undoes a decision, whatever the order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from skillmatch.assess.profile import (
    Activity,
    Cefr,
    Claim,
    Evidence,
    Found,
    Literacy,
    Profile,
    Proof,
    Source,
    Standing,
)
from skillmatch.errors import Conflict, InvalidInput, NotFound
from skillmatch.store import claims, languages, tables
from skillmatch.store.audit import By
from skillmatch.store.cases import KeptNote
from skillmatch.store.claims import claim, decide, profile, retract, suggest
from skillmatch.store.people import register
from skillmatch.store.unit import Store, Unit, new_id
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language, Span

WELDING, BRAZING, COOKING = (
    ConceptId(f"http://data.europa.eu/esco/skill/{name}") for name in ("weld", "braze", "cook")
)
DAY = date(2026, 11, 2)

at_ease = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

pieces = st.builds(
    Evidence,
    st.sampled_from([WELDING, BRAZING, COOKING]),
    st.sampled_from(Source),
    st.floats(0, 1),
    on=st.none() | st.dates(),
    note=st.none() | st.sampled_from(["n1", "n2"]),
    span=st.none() | st.builds(Span, st.integers(0, 99), st.integers(100, 200)),
    found=st.none() | st.sampled_from(Found),
    detail=st.none() | st.text(max_size=10),
)
decisions = st.tuples(
    st.sampled_from([WELDING, BRAZING, COOKING]),
    st.sampled_from([Standing.CONFIRMED, Standing.REJECTED, Standing.CORRECTED]),
)


def seen(unit: Unit, person: str, concept: ConceptId) -> int | None:
    found = [one.version for one in claims.claims(unit, person) if one.concept == concept]
    return found[0] if found else None


@at_ease
@given(steps=st.lists(st.lists(pieces, max_size=4) | decisions, max_size=6))
def test_the_kept_profile_is_the_one_the_core_computes(
    store: Store, screener: By, steps: Sequence[list[Evidence] | tuple[ConceptId, Standing]]
) -> None:
    """The oracle is assess.profile: with_suggestions for a run, decide for a person."""
    expected = Profile()
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        for step in steps:
            if isinstance(step, tuple):
                decide(unit, person, *step, seen=seen(unit, person, step[0]))
                expected = expected.decide(*step)
            else:
                suggest(unit, person, step)
                expected = expected.with_suggestions(step)
        kept = profile(unit, person)
    assert kept.claims == tuple(sorted(expected.claims, key=lambda one: one.concept))


def test_a_correction_is_never_overwritten_by_a_later_run(store: Store, screener: By) -> None:
    found = [Evidence(WELDING, Source.WORK, 0.9, DAY)]
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        suggest(unit, person, found)
        decide(unit, person, WELDING, Standing.CORRECTED, seen=1, corrected_to=BRAZING, reason="soldeert, last niet")
    with store.write(screener) as unit:
        assert suggest(unit, person, [*found, Evidence(WELDING, Source.PORTFOLIO, 1.0, DAY)]) == 1
        wrong, right = claim(unit, person, WELDING), claim(unit, person, BRAZING)
    assert (wrong.standing, wrong.corrected_to, wrong.reason) == (Standing.REJECTED, BRAZING, "soldeert, last niet")
    assert (right.standing, right.corrected_to, right.decided_by) == (Standing.CORRECTED, None, screener.account)
    with store.read(screener) as unit:
        kept = profile(unit, person)
    assert kept.claim(BRAZING) == Claim(BRAZING, Standing.CORRECTED)
    rejected = kept.claim(WELDING)
    assert rejected is not None
    assert (rejected.strength, len(rejected.evidence)) == (0.0, 2)


def test_running_twice_keeps_nothing_twice(store: Store, screener: By) -> None:
    found = [Evidence(WELDING, Source.WORK, 0.1 + 0.2, DAY, "n1", Span(0, 5), Found.MEANING, "lasser in حلب")]
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        assert suggest(unit, person, [*found, *found]) == 1
    with store.write(screener) as unit:
        assert suggest(unit, person, found) == 0
        assert profile(unit, person).claims == (Claim(WELDING, Standing.SUGGESTED, tuple(found)),)


def test_a_decision_from_an_older_view_is_a_conflict_with_both_versions(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        suggest(unit, person, [Evidence(WELDING, Source.WORK, 0.9)])
        decide(unit, person, WELDING, Standing.REJECTED, seen=1)
    for old in (1, None):
        with pytest.raises(Conflict) as raised, store.write(screener) as unit:
            decide(unit, person, WELDING, Standing.CONFIRMED, seen=old)
        assert (raised.value.expected, raised.value.found) == (old, 2)
    with store.read(screener) as unit:
        assert claim(unit, person, WELDING).standing is Standing.REJECTED


def test_a_person_may_claim_what_no_run_found(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        decide(unit, person, COOKING, Standing.CONFIRMED, seen=None)
        assert claim(unit, person, COOKING).version == 1
        with pytest.raises(NotFound, match="skill/weld"):
            claim(unit, person, WELDING)


@pytest.mark.parametrize(
    ("standing", "corrected_to"),
    [(Standing.SUGGESTED, None), (Standing.CONFIRMED, BRAZING), (Standing.CORRECTED, WELDING)],
)
def test_what_is_no_decision_is_refused(
    store: Store, screener: By, standing: Standing, corrected_to: ConceptId | None
) -> None:
    with pytest.raises(InvalidInput), store.write(screener) as unit:
        decide(unit, register(unit, "Noor").id, WELDING, standing, seen=None, corrected_to=corrected_to)


def test_a_decision_is_told_with_its_concept_and_without_its_prose(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        decide(unit, person, WELDING, Standing.REJECTED, seen=None, reason="zei zelf van niet")
    with store.read(screener) as unit:
        row = (
            unit.connection.execute(select(tables.audit).order_by(tables.audit.c.seq.desc()).limit(1)).mappings().one()
        )
    assert row["action"] == "claims.rejected"
    assert WELDING in row["what"]
    assert "zelf" not in str(dict(row))


def test_of_language_levels_the_latest_counts_and_on_one_day_the_test(store: Store, screener: By) -> None:
    spoken = Activity.SPOKEN_INTERACTION
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        languages.record_level(unit, person, "nl", spoken, Cefr.B1, Proof.SELF, date(2026, 3, 1))
        languages.record_level(unit, person, "nl", spoken, Cefr.A2, Proof.TEST, date(2026, 3, 1))
        languages.record_level(unit, person, "nl", spoken, Cefr.A1, Proof.TEST, date(2026, 1, 1))
        languages.record_level(unit, person, "nl", Activity.WRITING, Cefr.BELOW_A1, Proof.TEST, date(2026, 3, 1))
        languages.record_level(unit, person, "ar", Activity.READING, Cefr.C2, Proof.SELF, None)
        languages.record_level(unit, person, "tr", spoken, None, Proof.SELF, None)
        now = languages.levels(unit, person)
        known = profile(unit, person).languages
    assert now[Language("nl"), spoken].level == Cefr.A2
    assert now[Language("nl"), Activity.WRITING].level == Cefr.BELOW_A1
    assert known == {"nl": Cefr.A2, "ar": None, "tr": None}


def test_of_two_levels_of_one_day_and_proof_what_was_written_down_last_counts(store: Store, screener: By) -> None:
    """A slip is put right by writing the right level down; whatever ids the rows got."""
    slips = list(Cefr)
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
    for level in slips:
        with store.write(screener) as unit:
            languages.record_level(unit, person, "nl", Activity.READING, level, Proof.SELF, DAY)
            languages.record_script(unit, person, "Arab", list(Literacy)[level % 3], DAY)
            assert languages.levels(unit, person)[Language("nl"), Activity.READING].level == level
            assert languages.scripts(unit, person)["Arab"].literacy is list(Literacy)[level % 3]
    with store.read(screener) as unit:
        assert [row.level for row in languages.history(unit, person)] == slips


def test_what_another_decided_is_kept_as_theirs(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        assert decide(unit, person, WELDING, Standing.CONFIRMED, seen=None, by="f" * 32).decided_by == "f" * 32
        assert decide(unit, person, COOKING, Standing.CONFIRMED, seen=None).decided_by == screener.account


def test_can_speak_but_not_read_or_write_is_storable(store: Store, screener: By) -> None:
    """D2: literacy belongs to a script, not to a language level."""
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        languages.record_level(unit, person, "ps", Activity.SPOKEN_INTERACTION, Cefr.C2, Proof.OBSERVED, DAY)
        script = languages.record_script(unit, person, "Arab", Literacy.NONE, DAY)
        assert unit.of(languages.Script, person) == [script]
        assert profile(unit, person).languages == {"ps": Cefr.C2}


def test_what_a_person_says_against_a_claim_is_kept_beside_it_and_leaves_it_alone(store: Store, screener: By) -> None:
    """D7: a disagreement is a note about the claim; it is no evidence, and later runs and decisions leave it there."""
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        suggest(unit, person, [Evidence(WELDING, Source.WORK, 0.9)])
        about = f"claims:{claim(unit, person, WELDING).id}"
        said = KeptNote(new_id(), person, "Dat klopt niet.", on=DAY, author="n1", author_role="person", about=about)
        unit.add(said)
    with store.write(screener) as unit:
        decide(unit, person, WELDING, Standing.CONFIRMED, seen=1)
        suggest(unit, person, [Evidence(WELDING, Source.PORTFOLIO, 0.5)])
    with store.read(screener) as unit:
        assert unit.of(KeptNote, person) == [said]
        assert f"claims:{claim(unit, person, WELDING).id}" == about
        assert [piece.source for piece in claims.evidence(unit, person)[WELDING]] == [Source.WORK, Source.PORTFOLIO]


def test_evidence_that_is_taken_back_takes_only_the_suggestions_that_rested_on_it(store: Store, screener: By) -> None:
    """GDPR art. 5(1)(d): a mistake is put right; what people decided or disagreed with stays."""
    wrong, right = (Evidence(WELDING, Source.DIPLOMA, 0.8, detail=title) for title in ("Laser", "Lasser"))
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        suggest(unit, person, [wrong, *(replace(wrong, concept=concept) for concept in (BRAZING, COOKING))])
        decide(unit, person, BRAZING, Standing.CONFIRMED, seen=1)
        about = f"claims:{claim(unit, person, COOKING).id}"
        unit.add(KeptNote(new_id(), person, "Nooit geleerd.", author_role="person", about=about))
    with store.write(screener) as unit:
        assert retract(unit, person, Source.WORK, "Laser") == 0
        assert retract(unit, person, Source.DIPLOMA, "Laser", but=[wrong]) == 2
    with store.read(screener) as unit:
        assert {one.concept: one.standing for one in claims.claims(unit, person)} == {
            WELDING: Standing.SUGGESTED,
            BRAZING: Standing.CONFIRMED,
            COOKING: Standing.SUGGESTED,
        }
        assert claims.evidence(unit, person) == {WELDING: (wrong,)}
    with store.write(screener) as unit:
        suggest(unit, person, [right])
        retract(unit, person, Source.DIPLOMA, "Laser")
        retract(unit, person, Source.DIPLOMA, "Lasser")
    with store.read(screener) as unit:
        assert {one.concept for one in claims.claims(unit, person)} == {BRAZING, COOKING}
        assert claims.evidence(unit, person) == {}
