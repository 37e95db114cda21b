"""Who may call what, and who sees what, written down by hand: every route as every role (ANT-04, ruling 22).

Nothing here is derived from ``skillmatch.access``. A route that is not in the table fails the test.
"""

from types import MappingProxyType

import pytest

from skillmatch.access import TRAUMA, Action, Role
from skillmatch.store.people import found
from skillmatch.store.unit import SYSTEM
from tests.api.conftest import Filled
from tests.api.filled import ASKS, BREAD, DRAWINGS, WELD, World, routes

LETTERS = MappingProxyType(
    {
        "P": Role.PERSON,
        "S": Role.SCREENER,
        "C": Role.COUNSELLOR,
        "W": Role.SOCIAL_WORKER,
        "O": Role.COORDINATOR,
        "L": Role.LOCAL_DIRECTOR,
        "E": Role.EMPLOYER,
        "M": Role.MENTOR,
        "V": Role.EVALUATOR,
        "A": Role.ADMINISTRATOR,
        "U": Role.AUDITOR,
    }
)
STAFF = (Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER)
ANYBODY = "anybody"

MAY_CALL = """
POST   /people                                                                     .SCW.......
GET    /people                                                                     .SCW.......
GET    /people/{person_id}                                                         PSCW.......
PATCH  /people/{person_id}                                                         PSCW.......
DELETE /people/{person_id}                                                         .........A.
GET    /people/{person_id}/export                                                  P..........
GET    /people/{person_id}/audit                                                   PSCW.......
POST   /people/{person_id}/consents                                                PSCW.......
GET    /people/{person_id}/consents                                                PSCW.......
DELETE /people/{person_id}/consents/{purpose}                                      PSCW.......
POST   /people/{person_id}/shares                                                  .SCW.......
GET    /people/{person_id}/shares                                                  PSCW.......
DELETE /people/{person_id}/shares/{share_id}                                       .SCW.......
POST   /people/{person_id}/interviews                                              ..CW.......
GET    /people/{person_id}/interviews                                              PSCW.......
GET    /people/{person_id}/interviews/{interview_id}                               PSCW.......
PATCH  /people/{person_id}/interviews/{interview_id}                               ..CW.......
POST   /people/{person_id}/notes                                                   PSCW.......
GET    /people/{person_id}/notes                                                   PSCW.......
GET    /people/{person_id}/notes/{note_id}                                         PSCW.......
POST   /people/{person_id}/notes/{note_id}/extraction                              .SCW.......
GET    /people/{person_id}/claims                                                  PSCW.......
POST   /people/{person_id}/claims                                                  .SC........
GET    /people/{person_id}/claims/{claim_id}                                       PSCW.......
PUT    /people/{person_id}/claims/{claim_id}                                       .SC........
POST   /people/{person_id}/claims/{claim_id}/disagreement                          P..........
POST   /people/{person_id}/languages                                               .SCW.......
GET    /people/{person_id}/languages                                               PSCW.......
POST   /people/{person_id}/scripts                                                 .SCW.......
GET    /people/{person_id}/scripts                                                 PSCW.......
POST   /people/{person_id}/assessments                                             .SC........
GET    /people/{person_id}/assessments                                             PSCW.......
POST   /people/{person_id}/qualifications                                          .SCW.......
GET    /people/{person_id}/qualifications                                          PSCW.......
GET    /people/{person_id}/qualifications/{qualification_id}                       PSCW.......
PATCH  /people/{person_id}/qualifications/{qualification_id}                       .SCW.......
GET    /people/{person_id}/qualifications/{qualification_id}/orientation           PSCW.......
GET    /people/{person_id}/profile                                                 PSCWO.EM...
GET    /people/{person_id}/cases/{case_id}                                         PSCW.......
PATCH  /people/{person_id}/cases/{case_id}                                         .SCW.......
GET    /people/{person_id}/cases/{case_id}/distance                                PSCW.......
POST   /people/{person_id}/cases/{case_id}/recommendation                          .SC........
POST   /people/{person_id}/cases/{case_id}/trajectory                              ..C........
GET    /people/{person_id}/cases/{case_id}/trajectory                              PSCW.......
GET    /people/{person_id}/cases/{case_id}/trajectory/history                      PSCW.......
POST   /people/{person_id}/cases/{case_id}/plans                                   ..CW.......
GET    /people/{person_id}/cases/{case_id}/plans                                   PSCW.......
GET    /people/{person_id}/cases/{case_id}/plans/{plan_id}                         PSCW.......
PUT    /people/{person_id}/cases/{case_id}/plans/{plan_id}                         ..CW.......
POST   /people/{person_id}/outcomes                                                .SCW.......
GET    /people/{person_id}/outcomes                                                PSCW.......
PATCH  /people/{person_id}/outcomes/{outcome_id}                                   .SCW.......
GET    /rules                                                                      .SCW.L...AU
GET    /rules/overrides                                                            ..C..L...A.
GET    /evaluation/outcomes                                                        ........V..
GET    /audit                                                                      ..........U
GET    /audit/verification                                                         .........AU
GET    /organisations                                                              .SCW.....A.
GET    /accounts                                                                   .........A.
POST   /accounts                                                                   .........A.
GET    /accounts/{account_id}                                                      .........A.
PATCH  /accounts/{account_id}                                                      .........A.
GET    /tokens                                                                     .SCWOL..VAU
POST   /tokens                                                                     .SCWOL..VAU
DELETE /tokens/{token_id}                                                          .SCWOL..VAU
POST   /sessions                                                                   anybody
GET    /sessions/current                                                           PSCWOLEMVAU
DELETE /sessions/current                                                           PSCWOLEMVAU
PUT    /sessions/current/password                                                  PSCWOLEMVAU
GET    /oidc/login                                                                 anybody
GET    /oidc/callback                                                              anybody
GET    /health                                                                     anybody
"""
"""A route, and the letters of the roles that may call it; or ``anybody``."""

