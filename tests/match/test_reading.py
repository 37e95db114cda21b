from dataclasses import replace

import pytest

from skillmatch.assess.profile import Cefr
from skillmatch.index.search import ConceptSearch
from skillmatch.match.nearness import Nearness
from skillmatch.match.offers import Posting
from skillmatch.match.reading import HEAD, LINKED, READ, read_vacancies, read_vacancy
from skillmatch.taxonomy.concepts import ConceptId, Taxonomy
from tests.match.cases import AR, EN, NL, occupation, skill

WELDER, COOK, WAREHOUSE, PIPE_WELDER = occupation(1), occupation(2), occupation(4), occupation(11)
SHORTAGES = {WELDER: "Lasser"}


def read(search: ConceptSearch, posting: Posting):  # type: ignore[no-untyped-def]
    return read_vacancy(posting, search, search.taxonomy, SHORTAGES)


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("Lasser (m/v/x)", NL, WELDER),
        ("Welder", EN, WELDER),
        ("عامل لحام", AR, WELDER),
        ("Magazijnier", None, WAREHOUSE),
        ("Kok - bedrijfsrestaurant in Mechelen", NL, COOK),
        ("Pipe welder, offshore energy", EN, PIPE_WELDER),
    ],
)
def test_a_title_is_linked_to_its_occupation_in_its_own_language(
    search: ConceptSearch, title: str, language: object, expected: ConceptId
) -> None:
    vacancy = read(search, Posting("v", title, language=language))  # type: ignore[arg-type]
    assert vacancy.occupation == expected
    assert LINKED <= vacancy.occupation_score <= 1


def test_the_head_of_a_title_is_trusted_a_little_less_than_a_whole_one(search: ConceptSearch) -> None:
    whole, head = (read(search, Posting("v", title, language=NL)) for title in ("Kok", "Kok - restaurant in Mechelen"))
    assert head.occupation == whole.occupation
    assert head.occupation_score == pytest.approx(whole.occupation_score - HEAD)


def test_an_occupation_brings_its_skills_and_its_shortage(search: ConceptSearch) -> None:
    vacancy = read(search, Posting("v", "Lasser", language=NL))
    assert set(vacancy.essential) == search.taxonomy.occupation(WELDER).essential
    assert set(vacancy.optional) == search.taxonomy.occupation(WELDER).optional
    assert vacancy.shortage == "Lasser"
    assert not vacancy.estimated


@pytest.mark.parametrize("title", ["", "...", "Zoeken wij jou?", "!!! 2026 !!!"])
def test_a_title_that_names_no_work_gives_no_occupation_and_no_skills(search: ConceptSearch, title: str) -> None:
    vacancy = read(search, Posting("v", title, language=NL))
    assert (vacancy.occupation, vacancy.occupation_score, vacancy.shortage) == (None, 0.0, None)
    assert (vacancy.essential, vacancy.optional) == ((), ())


def test_skills_that_the_text_names_are_essential_and_no_longer_optional(search: ConceptSearch) -> None:
    text = "Wat vragen wij?\n• technische tekeningen lezen\n• heftruck besturen; in een team werken."
    vacancy = read(search, Posting("v", "Pijplasser", text, NL))
    assert vacancy.occupation == PIPE_WELDER
    assert set(vacancy.essential) == {skill(1), skill(3), skill(2), skill(9), skill(19)}
    assert vacancy.optional == ()


def test_a_single_word_names_a_skill_only_where_it_belongs_to_the_occupation(search: ConceptSearch) -> None:
    """ "Python" asks a planner for a skill that ESCO links to planners; to a cook it may be a snake."""
    planner = read(search, Posting("v", "Logistiek planner", "Python.", NL))
    cook = read(search, Posting("v", "Kok", "Python.", NL))
    assert skill(13) in planner.essential
    assert skill(13) not in (*cook.essential, *cook.optional)


def test_long_sentences_and_what_stands_beyond_the_first_characters_name_nothing(search: ConceptSearch) -> None:
    wordy = "Onze klanten zien je graag heftruck besturen terwijl zij wachten"
    late = "x. " * (READ // 3 + 1) + "heftruck besturen."
    for text in (wordy, late):
        assert skill(9) not in read(search, Posting("v", "Lasser", text, NL)).essential


def test_what_the_employer_gave_stands(search: ConceptSearch) -> None:
    posting = Posting("v", "Lasser", "heftruck besturen", NL, occupation=COOK, skills=(skill(6),))
    vacancy = read(search, posting)
    assert (vacancy.occupation, vacancy.occupation_score) == (COOK, 1.0)
    assert vacancy.essential == (skill(6), skill(9))
    assert set(vacancy.optional) == {skill(4), skill(5), skill(19), skill(20)}


def test_identifiers_of_another_release_or_kind_count_as_not_given(search: ConceptSearch) -> None:
    gone = ConceptId("http://data.europa.eu/esco/occupation/gone")
    for wrong in (gone, skill(1)):
        vacancy = read(search, Posting("v", "Lasser", language=NL, occupation=wrong, skills=(gone, WELDER)))
        assert vacancy == read(search, Posting("v", "Lasser", language=NL))


def test_what_is_asked_beside_skills_is_kept_as_it_was_written(search: ConceptSearch) -> None:
    posting = Posting(
        "v", "Kok", languages={NL: Cefr.A2, EN: None}, licences=frozenset("B"), region="Gent",
        schedule=frozenset({"night"}), employer="De Keuken",
    )  # fmt: skip
    vacancy = read(search, posting)
    for part in ("id", "title", "languages", "licences", "region", "schedule", "employer"):
        assert getattr(vacancy, part) == getattr(posting, part)


def test_estimated_relations_say_so_and_given_ones_alone_do_not(taxonomy: Taxonomy, search: ConceptSearch) -> None:
    estimated = replace(taxonomy, release=replace(taxonomy.release, relations="estimated"))
    found = [
        read_vacancy(posting, search, estimated, {}).estimated
        for posting in (Posting("v", "Kok", language=NL), Posting("v", "...", skills=(skill(1),)))
    ]
    assert found == [True, False]


def test_many_are_read_as_each_alone_with_one_search_for_titles_and_one_for_phrases(
    search: ConceptSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    postings = [
        Posting("a", "Lasser", "heftruck besturen", NL),
        Posting("b", "Welder", "", EN),
        Posting("c", "Lasser", "heftruck besturen", NL, occupation=COOK),
    ]
    alone = [read(search, posting) for posting in postings]
    find, asked = search.find, []

    def counted(texts: list[str], *rest: object, **named: object) -> object:
        asked.append(list(texts))
        return find(texts, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "find", counted)
    assert read_vacancies(postings, search, search.taxonomy, SHORTAGES) == alone
    assert asked == [["Lasser", "Welder"], ["heftruck besturen"]]


def test_nothing_to_read_is_nothing_read(search: ConceptSearch) -> None:
    assert read_vacancies([], search, search.taxonomy, {}) == []


def test_the_vectors_of_a_search_serve_nearness(search: ConceptSearch) -> None:
    found = Nearness(search.taxonomy, search.concept_vectors).between(skill(15), skill(16))
    assert found is not None
    assert found.share > 0
