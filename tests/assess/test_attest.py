"""What diplomas attest: on the small ESCO by its rules, on the real one by what must be found and what must not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from skillmatch.assess.attest import BY_FIELD, FEW, KNOWLEDGE_FLOOR, OCCUPATION_FLOOR, UNSUPPORTED, Attested
from skillmatch.assess.education import Education, Placed
from skillmatch.assess.education.fields import FieldFinding, FieldSearch
from skillmatch.assess.education.level import LevelFinding, Rule
from skillmatch.assess.education.levels import Certainty, Levels
from skillmatch.assess.profile import Evidence, Found, Profile, Source
from skillmatch.assess.qualification import Qualification
from skillmatch.config import Settings
from skillmatch.encode import open_encoder
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.service.setup import install_esco, load_taxonomy, open_search
from skillmatch.taxonomy.concepts import ConceptId, Kind, Links, Taxonomy
from skillmatch.text import Language
from tests.small_esco.concepts import occupation_uri, skill_uri

EDUCATION = Education.read()
NL, EN, AR, FR = (Language(code) for code in ("nl", "en", "ar", "fr"))
WELDER, COOK, NURSE, DEVELOPER, BAKER = (ConceptId(occupation_uri(number)) for number in (1, 2, 3, 5, 8))
HYGIENE, PYTHON = ConceptId(skill_uri(5)), ConceptId(skill_uri(13))


@pytest.fixture(scope="module")
def search(taxonomy: Taxonomy, tmp_path_factory: pytest.TempPathFactory) -> ConceptSearch:
    folder: Path = tmp_path_factory.mktemp("index")
    return ConceptSearch.build(taxonomy, open_encoder(), folder, backend="exact")


def shown(search: ConceptSearch, *qualifications: Qualification) -> dict[ConceptId, Evidence]:
    placed = [EDUCATION.place(one) for one in qualifications]
    return {piece.concept: piece for piece in Attested(search).evidence(placed)}


# --- on the small ESCO -----------------------------------------------------------------------------------------------


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
    both = Attested(search).evidence([EDUCATION.place(Qualification(title, "TR", EN, field=field))])
    assert [piece.score > 0.9 for piece in both if piece.concept == PYTHON] == [True]


@pytest.mark.parametrize("title", ["Baccalaureate", "شهادة", "...", "", "Bachelor", "Licence", "Diploma"])
def test_a_diploma_that_names_no_field_gives_nothing(search: ConceptSearch, title: str) -> None:
    assert shown(search, Qualification(title, "SY")) == {}


def test_no_diplomas_are_no_evidence(search: ConceptSearch) -> None:
    assert Attested(search).evidence([]) == ()


def test_each_diploma_keeps_its_own_evidence_in_a_batch(search: ConceptSearch) -> None:
    papers = [Qualification("cook", "SY", EN), Qualification("Diploma", "SY", EN), Qualification("nurse", "UA", EN)]
    together = Attested(search).evidence([EDUCATION.place(one) for one in papers])
    alone = [Attested(search).evidence([EDUCATION.place(one)]) for one in papers]
    assert together == tuple(piece for pieces in alone for piece in pieces)
    assert {piece.detail for piece in together} == {"cook (SY)", "nurse (UA)"}


def test_a_diploma_adds_to_a_profile_and_takes_nothing_away(search: ConceptSearch) -> None:
    said = Evidence(HYGIENE, Source.SELF_REPORT, 0.9, note="n")
    before = Profile().with_suggestions([said])
    after = before.with_suggestions(shown(search, Qualification("food hygiene", "SY", EN)).values())
    claims = [profile.claim(HYGIENE) for profile in (before, after)]
    assert claims[0] is not None
    assert claims[1] is not None
    assert claims[1].strength > claims[0].strength


def test_nothing_is_said_about_recognition(search: ConceptSearch) -> None:
    evidence = shown(search, Qualification("verpleegkundige", "SY", NL, "nursing", "bachelor", 2014)).values()
    assert evidence
    assert not any("recogni" in str(piece).lower() or "erken" in str(piece).lower() for piece in evidence)


# --- the subject of a title ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "title", "subject"),
    [
        ("MA", "Licence en droit", "droit"),
        ("SY", "إجازة في التمريض", "التمريض"),
        ("SY", "بكالوريوس هندسة مدنية", "هندسة مدنية"),
        ("GH", "Bachelor of Science in Civil Engineering", "Civil Engineering"),
        ("CM", "CAP cuisine", "cuisine"),
        ("SY", "الشهادة الثانوية العامة", ""),
        ("ZZ", "MBBS", "MBBS"),
        ("ZZ", "Cook", "Cook"),
        ("ZZ", "", ""),
    ],
)
def test_the_words_for_a_level_say_nothing_of_the_field(country: str, title: str, subject: str) -> None:
    """ "Licence" is near to licensing officers, "diploma" to diplomats."""
    assert EDUCATION.place(Qualification(title, country)).subject == subject


# --- the rules at their edges ----------------------------------------------------------------------------------------


@dataclass
class Told:
    """A search that finds what it was told, with scores and chances, in an ESCO that links knowledge to fields."""

    taxonomy: Taxonomy
    work: Sequence[tuple[ConceptId, float, float]] = ()
    known: Sequence[tuple[ConceptId, float, float]] = ()
    fields: Sequence[str] = ()
    isced: Levels | None = None
    general: bool = False
    exact: bool = False
    calls: list[int] = field(default_factory=list)

    def find(self, texts: Sequence[str], kind: Kind, *_: object, **__: object) -> list[list[Hit]]:
        told = self.work if kind is Kind.OCCUPATION else self.known
        hits = [Hit(concept, "", EN, score, chance, score, score, self.exact) for concept, score, chance in told]
        return [hits for _ in texts]

    def certainties(self) -> Mapping[ConceptId, float]:
        isced = Levels(3, 3) if self.general else self.isced
        level = LevelFinding(isced, Certainty.LOW, None, Certainty.LOW, Rule.NOTHING, "")
        found = tuple(FieldFinding(code, code, code, Certainty.HIGH, "") for code in self.fields)
        placed = Placed(Qualification("a title", "SY"), level, found, "a subject")
        return {piece.concept: piece.score for piece in Attested(self).evidence([placed])}  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def fielded(taxonomy: Taxonomy) -> Taxonomy:
    """The small ESCO with its knowledge of food under 0721 and of computing under 0613, as the real one has it."""
    codes = {taxonomy.named(taxonomy.broader, HYGIENE)[0]: "0721", taxonomy.named(taxonomy.broader, PYTHON)[0]: "0613"}
    uris = [f"http://data.europa.eu/esco/isced-f/{codes[one]}" if one in codes else one for one in taxonomy.ids]
    return replace(taxonomy, ids=tuple(map(ConceptId, uris)))


def test_occupations_that_are_equally_near_share_the_certainty(taxonomy: Taxonomy) -> None:
    work = [(BAKER, 0.90, 0.5), (COOK, 0.86, 0.4), (NURSE, 0.80, 0.4)]
    assert Told(taxonomy, work).certainties() == {BAKER: 0.45, COOK: 0.43}
    assert Told(taxonomy, work[2:]).certainties() == {NURSE: 0.80}


def test_an_occupation_needs_knowledge_of_the_field_or_a_name_that_is_near_enough(fielded: Taxonomy) -> None:
    """A nurse learns food hygiene, in this ESCO; a developer does not."""
    low = UNSUPPORTED - 0.01
    assert Told(fielded, [(NURSE, 0.8, low)], fields=["0721"]).certainties() == {NURSE: 0.8}
    assert Told(fielded, [(DEVELOPER, 0.8, low)], fields=["0721"]).certainties() == {}
    assert Told(fielded, [(DEVELOPER, 0.8, UNSUPPORTED)], fields=["0721"]).certainties() == {DEVELOPER: 0.8}
    assert Told(fielded, [(NURSE, OCCUPATION_FLOOR - 0.01, 0.9)], fields=["0721"]).certainties() == {}


@pytest.mark.parametrize("group", ["0110", "1321", "2310", "2320", "2330", "3123", "9112"])
def test_a_diploma_in_a_field_trains_for_neither_leading_nor_teaching_it(taxonomy: Taxonomy, group: str) -> None:
    """The nearest titles to "accounting" are accounting manager and accounting lecturer."""
    isco = list(taxonomy.isco)
    isco[taxonomy.number(BAKER)] = group
    told = Told(replace(taxonomy, isco=isco), [(BAKER, 0.95, 0.9), (COOK, 0.80, 0.9)])
    assert told.certainties() == {COOK: 0.80}


@pytest.mark.parametrize(
    ("isced", "found"),
    [(Levels(6, 6), {NURSE}), (Levels(3, 3), {COOK}), (Levels(3, 6), {NURSE, COOK}), (None, {NURSE, COOK})],
)
def test_the_level_chooses_among_occupations(taxonomy: Taxonomy, isced: Levels | None, found: set[ConceptId]) -> None:
    """ILO: nurses (2221) have skill level 4, cooks (5120) skill level 2."""
    work = [(NURSE, 0.8, 0.5), (COOK, 0.78, 0.5)]
    assert Told(taxonomy, work, isced=isced).certainties().keys() == found


def test_a_level_that_fits_none_chooses_none(taxonomy: Taxonomy) -> None:
    """Who studied welding at a university is still a welder, for the level may be wrong."""
    assert Told(taxonomy, [(WELDER, 0.8, 0.5)], isced=Levels(6, 6)).certainties() == {WELDER: 0.8}


def test_knowledge_needs_its_field_and_an_occupation_or_a_name_that_is_near_enough(fielded: Taxonomy) -> None:
    essential = Links.of(len(fielded.ids), [(fielded.number(COOK), fielded.number(HYGIENE))])
    cook = [(COOK, 0.8, 0.9)]
    taught = replace(fielded, essential=essential)
    floor = [(HYGIENE, KNOWLEDGE_FLOOR, 0.0)]
    assert HYGIENE in Told(taught, cook, floor, ["0721"]).certainties()
    assert HYGIENE not in Told(taught, cook, [(HYGIENE, KNOWLEDGE_FLOOR - 0.01, 0.0)], ["0721"]).certainties()
    assert HYGIENE not in Told(taught, cook, floor, ["0613"]).certainties()
    assert HYGIENE not in Told(taught, [(BAKER, 0.8, 0.9)], floor, ["0721"]).certainties()
    likely = [(HYGIENE, 0.6, 0.2)]
    assert HYGIENE in Told(taught, (), likely, ["0721"]).certainties()
    assert HYGIENE in Told(taught, cook, likely, ["0613"]).certainties()
    assert HYGIENE not in Told(taught, (), likely, ["0613"]).certainties()
    assert HYGIENE in Told(taught, (), likely, ["0613"], exact=True).certainties()


def test_what_one_of_many_likely_occupations_needs_is_not_the_fields(fielded: Taxonomy) -> None:
    """Spot welders need spot welding; who studied welding need not."""
    pairs = [(fielded.number(COOK), fielded.number(HYGIENE))]
    taught = replace(fielded, essential=Links.of(len(fielded.ids), pairs))
    floor = [(HYGIENE, KNOWLEDGE_FLOOR, 0.0)]
    two, three = [(COOK, 0.8, 0.9), (BAKER, 0.8, 0.9)], [(COOK, 0.8, 0.9), (BAKER, 0.8, 0.9), (NURSE, 0.8, 0.9)]
    assert HYGIENE in Told(taught, two, floor, ["0721"]).certainties()
    assert HYGIENE not in Told(taught, three, floor, ["0721"]).certainties()


@dataclass
class Deaf(Told):
    """A search that knows English only."""

    def find(self, texts: Sequence[str], kind: Kind, *_: object, **asked: object) -> list[list[Hit]]:
        languages = asked["language"]
        assert isinstance(languages, list)
        hits = super().find(texts, kind)
        return [found if spoken == EN else [] for found, spoken in zip(hits, languages, strict=True)]


def test_where_the_words_of_a_language_find_nothing_the_name_of_the_field_does_less_surely(fielded: Taxonomy) -> None:
    """Georgian, Armenian or Bengali: our words for fields know them, ESCO's names do not."""
    work = [(NURSE, 0.8, 0.9), (DEVELOPER, 0.8, 0.9)]
    assert Told(fielded, work[:1], (), ["0721"]).certainties() == {NURSE: 0.8}
    found = Deaf(fielded, work, (), ["0721"]).certainties()
    assert found == {NURSE: pytest.approx(BY_FIELD * 0.4)}, "and only what has knowledge of the field"