MAY_SEE = """
NAME-MARKER                                PSCWO..M...
MAIL-MARKER                                PSCW.......
PHONE-MARKER                               PSCW.......
ADDRESS-MARKER                             PSCW.......
"1987-03-14"                               PSCW.......
"KI"                                       PSCW.......
FAMILY-MARKER                              P.CW.......
BACKGROUND-MARKER                          P.CW.......
HOUSING-MARKER                             P..W.......
FINANCES-MARKER                            P..W.......
SOCIAL-REMARK-MARKER                       P..W.......
EDUCATION-MARKER                           PSCW.......
"trauma":                                  P..W.......
"constraints":[                            P.CW.......
ASPIRATION-MARKER                          PSCW.......
TRAJECTORY-REMARK-MARKER                   PSCW.......
NOTE-MARKER                                PSCW.......
CONFIDENTIAL-MARKER                        ...W.......
CLAIM-REASON-MARKER                        PSCW.......
DISAGREEMENT-MARKER                        PSCW.......
INTERPRETER-MARKER                         PSC........
TEST-EMPLOYER-MARKER                       PSC........
COMMENT-MARKER                             PSC........
ATTACHMENT-MARKER                          PSC........
TITLE-MARKER                               PSCW.......
LATIN-TITLE-MARKER                         PSCW.......
WHY-MARKER                                 PSCW.......
PROVIDER-MARKER                            PSCW.......
"trauma counselling referral"              P..W.......
"""
"""A text that was planted in the file, or the name of a field, and the letters of the roles that get to see it.

``"KI"`` is the nationality. The counsellor is trained for traumas and not assigned to the case (ruling 22).
"""


def _read(table: str) -> dict[str, frozenset[Role | None]]:
    """The words of a line up to the last -> the roles of its letters; None is who is not logged in."""
    found: dict[str, frozenset[Role | None]] = {}
    for line in table.strip().splitlines():
        *name, letters = line.split()
        everybody: set[Role | None] = {*Role, None}
        named = {LETTERS[letter] for letter in letters.replace(".", "")} if letters != ANYBODY else everybody
        found[" ".join(name)] = frozenset(named)
    return found


CALLS, SIGHTS = _read(MAY_CALL), _read(MAY_SEE)


def test_the_table_names_every_route_and_no_other(filled: Filled) -> None:
    assert sorted(routes(filled.app)) == sorted(CALLS)


@pytest.mark.parametrize("route", CALLS)
def test_a_route_is_refused_to_every_role_that_the_table_does_not_name(filled: Filled, route: str) -> None:
    for role in Role:
        if role not in CALLS[route]:
            assert filled.world.send(route, role).status_code == 403, role
    if None not in CALLS[route]:
        assert filled.world.send(route, None).status_code == 401


