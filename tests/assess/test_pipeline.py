"""The spaCy component, made as a user makes it."""

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from skillmatch.assess.extract import extract
from skillmatch.assess.profile import Note
from skillmatch.errors import IndexMismatch, InvalidInput, TaxonomyError
from skillmatch.index.search import ConceptSearch
from skillmatch.text import Language
from tests.small_esco.concepts import occupation_uri, skill_uri

TEXT = "Ze was lasser en kan technische tekeningen lezen. Brood bakken kan ze niet."


@pytest.fixture(scope="module")
def nlp(home: Path) -> spacy.Language:
    pipeline = spacy.blank("nl")
    pipeline.add_pipe("skillmatch", config={"home": str(home)})
    return pipeline


def evidence(doc: Doc) -> set[tuple[str, str, str]]:
    return {(span.text, span.label_, span.kb_id_) for span in doc.spans["esco"]}


def test_spans_carry_the_words_the_kind_and_the_concept(nlp: spacy.Language) -> None:
    assert evidence(nlp(TEXT)) == {
        ("lasser", "OCCUPATION", occupation_uri(1)),
        ("technische tekeningen lezen", "SKILL", skill_uri(2)),
    }


def test_scores_and_ways_stand_beside_the_spans_best_first(nlp: spacy.Language) -> None:
    group = nlp(TEXT).spans["esco"]
    assert len(group.attrs["scores"]) == len(group.attrs["found"]) == len(group)
    assert group.attrs["scores"] == sorted(group.attrs["scores"], reverse=True)
    assert set(group.attrs["found"]) == {"label"}


def test_the_component_says_what_the_function_says(nlp: spacy.Language, search: ConceptSearch) -> None:
    told = extract(Note("n", TEXT, Language("nl")), search)
    doc = nlp(TEXT)
    assert {(span.start_char, span.end_char, span.kb_id_) for span in doc.spans["esco"]} == {
        (*piece.span, piece.concept) for piece in (*told.skills, *told.occupations) if piece.span
    }


def test_many_documents_go_through_in_one_stream(nlp: spacy.Language) -> None:
    docs = list(nlp.pipe([TEXT, "", "Kan koken."] * 5, batch_size=4))
    assert [len(doc.spans["esco"]) for doc in docs] == [2, 0, 1] * 5


def test_a_pipeline_of_no_language_finds_out_that_of_the_text(home: Path) -> None:
    pipeline = spacy.blank("xx")
    pipeline.add_pipe("skillmatch", config={"home": str(home)})
    assert ("lasser", "OCCUPATION", occupation_uri(1)) in evidence(pipeline(TEXT))
    assert ("welder", "OCCUPATION", occupation_uri(1)) in evidence(pipeline("She was a welder for ten years in Homs."))


def test_a_span_holds_whole_tokens(nlp: spacy.Language) -> None:
    doc = nlp("Ze was «lasser».")
    [span] = doc.spans["esco"]
    assert span.text == doc[span.start : span.end].text
    assert "lasser" in span.text


def test_without_a_home_the_message_says_what_to_give() -> None:
    with pytest.raises(InvalidInput, match="home"):
        spacy.blank("nl").add_pipe("skillmatch")


def test_a_home_without_esco_is_refused(tmp_path: Path) -> None:
    with pytest.raises((TaxonomyError, IndexMismatch)):
        spacy.blank("nl").add_pipe("skillmatch", config={"home": str(tmp_path)})
