from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from skillmatch.assess.profile import Evidence, Found, Profile, Source
from skillmatch.assess.qualification import FEW, KNOWLEDGE_FLOOR, Qualification, qualification_evidence
from skillmatch.encode import open_encoder
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.taxonomy.concepts import ConceptId, Kind, Taxonomy
from skillmatch.text import Language
from tests.small_esco.concepts import occupation_uri, skill_uri

NL, EN, AR = Language("nl"), Language("en"), Language("ar")
COOK, NURSE, BAKER = (ConceptId(occupation_uri(number)) for number in (2, 3, 8))
HYGIENE, PYTHON = ConceptId(skill_uri(5)), ConceptId(skill_uri(13))


@pytest.fixture(scope="module")
def search(taxonomy: Taxonomy, tmp_path_factory: pytest.TempPathFactory) -> ConceptSearch:
    folder: Path = tmp_path_factory.mktemp("index")
    return ConceptSearch.build(taxonomy, open_encoder(), folder, backend="exact")


def shown(search: ConceptSearch, *qualifications: Qualification) -> dict[ConceptId, Evidence]:
    return {piece.concept: piece for piece in qualification_evidence(qualifications, search)}


def test_a_diploma_is_evidence_of_the_occupation_it_names_and_says_which_diploma(search: ConceptSearch) -> None:
    evidence = shown(search, Qualification("ممرض", "SY", AR, level="bachelor", year=2014))
    assert evidence[NURSE].source is Source.DIPLOMA
    assert evidence[NURSE].found is Found.LABEL
    assert evidence[NURSE].detail == "ممرض (SY, 2014)"
    assert evidence[NURSE].score > 0.9
    assert evidence[NURSE].on is None


def test_a_field_attests_knowledge_and_no_skill(search: ConceptSearch) -> None:
    evidence = shown(search, Qualification("Certificate", "UA", EN, field="food hygiene"))
    assert evidence[HYGIENE].score > 0.9
    assert evidence[HYGIENE].detail == "Certificate (UA)"
    attested = {search.taxonomy.skill_types[search.taxonomy.number(concept)] for concept in evidence}
    assert attested <= {"knowledge", ""}


@pytest.mark.parametrize(("title", "field"), [("Python", "Python and more"), ("Python and more", "Python")])
def test_the_better_of_title_and_field_counts_once(search: ConceptSearch, title: str, field: str) -> None:
    both = qualification_evidence([Qualification(title, "TR", EN, field=field)], search)
    assert [piece.score > 0.9 for piece in both if piece.concept == PYTHON] == [True]


@dataclass
class Told:
    """A search that finds what it was told, to try the rules at their edges."""

    taxonomy: Taxonomy
    work: list[tuple[ConceptId, float]]
    known: list[tuple[ConceptId, float]]

    def find(self, texts: list[str], kind: Kind, *_: object, **__: object) -> list[list[Hit]]:
        scored = self.work if kind is Kind.OCCUPATION else self.known
        return [
            [Hit(concept, "", EN, score, score, score, score, exact=False) for concept, score in scored] for _ in texts
        ]

    def certainties(self) -> dict[ConceptId, float]:
        papers = [Qualification("a title", "SY")]
        return {piece.concept: piece.score for piece in qualification_evidence(papers, self)}  # type: ignore[arg-type]


def test_occupations_that_are_equally_near_share_the_certainty(taxonomy: Taxonomy) -> None:
    work = [(BAKER, 0.90), (COOK, 0.86), (NURSE, 0.84)]
    assert Told(taxonomy, work, []).certainties() == {BAKER: 0.45, COOK: 0.43}
    assert Told(taxonomy, work[2:], []).certainties() == {NURSE: 0.84}
    assert Told(taxonomy, [(NURSE, 0.74)], []).certainties() == {}


@pytest.mark.parametrize("group", ["1321", "2310", "2320", "2330"])
def test_a_diploma_in_a_field_trains_for_neither_leading_nor_teaching_it(taxonomy: Taxonomy, group: str) -> None:
    """The nearest titles to "accounting" are accounting manager and accounting lecturer."""
    isco = list(taxonomy.isco)
    isco[taxonomy.number(BAKER)] = group
    told = Told(replace(taxonomy, isco=isco), [(BAKER, 0.95), (COOK, 0.80)], [])
    assert told.certainties() == {COOK: 0.80}


def test_a_field_covers_a_few_things_surely_and_many_less_so(taxonomy: Taxonomy) -> None:
    def found(count: int) -> set[float]:
        return set(
            Told(taxonomy, [], [(ConceptId(str(number)), 0.8) for number in range(count)]).certainties().values()
        )

    assert found(FEW) == {0.8}
    assert found(2 * FEW) == {0.4}
    near = [(HYGIENE, 0.75), (PYTHON, 0.66), (BAKER, 0.64)]
    assert Told(taxonomy, [], near).certainties() == {HYGIENE: 0.75, PYTHON: 0.66}
    assert Told(taxonomy, [], [(HYGIENE, KNOWLEDGE_FLOOR - 0.01)]).certainties() == {}


@pytest.mark.parametrize("title", ["Baccalaureate", "شهادة", "...", ""])
def test_a_diploma_that_names_no_field_gives_nothing(search: ConceptSearch, title: str) -> None:
    assert qualification_evidence([Qualification(title, "SY")], search) == ()


def test_no_diplomas_are_no_evidence(search: ConceptSearch) -> None:
    assert qualification_evidence([], search) == ()


def test_a_diploma_adds_to_a_profile_and_takes_nothing_away(search: ConceptSearch) -> None:
    said = Evidence(HYGIENE, Source.SELF_REPORT, 0.9, note="n")
    before = Profile().with_suggestions([said])
    after = before.with_suggestions(qualification_evidence([Qualification("food hygiene", "SY", EN)], search))
    claims = [profile.claim(HYGIENE) for profile in (before, after)]
    assert claims[0] is not None
    assert claims[1] is not None
    assert claims[1].strength > claims[0].strength


def test_scores_are_certainties(search: ConceptSearch) -> None:
    papers = [Qualification(row, "SY", EN, field="knowledge of computing") for row in ("cook", "nursing", "software")]
    for piece in qualification_evidence(papers, search):
        assert 0 < piece.score <= 1


def test_nothing_is_said_about_recognition(search: ConceptSearch) -> None:
    evidence = qualification_evidence([Qualification("verpleegkundige", "SY", NL, "nursing", "bachelor", 2014)], search)
    assert evidence
    assert not any("recogni" in str(piece).lower() or "erken" in str(piece).lower() for piece in evidence)