CHANGING = [route for route in CALLS if not route.startswith("GET ")]
VIEWING = [route for route in CALLS if route.startswith("GET ") and "/oidc/" not in route]


@pytest.mark.parametrize("route", VIEWING)
def test_a_view_is_given_to_every_role_that_the_table_names(filled: Filled, route: str) -> None:
    for role in CALLS[route]:
        assert filled.world.send(route, role).status_code == 200, role


@pytest.mark.parametrize("route", CHANGING)
def test_a_change_is_open_to_every_role_that_the_table_names(world: World, route: str) -> None:
    """Who asks first gets an answer, or finds it done when the file was filled; the others are not refused."""
    first = ASKS[route].by if route in ASKS else next(role for role in LETTERS.values() if role in CALLS[route])
    assert world.insist(route, first).status_code in (200, 201, 204, 409), first
    for role in CALLS[route] - {first}:
        assert world.send(route, role).status_code not in (401, 403), role


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_what_the_table_says_and_nothing_else_in_any_answer(filled: Filled, role: Role) -> None:
    """ANT-04: what a role may not see is absent; the words of every answer are searched, whatever its status."""
    told = "\n".join(filled.world.send(route, role).text for route in VIEWING)
    assert {text for text in SIGHTS if text in told} == {text for text, roles in SIGHTS.items() if role in roles}


FOR_THE_CASE = {"languages", "claims", "labour_access", "licences", "regions", "schedules"}
PROFILE = {
    Role.PERSON: FOR_THE_CASE,
    Role.SCREENER: FOR_THE_CASE,
    Role.COUNSELLOR: FOR_THE_CASE,
    Role.SOCIAL_WORKER: FOR_THE_CASE,
    Role.COORDINATOR: {"name", "languages", "claims"},
    Role.MENTOR: {"name", "languages", "claims"},
    Role.EMPLOYER: {"languages", "claims"},
}
"""The fields of a profile, by who looks at it; outside the case all of it by consent (PLT-01, ruling 22)."""

PROOF = {"source", "on", "score", "strength", "found", "detail", "note", "start", "end"}
CLAIM = {"concept", "label", "kind", "standing", "strength", "evidence"}
CLAIMED = {
    **dict.fromkeys((Role.PERSON, *STAFF), (CLAIM, PROOF)),
    **dict.fromkeys((Role.COORDINATOR, Role.MENTOR), ({"concept", "label", "kind"}, set())),
    Role.EMPLOYER: (CLAIM, {"source", "on", "strength"}),
}
"""The fields of a claim in it, and of its evidence. An employer sees what speaks for a skill, never whose words."""


@pytest.mark.parametrize("role", PROFILE)
def test_a_profile_has_exactly_the_fields_that_are_somebodys_to_see(filled: Filled, role: Role) -> None:
    profile = filled.world.send("GET /people/{person_id}/profile", role).json()
    proofs = [proof for claim in profile["claims"] for proof in claim.get("evidence", ())]
    seen = {field for claim in profile["claims"] for field in claim}, {field for proof in proofs for field in proof}
    assert set(profile) == PROFILE[role]
    assert seen == CLAIMED[role]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MENTOR, Role.EMPLOYER])
def test_outside_the_case_only_what_people_decided_on_is_shown(filled: Filled, role: Role) -> None:
    """DRAWINGS is what a run suggests, and nobody looked at it yet."""
    shown = filled.world.send("GET /people/{person_id}/profile", role).json()["claims"]
    everything = filled.world.send("GET /people/{person_id}/profile", Role.SCREENER).json()["claims"]
    assert {claim["concept"] for claim in everything} == {WELD, DRAWINGS, BREAD}
    assert {claim["concept"] for claim in shown} == {WELD, BREAD}


def test_nobody_sees_anything_of_anybody(filled: Filled) -> None:
    told = "\n".join(filled.world.send(route, None).text for route in VIEWING)
    assert [text for text in SIGHTS if text in told] == []