def test_a_field_covers_a_few_things_surely_and_many_less_so(taxonomy: Taxonomy) -> None:
    def found(count: int) -> set[float]:
        ids = [taxonomy.ids[number] for number in taxonomy.of_kind(Kind.SKILL)[:count].tolist()]
        return set(Told(taxonomy, [], [(concept, 0.8, 0.9) for concept in ids]).certainties().values())

    assert found(FEW) == {0.8}
    assert found(2 * FEW) == {0.4}


def test_a_general_school_trains_for_no_occupation_and_not_for_teaching(fielded: Taxonomy) -> None:
    """ "General secondary education" is what it gives, and near to secondary school teachers."""
    work, known = [(NURSE, 0.9, 0.9)], [(HYGIENE, 0.9, 0.9)]
    assert Told(fielded, work, known, ["0011"]).certainties() == {}
    assert Told(fielded, work, known, ["0011", "0114"], general=True).certainties() == {}
    assert Told(fielded, work, known, ["0114"]).certainties().keys() == {NURSE}


# --- on the real ESCO ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> ConceptSearch:
    """The whole ESCO in four languages: installed in some twenty seconds, once."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    quiet = {"say": lambda _: None, "progress": lambda *_: None}
    install_esco(settings, paths=[shared / "esco"], languages=[NL, EN, FR, AR], **quiet)  # type: ignore[arg-type]
    return open_search(settings, load_taxonomy(settings), **quiet)  # type: ignore[arg-type]


SCHOOL, BACHELOR = "vocational school", "Bachelor"

CASES: Sequence[tuple[Qualification, str, str]] = (
    (Qualification(BACHELOR, "ZZ", EN, "nursing"),
     "nurse responsible for general care|nursing science|nursing principles",
     "veterinary nurse|nurse assistant|nursing lecturer|hospitalised animal nursing care"),
    (Qualification("إجازة في التمريض", "SY", AR),
     "nurse responsible for general care|nursing science", "veterinary nurse|nurse assistant|licensing officer"),
    (Qualification(SCHOOL, "ZZ", EN, "welding"),
     "welder|welding techniques",
     "crimping|electron beam welding processes|electron beam welding machine parts|plastic welding|welding engineer"),
    (Qualification("الثانوية الصناعية", "SY", AR, "لحام"),
     "welder|welding techniques", "butcher|kosher butcher|crimping"),
    (Qualification("diploma", "NL", NL, "lassen"), "welder|welding techniques", "historian|crimping"),
    (Qualification(BACHELOR, "ZZ", EN, "law"),
     "lawyer|legal studies|civil law|criminal law", "law lecturer|court clerk|election law|value-added tax law"),
    (Qualification("Licence en droit", "MA", FR),
     "lawyer|legal studies", "licensing officer|publishing rights manager"),
    (Qualification("Diploma", "ZZ", EN, "accounting"),
     "accountant|bookkeeper|accounting|accounting techniques", "accounting manager|SA8000|billing clerk"),
    (Qualification("bachelor", "NL", NL, "boekhouden"), "accountant|accounting", "fish cook|bee breeder"),
    (Qualification(SCHOOL, "ZZ", EN, "electrical installation"),
     "electrician|building electrician|electricity|electrical safety regulations",
     "electrical supervisor|mining electrician|electric drives"),
    (Qualification(BACHELOR, "ZZ", EN, "civil engineering"),
     "civil engineer|civil engineering", "civil engineering worker|civil law|civil process order|civil registrar"),
    (Qualification("بكالوريوس هندسة مدنية", "SY", AR), "civil engineer|civil engineering", "civil registrar|civil law"),
    (Qualification("Bachelor of Education", "IN", EN, "primary education"),
     "primary school teacher|primary school procedures",
     "primary school head teacher|primary school teaching assistant|primary care|young horses training"),
    (Qualification(SCHOOL, "ZZ", EN, "tailoring"),
     "tailor|dressmaker|dressmaking", "clothing alteration machinist|mass customisation|clothing fashion designer"),
    (Qualification("CAP couture", "CM", FR), "dressmaker|tailor|dressmaking", "dresser|clothing fashion designer"),
    (Qualification(SCHOOL, "ZZ", EN, "cooking"), "cook", "types of cooktops|coking process|molecular gastronomy"),
    (Qualification("CAP cuisine", "CM", FR), "cook", "kitchen unit installer|street food vendor"),
    (Qualification(SCHOOL, "ZZ", EN, "car mechanics"),
     "vehicle technician|mechanics of motor vehicles",
     "bicycle mechanics|fluid mechanics|quantum mechanics|biomechanics"),
    (Qualification("Bachelor of Pharmacy", "NG", EN),
     "pharmacist|pharmaceutical products", "pharmacy assistant|pharmacy lecturer|medical goods shop manager"),
    (Qualification(BACHELOR, "ZZ", EN, "agriculture"),
     "agronomist|agronomy", "farm manager|agricultural machinery technician|agroforestry"),
    (Qualification("BS Computer Science", "PK", EN),
     "computer scientist|computer science", "computer science lecturer|computer history|computational linguistics"),
    (Qualification("CAP coiffure", "MA", FR), "hairdresser|hairdressing", "wig and hairpiece maker|bristles"),
    (Qualification(BACHELOR, "ZZ", EN, "logistics"),
     "logistics analyst|logistics", "logistics and distribution manager|military logistics|maintenance operations"),
    (Qualification("دبلوم", "SY", AR, "سباكة"), "plumber", "foundry moulder|smoking pipes materials|water pressure"),
    (Qualification(SCHOOL, "ZZ", EN, "plumbing"),
     "plumber|plumbing tools", "plumbing supervisor|smoking pipes materials|drainage engineer"),
    (Qualification("Diploma", "GE", EN, "carpentry"),
     "carpenter|carpentry", "carpenter supervisor|types of carpet|surveying|historian"),
    (Qualification("بكالوريوس في طب الأسنان", "SY", AR),
     "dental practitioner|dentistry science",
     "equine dental technician|dental instrument assembler|equine dental diseases"),
    (Qualification("Bacharelado em Arquitetura e Urbanismo", "BR"),
     "architect|urban planner", "enterprise architect|database designer|street artist"),
    (Qualification(BACHELOR, "ZZ", EN, "architecture"),
     "architect|architectural design",
     "enterprise architect|ICT system architect|information architecture|hardware architectures"),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("paper", "these", "not_these"), CASES, ids=[f"{one.title} {one.field or ''}" for one, _, _ in CASES]
)
def test_a_diploma_attests_its_trade_and_not_what_only_sounds_like_it(
    real: ConceptSearch, paper: Qualification, these: str, not_these: str
) -> None:
    placed = EDUCATION.place(paper, meaning=FieldSearch(real))
    names = {real.taxonomy.label(piece.concept, [EN]) for piece in Attested(real).evidence([placed])}
    every = {real.taxonomy.label(concept, [EN]) for concept in real.taxonomy.ids}
    wanted, unwanted = set(these.split("|")), set(not_these.split("|"))
    assert wanted | unwanted <= every, "every name is one of ESCO's"
    assert wanted <= names
    assert not unwanted & names


@pytest.mark.slow
@pytest.mark.parametrize(
    ("country", "title", "field", "occupation"),
    [
        ("GE", "ბაკალავრი", "სამართალი", "lawyer"),
        ("ET", "ባችለር", "ሕግ", "lawyer"),
        ("AM", "Բակալավր", "բժշկություն", "general practitioner"),
        ("CN", "学士", "护理", "nurse responsible for general care"),
    ],
)
def test_a_field_in_a_script_that_no_label_has_is_found_by_its_name_in_isced_f(
    real: ConceptSearch, country: str, title: str, field: str, occupation: str
) -> None:
    placed = EDUCATION.place(Qualification(title, country, field=field), meaning=FieldSearch(real))
    assert occupation in {real.taxonomy.label(piece.concept, [EN]) for piece in Attested(real).evidence([placed])}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("country", "title", "field"),
    [
        ("SY", "الشهادة الثانوية العامة", None),
        ("GN", "Baccalauréat série D", None),
        ("ZZ", "high school", "general secondary education"),
        ("ZZ", "high school", "science stream"),
        ("UA", "Атестат про повну загальну середню освіту", None),
        ("ZZ", "Diploma", None),
    ],
)
def test_a_general_diploma_attests_no_trade(real: ConceptSearch, country: str, title: str, field: str | None) -> None:
    placed = EDUCATION.place(Qualification(title, country, field=field), meaning=FieldSearch(real))
    assert Attested(real).evidence([placed]) == ()
