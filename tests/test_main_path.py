"""The main job on the small ESCO: from a note to vacancies and mentors, and what people decide in between."""

from pathlib import Path

import pytest

from skillmatch.assess.profile import Cefr, Note, Standing
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casefile import MentorRow, ProfileRow, VacancyRow
from skillmatch.service.setup import install_esco
from skillmatch.text import Language
from tests.small_esco.concepts import occupation_uri, skill_uri


def silent(*_: object) -> None:
    """Neither says nor shows anything."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, small_esco: Path) -> Service:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    install_esco(settings, paths=[small_esco], say=silent, progress=silent)
    return Service.open(settings, say=silent, progress=silent)


NOTES = [
    Note("nl", "Ze werkte zes jaar als lasser. Ze kan technische tekeningen lezen. Een heftruck besturen kan ze niet."),
    Note("ar", "كنت ألحم المعادن، وأعرف قراءة الرسوم الفنية. أخي خبّاز."),
]
VACANCIES = [
    VacancyRow(id="welder", title="Lasser", language="nl"),
    VacancyRow(id="baker", title="Bakker", language="nl"),
    VacancyRow(id="driver", title="Lorry driver", language="en"),
]


def test_notes_in_two_languages_become_one_profile_with_the_words_that_gave_it(service: Service) -> None:
    case = service.screening.case(NOTES, ProfileRow())
    drawings = case.profile.claim(skill_uri(2))
    assert drawings is not None
    assert {piece.note for piece in drawings.evidence} == {"nl", "ar"}
    piece = next(piece for piece in drawings.evidence if piece.note == "nl")
    assert NOTES[0].text[piece.span.start : piece.span.end] == "technische tekeningen lezen"
    assert case.extractions["ar"].language == Language("ar")


def test_what_is_denied_or_a_brothers_job_is_no_claim(service: Service) -> None:
    claims = {claim.concept for claim in service.screening.case(NOTES, ProfileRow()).profile.claims}
    assert skill_uri(9) not in claims
    assert occupation_uri(8) not in claims


def test_the_best_vacancy_is_the_one_of_the_trade_and_says_what_is_missing(service: Service) -> None:
    profile = service.screening.case(NOTES, ProfileRow()).profile
    best = service.vacancies.matches(profile, VACANCIES, k=3).matches[0]
    assert best.item.id == "welder"
    assert skill_uri(3) in best.gaps


def test_what_a_screener_rejects_no_longer_counts(service: Service) -> None:
    profile = service.screening.case(NOTES, ProfileRow()).profile
    before = service.vacancies.matches(profile, VACANCIES[:1], k=1).matches[0]
    after = service.vacancies.matches(profile.decide(skill_uri(2), Standing.REJECTED), VACANCIES[:1], k=1).matches[0]
    lost = sum(reason.weight for reason in before.reasons if reason.asked == skill_uri(2))
    assert lost > 0
    assert after.score == pytest.approx(before.score - lost)


def test_a_passed_test_through_an_interpreter_confirms_and_counts_more(service: Service) -> None:
    row = ProfileRow.model_validate(
        {
            "assessments": (
                {
                    "competence": "metaal lassen",
                    "mode": "interpreter",
                    "interpreter_language": "ar",
                    "result": "passed",
                },
            )
        }
    )
    claim = service.screening.case([], row).profile.claim(skill_uri(1))
    assert claim is not None
    assert claim.standing is Standing.CONFIRMED
    assert claim.strength == 1


def test_a_language_test_of_a_case_file_sets_its_level_and_confirms_nothing(service: Service) -> None:
    """VDAB-05."""
    test = {"competence": "metaal lassen", "kind": "language", "mode": "Dutch", "result": "passed"}
    row = ProfileRow.model_validate({"assessments": (test | {"language": "nl", "level": "A2"},)})
    profile = service.screening.case([], row).profile
    assert (profile.languages, profile.claims) == ({"nl": Cefr.A2}, ())


def test_without_interests_mentors_follow_what_the_person_did(service: Service) -> None:
    profile = service.screening.case(
        NOTES, ProfileRow.model_validate_json('{"languages": [{"language": "ar"}]}')
    ).profile
    mentors = [
        MentorRow.model_validate_json(row)
        for row in (
            '{"id": "cook", "occupations": ["kok"], "languages": [{"language": "ar"}], "trained": true}',
            '{"id": "welder", "occupations": ["welder"], "languages": [{"language": "ar"}], "trained": true}',
        )
    ]
    ranking = service.mentoring.mentors(profile, (), mentors, k=2)
    assert ranking.matches[0].item.id == "welder"
