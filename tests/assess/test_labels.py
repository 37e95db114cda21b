"""Labels that stand literally in a text, in the small ESCO."""

from dataclasses import replace

import pytest

from skillmatch.assess.labels import LabelFinder, Named
from skillmatch.taxonomy.concepts import ConceptId, Kind, Labels, LabelStatus, Taxonomy
from skillmatch.text import Language, Span
from tests.small_esco.concepts import occupation_uri


def found(taxonomy: Taxonomy, text: str, language: str, written_in: str | None = None) -> list[Named]:
    finder = LabelFinder(taxonomy, Language(language))
    return list(finder.find(text, Span(0, len(text)), Language(written_in or language)))


def said(taxonomy: Taxonomy, text: str, language: str) -> list[tuple[str, Kind]]:
    return [(text[slice(*each.span)], each.kind) for each in found(taxonomy, text, language)]


def test_the_longest_label_wins_and_a_word_belongs_to_one(taxonomy: Taxonomy) -> None:
    assert said(taxonomy, "ging metalen delen aan elkaar lassen en lassen", "nl") == [
        ("metalen delen aan elkaar lassen", Kind.SKILL),
        ("lassen", Kind.SKILL),
    ]


def test_a_label_inside_a_longer_word_is_none(taxonomy: Taxonomy) -> None:
    assert said(taxonomy, "verlassen, kokend, lassende", "nl") == []


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Technische tekeningen – lezen", "nl", "Technische tekeningen – lezen"),
        ("قِراءَة الرُّسوم الفَنّيَّة", "ar", "قِراءَة الرُّسوم الفَنّيَّة"),
        ("كنت أعمل في اللحام", "ar", "اللحام"),
    ],
)
def test_offsets_are_those_of_the_text_as_written(taxonomy: Taxonomy, text: str, language: str, words: str) -> None:
    assert [word for word, _ in said(taxonomy, text, language)] == [words]


def test_a_part_of_the_text_keeps_the_offsets_of_the_whole(taxonomy: Taxonomy) -> None:
    text = "Hij kan koken. Zij kan lassen."
    [each] = LabelFinder(taxonomy, Language("nl")).find(text, Span(15, len(text)), Language("nl"))
    assert text[slice(*each.span)] == "lassen"


def test_a_proper_name_is_sure_in_any_language_and_a_common_word_of_another_is_not(taxonomy: Taxonomy) -> None:
    text = "Python, coding"
    sure = {text[slice(*each.span)]: each.sure for each in found(taxonomy, text, "en", "nl")}
    assert sure == {"Python": True, "coding": False}


def test_a_verb_is_no_job(taxonomy: Taxonomy) -> None:
    [verb] = found(taxonomy, "I cook", "en")
    [job] = found(taxonomy, "I was a cook", "en")
    assert (verb.sure, job.sure) == (False, True)


def test_a_name_that_people_give_an_occupation_is_found_where_no_label_says_it(taxonomy: Taxonomy) -> None:
    welder, cook = (taxonomy.number(ConceptId(occupation_uri(number))) for number in (1, 2))
    said = Labels.pack([(welder, LabelStatus.UNOFFICIAL, "ijzerplakker"), (cook, LabelStatus.UNOFFICIAL, "lasser")])
    told = replace(taxonomy, spoken={Language("nl"): said})
    assert [(each.concepts, each.sure) for each in found(told, "Hij was ijzerplakker.", "nl")] == [((welder,), True)]
    assert [each.concepts for each in found(told, "Hij was lasser.", "nl")] == [(welder,)]
    assert found(taxonomy, "Hij was ijzerplakker.", "nl") == []
