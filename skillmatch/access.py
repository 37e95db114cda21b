"""Who may do what, and which fields a role may see or write. Rules only: one table, and what is not in it is refused.

A role that is not named for a field never gets it: the field is absent from the answer, not hidden by a page (ANT-04).
Finances and housing are the social worker's alone; employers and mentors see what a person agreed to (ruling 22).
Nothing here looks at a database: whose file is open to which organisation is the store's to say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from skillmatch.errors import Forbidden, NotFound

Value = TypeVar("Value")


class Role(StrEnum):
    """In which role somebody acts (ruling 22). An account may have several; a session is in one of them."""

    PERSON = "person"
    SCREENER = "screener"
    COUNSELLOR = "trajectory counsellor"
    SOCIAL_WORKER = "social worker"
    COORDINATOR = "coordinator"
    LOCAL_DIRECTOR = "local director"
    EMPLOYER = "employer"
    MENTOR = "mentor"
    EVALUATOR = "evaluator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Purpose(StrEnum):
    """What data about a person may be used for: each has its legal basis, recorded with date and text version (D7)."""

    GUIDANCE = "guidance"
    """The case itself: a public task."""
    EVALUATION = "evaluation"
    """Counting what helped, on pseudonyms (DUO-21)."""
    HEALTH = "health"
    """Using what somebody volunteered about health, trauma or care: explicit consent, GDPR art. 9(2)(a)."""
    SHARING = "sharing"
    """Opening the file to another organisation that works on the same case (ANT-04)."""
    MENTORING = "mentoring"
    """Showing what was agreed to a coordinator and a mentor."""
    EMPLOYERS = "employers"
    """Showing a pseudonymous profile to employers (PLT-01)."""


class Action(StrEnum):
    """Everything that can be done, as the audit names it where it is a view."""

    REGISTER = "people.register"
    LIST = "people.list"
    VIEW = "people.view"
    AMEND = "people.amend"
    VIEW_PROFILE = "people.profile"
    SHARE = "people.share"
    VIEW_SHARES = "shares.view"
    EXPORT = "people.export"
    ERASE = "people.erase"
    VIEW_CONSENTS = "consents.view"
    GIVE_CONSENT = "consents.give"
    WITHDRAW_CONSENT = "consents.withdraw"
    UPHOLD_OBJECTION = "consents.object"
    VIEW_CASE = "cases.view"
    AMEND_CASE = "cases.amend"
    VIEW_INTERVIEWS = "interviews.view"
    HOLD_SOCIAL_WORK = "interviews.social_work"
    HOLD_TRAJECTORY = "interviews.trajectory"
    VIEW_NOTES = "notes.view"
    WRITE_NOTE = "notes.write"
    READ_NOTE = "notes.extract"
    VIEW_CLAIMS = "claims.view"
    DECIDE_CLAIM = "claims.decide"
    DISAGREE = "claims.disagree"
    VIEW_LANGUAGES = "languages.view"
    RECORD_LANGUAGE = "languages.record"
    VIEW_ASSESSMENTS = "assessments.view"
    RECORD_ASSESSMENT = "assessments.record"
    VIEW_QUALIFICATIONS = "qualifications.view"
    RECORD_QUALIFICATION = "qualifications.record"
    ADVISE = "qualifications.advise"
    VIEW_DISTANCE = "trajectories.distance"
    RECOMMEND = "trajectories.recommend"
    VIEW_TRAJECTORY = "trajectories.view"
    DECIDE_TRAJECTORY = "trajectories.decide"
    VIEW_PLANS = "plans.view"
    WRITE_PLAN = "plans.write"
    VIEW_OUTCOMES = "outcomes.view"
    RECORD_OUTCOME = "outcomes.record"
    EVALUATE = "outcomes.evaluate"
    VIEW_RULES = "rules.view"
    VIEW_OVERRIDES = "rules.overrides"
    VIEW_SESSION = "sessions.view"
    END_SESSION = "sessions.end"
    CHANGE_PASSWORD = "sessions.password"  # noqa: S105 - the name of an action
    MANAGE_ACCOUNTS = "accounts.manage"
    MAKE_TOKEN = "tokens.make"  # noqa: S105 - the name of an action
    VIEW_TRAIL = "people.audit"
    VIEW_ORGANISATIONS = "organisations.view"
    VIEW_AUDIT = "audit.view"
    VERIFY_AUDIT = "audit.verify"


TRAUMA = "trauma"
"""A training of staff (VDAB-11), and the flag that only those who have it may see."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, in one of its roles, for one organisation. ``person`` is whose own file a person's is.

    ``trained`` names the trainings of staff (VDAB-11). ``scopes`` narrows a machine's token; None is all of the role.
    """

    account: str
    role: Role
    organisation: str
    person: str | None = None
    trained: frozenset[str] = frozenset()
    scopes: frozenset[Action] | None = None


_ADMINISTRATOR, _AUDITOR, _EVALUATOR = Role.ADMINISTRATOR, Role.AUDITOR, Role.EVALUATOR
_PERSON, _SOCIAL, _COUNSELLOR = Role.PERSON, Role.SOCIAL_WORKER, Role.COUNSELLOR
_STAFF = frozenset({Role.SCREENER, _COUNSELLOR, _SOCIAL})
"""Who works on cases."""
_TESTERS = frozenset({Role.SCREENER, _COUNSELLOR})
_FILE = _STAFF | {_PERSON}
"""Who may open a file: who works on it, and whose it is."""
_PROGRAMME = frozenset({Role.COORDINATOR, Role.MENTOR})
_AGREED = _PROGRAMME | {Role.EMPLOYER}
"""Who sees a person only on that person's consent."""

