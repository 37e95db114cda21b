"""Titles and sentences about a job, in the small ESCO."""

from collections.abc import Sequence

import pytest

from skillmatch.assess.titles import SENTENCE, link_titles
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.taxonomy.concepts import Kind
from skillmatch.text import Language
from tests.small_esco.concepts import occupation_uri

EN = Language("en")
WELDER, COOK = occupation_uri(1), occupation_uri(2)


def linked(search: ConceptSearch, *texts: str, k: int = 5) -> list[list[Hit]]:
    return link_titles(texts, search, k, languages=[EN] * len(texts))


def concepts(hits: Sequence[Hit]) -> list[str]:
    return [hit.concept for hit in hits]


def test_a_title_is_answered_as_the_search_answers_it(search: ConceptSearch) -> None:
    assert linked(search, "welder") == search.find(["welder"], Kind.OCCUPATION, 5, language=EN, groups=True)


def test_the_title_within_a_sentence_leads(search: ConceptSearch) -> None:
    text = "As a cook I planned the menus, ordered the vegetables and taught two young people"
    assert len(text.split()) >= SENTENCE
    (hits,) = linked(search, text)
    assert hits[0].concept == COOK
    assert not hits[0].exact
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.chance <= 1 and 0 <= hit.score <= 1 for hit in hits)


@pytest.mark.parametrize("k", [1, 3, 100])
def test_a_sentence_gets_as_many_answers_as_a_title(search: ConceptSearch, k: int) -> None:
    text = "As a cook I planned the menus, ordered the vegetables and taught two young people"
    title, sentence = linked(search, "cook", text, k=k)
    assert len(sentence) == len(title)
    assert len(set(concepts(sentence))) == len(sentence)


def test_a_sentence_about_others_is_answered_all_the_same(search: ConceptSearch) -> None:
    assert linked(search, "my brother is a welder and my sister is a cook in Ghent")[0]


def test_a_sentence_is_answered_alike_alone_and_among_titles(search: ConceptSearch) -> None:
    text = "I have welded ships and steel frames for the harbour, that was my job"
    alone, among = linked(search, text)[0], linked(search, "cook", text, "welder")[1]
    assert concepts(alone) == concepts(among)


def test_no_texts_are_no_answers(search: ConceptSearch) -> None:
    assert linked(search) == []
    assert linked(search, "", "?! , . ; : - ( ) [ ] / | * & %") == [[], []]
