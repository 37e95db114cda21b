"""Extraction over the small ESCO with the real encoder."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillmatch.assess.extract import Extraction, extract, extract_all
from skillmatch.assess.profile import Evidence, Found, Note, Source
from skillmatch.index.search import ConceptSearch
from skillmatch.taxonomy.concepts import Kind
from skillmatch.text import Language
from tests.small_esco.concepts import occupation_uri, skill_uri

WELD, DRAWINGS, COOK_MEALS, BREAD, FORKLIFT, PYTHON, CLEAN = map(skill_uri, (1, 2, 4, 6, 9, 13, 14))
WELDER, COOK = occupation_uri(1), occupation_uri(2)

DUTCH = (
    "Mevrouw komt uit Homs. Ze heeft tien jaar als lasser gewerkt: lassen en technische tekeningen lezen. "
    "Brood bakken heeft ze nooit gedaan. Haar man is kok. Ze wil graag leren rijden met een heftruck."
)


def told(search: ConceptSearch, text: str, language: str | None = "nl") -> Extraction:
    return extract(Note("n1", text, Language(language) if language else None), search)


def skills(extraction: Extraction) -> set[str]:
    return {piece.concept for piece in extraction.skills}


def words(text: str, piece: Evidence) -> str:
    assert piece.span is not None
    return text[piece.span.start : piece.span.end]


@pytest.mark.parametrize(
    ("language", "text", "skill", "said"),
    [
        ("nl", "Ze kan «technische tekeningen» lézen, zegt ze.", DRAWINGS, "technische tekeningen» lézen"),
        ("nl", "Hij heeft ervaring met rijden met een heftruck.", FORKLIFT, "rijden met een heftruck"),
        ("en", "I worked nights; order picking, programming in PYTHON.", PYTHON, "PYTHON"),
        ("ar", "أعرف قِراءةَ الرسومِ الفنيّة منذ سنوات", DRAWINGS, "قِراءةَ الرسومِ الفنيّة"),
        ("ar", "عملت سنتين في إعطاء الأدوية", skill_uri(8), "إعطاء الأدوية"),
    ],
)
def test_a_label_in_the_text_is_evidence_with_exactly_its_words(
    search: ConceptSearch, language: str, text: str, skill: str, said: str
) -> None:
    [piece] = [piece for piece in told(search, text, language).skills if piece.concept == skill]
    assert piece.found == Found.LABEL
    assert words(text, piece) == said


@pytest.mark.parametrize(
    ("language", "text", "occupation"),
    [
        ("nl", "Hij werkte tien jaar als lasser.", WELDER),
        ("en", "She was a welder in Aleppo.", WELDER),
        ("nl", "Was vroeger KOK in een hotel", COOK),
    ],
)
def test_an_occupation_is_found_by_its_name(search: ConceptSearch, language: str, text: str, occupation: str) -> None:
    assert [piece.concept for piece in told(search, text, language).occupations] == [occupation]


def test_only_what_the_person_does_is_evidence(search: ConceptSearch) -> None:
    extraction = told(search, DUTCH)
    assert {WELD, DRAWINGS} <= skills(extraction)
    assert not {BREAD, COOK_MEALS, FORKLIFT} & skills(extraction)
    assert [piece.concept for piece in extraction.occupations] == [WELDER]


def test_what_is_denied_is_no_candidate_either(search: ConceptSearch) -> None:
    heard = {hit.concept: hit.score for hit in told(search, "Ze kan brood bakken.").hits}
    denied = {hit.concept: hit.score for hit in told(search, "Ze kan geen brood bakken.").hits}
    assert heard[BREAD] > 0.5
    assert denied.get(BREAD, 0.0) < 0.1


def test_a_cook_is_not_who_can_cook(search: ConceptSearch) -> None:
    assert told(search, "I can cook.", "en").occupations == ()
    assert [piece.concept for piece in told(search, "I was a cook.", "en").occupations] == [COOK]


def test_a_job_title_alone_tells_of_no_skill(search: ConceptSearch) -> None:
    assert told(search, "Lasser.").skills == ()


def test_a_paraphrase_is_found_by_meaning(search: ConceptSearch) -> None:
    extraction = told(search, "At the hospital I looked after the patients on my ward.", "en")
    [piece] = [piece for piece in extraction.skills if piece.concept == skill_uri(7)]
    assert piece.found in {Found.MEANING, Found.NEAR_LABEL}


def test_another_language_than_that_of_the_labels_is_found_by_meaning(search: ConceptSearch) -> None:
    hits = told(search, "Ich habe Brot und Brötchen gebacken.", "de").hits
    assert hits[0].concept == BREAD


def test_an_occupation_in_the_note_lifts_the_skills_that_esco_links_to_it(search: ConceptSearch) -> None:
    said = "Hij las elke dag de plannen."
    without = {hit.concept: hit.score for hit in told(search, said).hits}
    with_job = {hit.concept: hit.score for hit in told(search, f"Hij was lasser. {said}").hits}
    assert with_job[DRAWINGS] > without[DRAWINGS]


def test_evidence_says_where_from_and_when_and_quotes_nothing(search: ConceptSearch) -> None:
    note = Note("interview-7", DUTCH, Language("nl"), on=date(2026, 10, 6))
    for piece in extract(note, search).skills:
        assert (piece.note, piece.on, piece.source, piece.detail) == (
            "interview-7",
            date(2026, 10, 6),
            Source.SELF_REPORT,
            None,
        )


def test_the_same_words_are_evidence_for_one_skill_only(search: ConceptSearch) -> None:
    spans = sorted(piece.span for piece in told(search, DUTCH).skills if piece.span)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_hits_are_distinct_skills_best_first_and_at_most_k(search: ConceptSearch) -> None:
    note = Note("n", DUTCH, Language("nl"))
    few, many = extract(note, search, k=3).hits, extract(note, search, k=50).hits
    assert few == many[:3]
    assert len({hit.concept for hit in many}) == len(many)
    assert [hit.score for hit in many] == sorted((hit.score for hit in many), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in many)
    assert all(search.taxonomy.kind(hit.concept) == Kind.SKILL for hit in many)


def test_what_is_shown_is_among_the_hits_with_the_same_score(search: ConceptSearch) -> None:
    extraction = told(search, DUTCH)
    scores = {hit.concept: hit.score for hit in extraction.hits}
    assert extraction.skills
    assert all(piece.score == scores[piece.concept] for piece in extraction.skills)


def test_a_batch_answers_as_its_notes_do_alone(search: ConceptSearch) -> None:
    notes = [Note("a", DUTCH), Note("b", "I was a welder; I drove a forklift.", Language("en")), Note("c", "")]
    for note, together in zip(notes, extract_all(notes, search), strict=True):
        alone = extract(note, search)
        assert [piece.concept for piece in together.skills] == [piece.concept for piece in alone.skills]
        assert together.occupations == alone.occupations
        assert [hit.score for hit in together.hits] == pytest.approx([hit.score for hit in alone.hits], abs=1e-4)


def test_the_language_is_found_where_it_is_not_given(search: ConceptSearch) -> None:
    assert told(search, DUTCH, None).language == "nl"
    assert told(search, "12 + 30", None).language is None


@pytest.mark.parametrize("text", ["", " ", "?!", "12", "\x00", "\ud800", "😀😀"])
def test_a_note_that_tells_nothing_gives_nothing(search: ConceptSearch, text: str) -> None:
    extraction = told(search, text, None)
    assert (extraction.skills, extraction.occupations) == ((), ())


def test_no_notes_are_no_answers(search: ConceptSearch) -> None:
    assert extract_all([], search) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_every_span_lies_in_the_text_whatever_stands_around_it(search: ConceptSearch, before: str, after: str) -> None:
    text = f"{before}\nHij kan brood bakken.\n{after}"
    extraction = told(search, text)
    for piece in (*extraction.skills, *extraction.occupations):
        assert words(text, piece).strip()
    assert BREAD in {hit.concept for hit in extraction.hits}


def test_a_clause_of_which_nothing_is_shown_is_told(search: ConceptSearch) -> None:
    text = "Ze kan brood bakken, en zij verzamelt postzegels."
    extraction = told(search, text)
    assert BREAD in {piece.concept for piece in extraction.skills}
    left = [text[slice(*span)] for span in extraction.unlinked]
    assert any("postzegels" in clause for clause in left)
    assert not any("brood" in clause for clause in left)


def test_what_is_denied_is_not_called_unlinked(search: ConceptSearch) -> None:
    text = "Ze kan geen postzegels verzamelen."
    assert not any("postzegels" in text[slice(*span)] for span in told(search, text).unlinked)