_INTERVIEW = ("case_id", "form", "on", "language", "interpreter_language", "answers")
_SOCIAL_WORK_FORM = ("family", "background", "housing", "finances", "education", "constraints", "trauma", "remarks")
_TRAJECTORY_FORM = (
    *("aspirations", "target_occupation", "target_languages", "hours_per_week", "worked", "last_worked"),
    *("can_combine", "needs_support", "studies_first", "may_practise", "limited_access_fits", "remarks"),
)

_MACHINES = _STAFF | {Role.COORDINATOR, Role.LOCAL_DIRECTOR, _EVALUATOR, _ADMINISTRATOR, _AUDITOR}
"""For whom a machine may act: nobody who sees a person only by their own consent, or is that person."""

_DIPLOMA = ("country", "title", "transliteration", "language", "field", "level", "entry", "year", "years")

_LEVEL = ("language", "activity", "level", "proof", "on")
_LITERACY = ("script", "literacy")
_TEST = (
    *("competence", "kind", "place", "mode", "result", "on", "assessor", "interpreter_language"),
    *("language", "level", "activity"),
)
_HOW_HELD = ("interpreter", "employer_support", "employer", "comment", "evidence", "override_reason")
"""Of a test what only who tests needs, and whose it is."""
_CASE = ("assigned", "barriers", "closed_on")

_OUTCOME = ("kind", "on", "until", "contract_months", "hours_per_week", "occupation")

ACT = "*"
"""Stands for the act itself, where an action has no fields of its own."""


def _all(roles: Iterable[Role], *fields: str) -> dict[str, frozenset[Role]]:
    return {field: frozenset(roles) for field in fields}