@pytest.mark.parametrize("route", ["GET /oidc/login", "GET /oidc/callback"])
def test_a_login_service_that_is_not_set_up_is_not_there_for_anybody(filled: Filled, route: str) -> None:
    for role in CALLS[route]:
        assert filled.world.send(route, role).status_code == 404, role


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.AUDITOR])
def test_who_works_on_pseudonyms_sees_no_id_by_which_a_file_could_be_asked_for(filled: Filled, role: Role) -> None:
    """Ruling 22, DUO-21: the evaluator's and the auditor's rows are about somebody, and nobody can tell whom."""
    told = "\n".join(filled.world.send(route, role).text for route in VIEWING)
    mine = filled.world.send("GET /sessions/current", role).json()["account_id"]
    assert mine in told
    assert [name for name in ("person_id", "case_id", "note_id") if filled.world.ids[name] in told] == []


@pytest.mark.parametrize("trained", [True, False])
def test_a_trauma_is_told_to_the_assigned_counsellor_who_is_trained_for_it(world: World, trained: bool) -> None:
    """VDAB-11, ruling 22; one who is trained and not assigned is in the table above."""
    counsellor = world.login(Role.COUNSELLOR, trained=(TRAUMA,) if trained else ())
    world.clients[Role.COUNSELLOR] = counsellor
    assigned = {"json": {"assigned": {Role.COUNSELLOR: counsellor.account}}}
    assert world.insist("PATCH /people/{person_id}/cases/{case_id}", Role.SCREENER, **assigned).status_code == 200
    told = "\n".join(world.send(route, Role.COUNSELLOR).text for route in VIEWING)
    assert ('"trauma":' in told, "trauma counselling referral" in told) == (trained, trained)


def test_a_machine_is_refused_outside_the_scopes_of_its_token(world: World) -> None:
    """A screener may do most of it; the token may list files."""
    listing = "GET /people"
    world.clients[Role.SCREENER] = world.login(Role.SCREENER, scopes=[Action.LIST])
    assert world.send(listing, Role.SCREENER).status_code == 200
    for route in CALLS:
        if None not in CALLS[route] and route != listing:
            assert world.send(route, Role.SCREENER).status_code == 403, route


OF_A_FILE = [route for route in CALLS if "{person_id}" in route]
IN_A_FILE = [route for route in OF_A_FILE if route.count("{") > 1 and "{purpose}" not in route]


@pytest.mark.parametrize("route", OF_A_FILE)
def test_another_organisation_finds_no_such_person_on_any_route(world: World, route: str) -> None:
    """That there is such a file is not told either: one that is not open answers as one that does not exist."""
    with world.store.write(SYSTEM) as unit:
        third = found(unit, "A third city").id
    for role in CALLS[route] - {Role.PERSON}:
        world.clients[role] = world.login(role, at=third)
        assert world.insist(route, role).status_code == 404, role


@pytest.mark.parametrize("route", [route for route in OF_A_FILE if Role.PERSON in CALLS[route]])
def test_a_person_finds_no_file_but_their_own_on_any_route(world: World, route: str) -> None:
    other = world.send("POST /people", Role.SCREENER).json()["id"]
    world.clients[Role.PERSON] = world.login(Role.PERSON, person=other)
    assert world.insist(route, Role.PERSON).status_code == 404


@pytest.mark.parametrize("route", IN_A_FILE)
def test_what_is_in_one_file_is_not_found_under_another(world: World, route: str) -> None:
    """Both files are open to who asks: an id is looked for in the file that is named, and nowhere else."""
    world.ids["person_id"] = world.send("POST /people", Role.SCREENER).json()["id"]
    before = world.send("GET /people/{person_id}", Role.SCREENER).json()
    for role in CALLS[route] - {Role.PERSON}:
        assert world.insist(route, role).status_code == 404, role
    assert world.send("GET /people/{person_id}", Role.SCREENER).json() == before


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.MENTOR, Role.COORDINATOR])
def test_a_consent_that_is_withdrawn_closes_the_profile_at_once(world: World, role: Role) -> None:
    """GDPR art. 7(3): the next request finds it gone."""
    view, purpose = "GET /people/{person_id}/profile", "employers" if role is Role.EMPLOYER else "mentoring"
    assert world.send(view, role).status_code == 200
    world.ids["purpose"] = purpose
    assert world.send("DELETE /people/{person_id}/consents/{purpose}", Role.PERSON).status_code == 204
    assert world.send(view, role).status_code == 403