TABLE: Mapping[Action, Mapping[str, frozenset[Role]]] = MappingProxyType(
    {
        Action.REGISTER: _all(
            _STAFF,
            *("name", "speaks", "contact", "birth_date", "nationality", "arrived_on", "labour_access", "licences"),
            *("regions", "schedules", "education_band", "age_band", "sex"),
        ),
        Action.LIST: _all(_STAFF, "id", "name", "speaks", "registered_on"),
        Action.VIEW: _all(
            _FILE,
            *("id", "version", "registered_on", "name", "speaks", "contact", "birth_date", "nationality"),
            *("arrived_on", "labour_access", "licences", "regions", "schedules", "education_band", "age_band", "sex"),
            "cases",
        ),
        Action.AMEND: _all(
            _STAFF,
            *("name", "speaks", "contact", "birth_date", "nationality", "arrived_on", "labour_access", "licences"),
            *("regions", "schedules", "education_band", "age_band", "sex"),
        )
        | _all(_FILE, "name", "speaks", "contact", "regions", "schedules"),
        # Finances and housing are the social worker's (ruling 22), and so are remarks, which may touch on them. Family,
        # background and constraints say where and when somebody can work: the counsellor plans with them, a screener,
        # who tests skills, needs the schooling only. Trauma asks sees_trauma() beside.
        Action.VIEW_INTERVIEWS: _all(
            _FILE,
            *("id", "version", "case_id", "form", "role", "on", "language", "interpreter_language"),
            *("social work.education", *(f"trajectory.{field}" for field in _TRAJECTORY_FORM)),
        )
        | _all(
            {_SOCIAL, _COUNSELLOR, _PERSON},
            *("social work.family", "social work.background", "social work.constraints", "social work.trauma"),
        )
        | _all({_SOCIAL, _PERSON}, "social work.finances", "social work.housing", "social work.remarks"),
        Action.HOLD_SOCIAL_WORK: _all({_SOCIAL}, *_INTERVIEW, *_SOCIAL_WORK_FORM),
        Action.HOLD_TRAJECTORY: _all({_COUNSELLOR}, *_INTERVIEW, *_TRAJECTORY_FORM),
        Action.VIEW_NOTES: _all(
            _FILE, "id", "version", "text", "language", "on", "author", "author_role", "confidential", "about"
        ),
        Action.WRITE_NOTE: _all(_FILE, "text", "language", "on") | _all(_STAFF, "confidential"),
        Action.READ_NOTE: _all(_STAFF, ACT),
        Action.VIEW_CLAIMS: _all(
            _FILE,
            *("id", "version", "concept", "label", "kind", "standing", "strength", "corrected_to", "decided_by"),
            *("decided_at", "reason", "evidence", "disagreements"),
        ),
        Action.DECIDE_CLAIM: _all(_TESTERS, "concept", "standing", "corrected_to", "reason"),
        Action.DISAGREE: _all({_PERSON}, "text"),
        Action.VIEW_LANGUAGES: _all(_FILE, "id", *_LEVEL, *_LITERACY, "recorded_at"),
        Action.RECORD_LANGUAGE: _all(_STAFF, *_LEVEL, *_LITERACY),
        # Who tests reads how others tested; a social worker needs what came of it.
        Action.VIEW_ASSESSMENTS: _all(_FILE, "id", *_TEST, "linked", "warnings")
        | _all(
            _TESTERS | {_PERSON},
            *_HOW_HELD,
        ),
        Action.RECORD_ASSESSMENT: _all(
            _TESTERS,
            *_TEST,
            *_HOW_HELD,
        ),
        Action.VIEW_CASE: _all(_FILE, "id", "version", "opened_on", *_CASE, "complaints"),
        Action.AMEND_CASE: _all(_STAFF, *_CASE),
        # What matching reads. Outside the case only what a person confirmed, and no word that somebody typed: regions,
        # schedules and licences are typed, and a labour access tells of a residence title (EMP-01, PLT-01, ruling 22).
        Action.VIEW_PROFILE: _all(
            _FILE | _AGREED, "languages", "claims", "claims.concept", "claims.label", "claims.kind"
        )
        | _all(_FILE | {Role.EMPLOYER}, "claims.standing", "claims.strength", "claims.evidence")
        | _all(_FILE | {Role.EMPLOYER}, "evidence.source", "evidence.on", "evidence.strength")
        | _all(_FILE, *(f"evidence.{field}" for field in ("score", "note", "start", "end", "found", "detail")))
        | _all(_FILE, "labour_access", "licences", "regions", "schedules")
        | _all(_PROGRAMME, "name"),
        # A country of study may give away where somebody is from (D7): only who works on the case, and whose it is.
        Action.VIEW_QUALIFICATIONS: _all(_FILE, "id", "version", *_DIPLOMA, "equivalence"),
        Action.RECORD_QUALIFICATION: _all(_STAFF, *_DIPLOMA),
        Action.ADVISE: _all(
            _FILE,
            *("id", "version", "level", "fields", "knowledge", "occupations", "regulated", "route", "would_settle"),
            "note",
        ),
        # A person gives and withdraws their own consent; that an objection was upheld is the service's to record.
        Action.VIEW_CONSENTS: _all(
            _FILE, "id", "purpose", "basis", "text_version", "given_at", "withdrawn_at", "stands"
        ),
        Action.GIVE_CONSENT: _all(_FILE, "purpose", "basis", "text_version"),
        Action.WITHDRAW_CONSENT: _all(_FILE, ACT),
        Action.UPHOLD_OBJECTION: _all(_STAFF, ACT),
        # What kinds of constraint somebody volunteered is no screener's to see; hours are (VDAB-04).
        Action.VIEW_DISTANCE: _all(_FILE, "case_id", "on", "target", "components")
        | _all({_SOCIAL, _COUNSELLOR, _PERSON}, "constraints"),
        Action.RECOMMEND: _all(
            _TESTERS,
            *("case_id", "on", "trajectory", "reasons", "fired", "deciding", "missing", "alternatives"),
            *("linear_warning", "values_from", "routes", "review_on"),
        ),
        Action.VIEW_TRAJECTORY: _all(
            _FILE,
            *("id", "version", "case_id", "trajectory", "previous", "on", "decided_by", "decided_at"),
            *("recommended", "confirms", "why", "code", "review_on", "warning", "recommendation", "decision"),
        ),
        Action.DECIDE_TRAJECTORY: _all({_COUNSELLOR}, "trajectory", "on", "why", "code", "review_on", "recommended"),
        # A referral for trauma counselling asks sees_trauma() beside, to see and to write it (VDAB-11).
        Action.VIEW_PLANS: _all(_FILE, "id", "version", "case_id", "trajectory", "start", "actions", "check"),
        Action.WRITE_PLAN: _all({_COUNSELLOR, _SOCIAL}, "trajectory", "start", "actions"),
        Action.VIEW_OUTCOMES: _all(_FILE, *("id", "version", "label"), *_OUTCOME),
        Action.RECORD_OUTCOME: _all(_STAFF, *_OUTCOME),
        Action.VIEW_RULES: _all(
            _STAFF | {_ADMINISTRATOR, Role.LOCAL_DIRECTOR, _AUDITOR},
            *("on", "values_from", "about", "thresholds", "rules", "routes", "plans"),
        ),
        Action.VIEW_OVERRIDES: _all({_ADMINISTRATOR, Role.LOCAL_DIRECTOR, _COUNSELLOR}, "as_of", "population", "rules"),
        Action.SHARE: _all(_STAFF, "organisation_id"),
        Action.VIEW_SHARES: _all(_FILE, "id", "organisation_id", "organisation", "since", "until", "stands"),
        # An export holds all that single roles may not see together, and what nobody else may use any more: it is the
        # person's alone. For somebody without a login, whoever runs the service makes one on its command line.
        Action.EXPORT: _all(
            {_PERSON},
            *("format", "made_at", "people", "cases", "shares", "consents", "outcomes", "qualifications"),
            *("assessments", "scripts", "language_levels", "notes", "interviews", "trajectories", "plans", "claims"),
            *("evidence", "vectors", "creations", "accounts", "audit"),
        ),
        Action.ERASE: _all({_ADMINISTRATOR}, ACT),
        # Who works on a file sees who else opened it and when; the codes of what was done may tell of what their role
        # does not see, so those are the person's, and the auditor's under pseudonyms.
        Action.VIEW_TRAIL: _all(_FILE, "number", "at", "account", "role", "organisation", "action", "about", "versions")
        | _all({_PERSON}, "what", "reasons"),
        Action.VIEW_AUDIT: _all(
            {_AUDITOR},
            *("number", "at", "account", "role", "organisation", "action", "person", "about", "what", "versions"),
            "reasons",
        ),
        Action.VERIFY_AUDIT: _all({_AUDITOR, _ADMINISTRATOR}, "whole", "fault", "head"),
        Action.EVALUATE: _all(
            {_EVALUATOR}, "pseudonym", "cohort", "education_band", "age_band", "sex", "trajectories", "outcomes"
        ),
        Action.VIEW_ORGANISATIONS: _all(_STAFF | {_ADMINISTRATOR}, "id", "name"),
        Action.VIEW_SESSION: _all(
            Role, "account_id", "login", "role", "roles", "organisation_id", "person_id", "trained", "expires_at"
        ),
        Action.END_SESSION: _all(Role, ACT),
        Action.CHANGE_PASSWORD: _all(Role, ACT),
        Action.MANAGE_ACCOUNTS: _all(
            {_ADMINISTRATOR}, "id", "version", "login", "password", "roles", "person_id", "active", "trained"
        ),
        Action.MAKE_TOKEN: _all(
            _MACHINES, "id", "account_id", "label", "role", "scopes", "begun_at", "expires_at", "token", "days"
        ),
    }
)
"""Action x field -> the roles that may see it (views) or write it (the rest). What is absent is refused."""

BASIS: Mapping[Role, Purpose] = MappingProxyType(
    {
        Role.COORDINATOR: Purpose.MENTORING,
        Role.MENTOR: Purpose.MENTORING,
        Role.EMPLOYER: Purpose.EMPLOYERS,
        Role.EVALUATOR: Purpose.EVALUATION,
    }
)
"""The purpose for which a role sees anything of a person; without a basis for it nothing is shown."""


def roles(action: Action) -> frozenset[Role]:
    """The roles that may do ``action`` at all."""
    return frozenset().union(*TABLE.get(action, {}).values())


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor's role may do it and, for a machine, its token reaches that far."""
    return actor.role in roles(action) and (actor.scopes is None or action in actor.scopes)


def require(actor: Actor, action: Action) -> None:
    """Raises Forbidden where the actor may not do it."""
    if not may(actor, action):
        raise Forbidden(f"the role {actor.role} may not do this: {action}")


def require_own(actor: Actor, person_id: str) -> None:
    """Raises NotFound where a person asks for a file that is not their own: that it exists is not told either."""
    if actor.role is Role.PERSON and actor.person != person_id:
        raise NotFound("no such person")


def shown(actor: Actor, action: Action, values: Mapping[str, Value]) -> dict[str, Value]:
    """Of ``values``, those fields that the actor may see in this action; the others are absent."""
    seen = TABLE.get(action, {})
    return {field: value for field, value in values.items() if actor.role in seen.get(field, frozenset())}


def require_fields(actor: Actor, action: Action, fields: Iterable[str]) -> None:
    """Raises Forbidden naming the first field that the actor may not write in this action."""
    for field in fields:
        if actor.role not in TABLE.get(action, {}).get(field, frozenset()):
            raise Forbidden(f"the role {actor.role} may not write this field: {field}")


def sees_note(actor: Actor, author: str | None, role: str | None, *, confidential: bool) -> bool:
    """Whether a note is the actor's to see: a confidential one is its author's and of staff in the author's role.

    Professional secrecy is shared within a profession, so that a colleague who takes over can go on; it is kept from
    other professions and from the person (ruling 22: "others' confidential notes").
    """
    return not confidential or actor.account == author or (actor.role in _STAFF and actor.role == role)


def sees_trauma(actor: Actor, assigned: Mapping[str, str]) -> bool:
    """Whether the trauma flag is the actor's to see: a social worker, or the assigned, trained counsellor (ruling 22).

    ``assigned`` gives the account by role, as a case does.
    """
    if actor.role is Role.SOCIAL_WORKER or actor.role is Role.PERSON:
        return True
    trained = actor.role is Role.COUNSELLOR and TRAUMA in actor.trained
    return trained and assigned.get(Role.COUNSELLOR) == actor.account
