"""The tables. What is personal text is a :class:`Sealed` column; concepts are named by URI; ids are random."""

from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from skillmatch.assess.outcome import OutcomeKind
from skillmatch.assess.profile import Activity, Found, LabourAccess, Literacy, Proof, Source, Standing
from skillmatch.assess.screening import Mode, Place, Result, Tested
from skillmatch.store.columns import Code, Json, Moment, Sealed


class Form(StrEnum):
    """The two interviews, each with its own form and role (ANT-01)."""

    SOCIAL_WORK = "social work"
    TRAJECTORY = "trajectory"


class Basis(StrEnum):
    """The legal basis of a purpose: GDPR art. 6(1), and 9(2)(a) for special categories (D7)."""

    CONSENT = "consent"
    EXPLICIT_CONSENT = "explicit consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTEREST = "vital interest"
    PUBLIC_TASK = "public task"
    LEGITIMATE_INTEREST = "legitimate interest"


class Step(StrEnum):
    """How a trajectory came to be recorded (VDAB-06, VDAB-08)."""

    CONFIRMED = "confirmed"
    OVERRIDDEN = "overridden"
    SWITCHED = "switched"


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(32)
_WORD = String(60)
_URI = String(400)


def _id() -> Column[str]:
    return Column("id", _ID, primary_key=True)


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False)


def _person() -> Column[str]:
    """Never a cascade: what is erased is erased by name, so that nothing goes unseen (erasure.py)."""
    return Column("person_id", _ID, ForeignKey("people.id"), nullable=False, index=True)


def _of_case() -> tuple[Column[str], ForeignKeyConstraint]:
    """A case of that same person: a row cannot hang in another person's file."""
    link = ForeignKeyConstraint(["case_id", "person_id"], ["cases.id", "cases.person_id"])
    return Column("case_id", _ID, nullable=False, index=True), link


organisations = Table(
    "organisations",
    METADATA,
    _id(),
    Column("name", String(200), nullable=False, unique=True),
    _version(),
)

people = Table(
    "people",
    METADATA,
    _id(),
    Column("organisation_id", _ID, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("registered_on", Date, nullable=False),
    Column("speaks", _WORD),
    Column("name", Sealed, nullable=False),
    Column("details", Sealed),
    Column("arrived_on", Date),
    Column("labour_access", Code(LabourAccess)),
    Column("licences", Json),
    Column("regions", Json),
    Column("schedules", Json),
    Column("education_band", _WORD),
    Column("age_band", _WORD),
    Column("sex", _WORD),
    _version(),
    UniqueConstraint("id", "organisation_id"),
)

person_keys = Table(
    "person_keys",
    METADATA,
    Column("person_id", _ID, ForeignKey("people.id"), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

shares = Table(
    "shares",
    METADATA,
    _id(),
    _person(),
    Column("keeper_id", _ID, nullable=False),
    Column("organisation_id", _ID, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("since", Date, nullable=False),
    Column("until", Date),
    _version(),
    ForeignKeyConstraint(["person_id", "keeper_id"], ["people.id", "people.organisation_id"]),
)

accounts = Table(
    "accounts",
    METADATA,
    _id(),
    Column("organisation_id", _ID, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("password_hash", String(400)),
    Column("roles", Json, nullable=False),
    Column("person_id", _ID, ForeignKey("people.id"), index=True),
    Column("active", Boolean, nullable=False),
    Column("trained", Json),
    _version(),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", _ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("role", _WORD, nullable=False),
    Column("scopes", Json),
    Column("begun_at", Moment, nullable=False),
    Column("label", String(100)),
)

creations = Table(
    "creations",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("person_id", _ID, ForeignKey("people.id"), index=True),
    Column("request", String(64), nullable=False),
    Column("about", String(400), nullable=False),
    Column("made_at", Moment, nullable=False),
)

cases = Table(
    "cases",
    METADATA,
    _id(),
    _person(),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("assigned", Json, nullable=False),
    Column("barriers", Json, nullable=False),
    _version(),
    UniqueConstraint("id", "person_id"),
)

interviews = Table(
    "interviews",
    METADATA,
    _id(),
    _person(),
    *_of_case(),
    Column("form", Code(Form), nullable=False),
    Column("role", _WORD, nullable=False),
    Column("on", Date, nullable=False),
    Column("language", _WORD),
    Column("interpreter_language", _WORD),
    Column("kept_at", Moment),
    Column("answers", Sealed, nullable=False),
    _version(),
)

notes = Table(
    "notes",
    METADATA,
    _id(),
    _person(),
    Column("on", Date),
    Column("language", _WORD),
    Column("text", Sealed, nullable=False),
    Column("author", String(60)),
    Column("author_role", _WORD),
    Column("confidential", Boolean, nullable=False),
    Column("about", String(200)),
    _version(),
)

language_levels = Table(
    "language_levels",
    METADATA,
    _id(),
    _person(),
    Column("language", _WORD, nullable=False),
    Column("activity", Code(Activity), nullable=False),
    Column("level", Integer),
    Column("proof", Code(Proof), nullable=False),
    Column("on", Date),
    Column("recorded_at", Moment),
    CheckConstraint("level BETWEEN 0 AND 6", name="cefr"),
)

scripts = Table(
    "scripts",
    METADATA,
    _id(),
    _person(),
    Column("script", _WORD, nullable=False),
    Column("literacy", Code(Literacy), nullable=False),
    Column("on", Date),
    Column("recorded_at", Moment),
)

assessments = Table(
    "assessments",
    METADATA,
    _id(),
    _person(),
    Column("competence", _URI, nullable=False),
    Column("kind", Code(Tested), nullable=False),
    Column("place", Code(Place), nullable=False),
    Column("mode", Code(Mode), nullable=False),
    Column("result", Code(Result), nullable=False),
    Column("on", Date),
    Column("assessor", _WORD),
    Column("interpreter_language", _WORD),
    Column("interpreter", Sealed),
    Column("language", _WORD),
    Column("level", Integer),
    Column("activity", Code(Activity)),
    Column("employer_support", Boolean),
    Column("employer", Sealed),
    Column("comment", Sealed),
    Column("override_reason", Sealed),
    Column("evidence", Sealed),
    CheckConstraint("level BETWEEN 0 AND 6", name="cefr"),
)

claims = Table(
    "claims",
    METADATA,
    _id(),
    _person(),
    Column("concept", _URI, nullable=False),
    Column("standing", Code(Standing), nullable=False),
    Column("corrected_to", _URI),
    Column("decided_by", _ID),
    Column("decided_at", Moment),
    Column("reason", Sealed),
    _version(),
    UniqueConstraint("person_id", "concept"),
    UniqueConstraint("id", "person_id"),
)

evidence = Table(
    "evidence",
    METADATA,
    _id(),
    _person(),
    Column("claim_id", _ID, nullable=False, index=True),
    Column("source", Code(Source), nullable=False),
    Column("score", Float, nullable=False),
    Column("on", Date),
    Column("note_id", String(200)),
    Column("start", Integer),
    Column("end", Integer),
    Column("found", Code(Found)),
    Column("detail", Sealed),
    Column("place", Integer, nullable=False),
    ForeignKeyConstraint(["claim_id", "person_id"], ["claims.id", "claims.person_id"]),
    CheckConstraint("score BETWEEN 0 AND 1", name="score"),
    CheckConstraint('("start" IS NULL) = ("end" IS NULL)', name="span"),
)

vectors = Table(
    "vectors",
    METADATA,
    _id(),
    _person(),
    Column("of", String(200), nullable=False),
    Column("encoder", String(200), nullable=False),
    Column("values", Sealed, nullable=False),
)

exports = Table(
    "exports",
    METADATA,
    _id(),
    _person(),
    Column("made_at", Moment, nullable=False),
    Column("content", Sealed, nullable=False),
)

qualifications = Table(
    "qualifications",
    METADATA,
    _id(),
    _person(),
    Column("country", String(2), nullable=False),
    Column("title", Sealed, nullable=False),
    Column("transliteration", Sealed),
    Column("language", _WORD),
    Column("field", Sealed),
    Column("level", Sealed),
    Column("year", Integer),
    Column("years", Float),
    Column("entry", Integer),
    Column("equivalence", Json),
    _version(),
)

trajectories = Table(
    "trajectories",
    METADATA,
    _id(),
    _person(),
    *_of_case(),
    Column("place", Integer, nullable=False),
    Column("trajectory", _WORD, nullable=False),
    Column("previous", _WORD),
    Column("on", Date, nullable=False),
    Column("step", Code(Step), nullable=False),
    Column("recommended", _WORD),
    Column("rules", Json, nullable=False),
    Column("recommendation", Sealed),
    Column("reason_code", _WORD),
    Column("reason", Sealed),
    Column("review_on", Date),
    Column("decided_by", _ID, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Index(None, "recommended"),
    UniqueConstraint("case_id", "place"),
)

plans = Table(
    "plans",
    METADATA,
    _id(),
    _person(),
    *_of_case(),
    Column("trajectory", _WORD, nullable=False),
    Column("start", Date),
    Column("actions", Sealed, nullable=False),
    _version(),
)

outcomes = Table(
    "outcomes",
    METADATA,
    _id(),
    _person(),
    Column("kind", Code(OutcomeKind), nullable=False),
    Column("on", Date, nullable=False),
    Column("until", Date),
    Column("contract_months", Float),
    Column("hours_per_week", Float),
    Column("occupation", _URI),
    _version(),
    CheckConstraint("hours_per_week BETWEEN 0 AND 168", name="hours"),
    CheckConstraint("contract_months >= 0", name="contract"),
)

consents = Table(
    "consents",
    METADATA,
    _id(),
    _person(),
    Column("purpose", _WORD, nullable=False),
    Column("basis", Code(Basis), nullable=False),
    Column("text_version", _WORD, nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    _version(),
)

tombstones = Table(
    "tombstones",
    METADATA,
    _id(),
    Column("organisation_id", _ID, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("cohort_year", Integer, nullable=False),
    Column("education_band", _WORD),
    Column("age_band", _WORD),
    Column("sex", _WORD),
    Column("outcome_months", Json, nullable=False),
)

aggregates = Table(
    "aggregates",
    METADATA,
    _id(),
    Column("organisation_id", _ID, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("figures", Json, nullable=False),
)

audit = Table(
    "audit",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("account", String(60), nullable=False),
    Column("role", _WORD, nullable=False),
    Column("organisation", String(60), nullable=False),
    Column("action", _WORD, nullable=False),
    Column("person", _ID, index=True),
    Column("about", String(400), index=True),
    Column("what", Text, nullable=False),
    Column("versions", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)

audit_head = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
    CheckConstraint("id = 1", name="one"),
)

master = Table(
    "master",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("audit_key", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one"),
)

OF_A_PERSON = (
    creations,
    exports,
    vectors,
    evidence,
    claims,
    plans,
    trajectories,
    interviews,
    notes,
    language_levels,
    scripts,
    assessments,
    qualifications,
    outcomes,
    consents,
    shares,
    cases,
    person_keys,
)
"""Every table with rows of one person but ``people`` itself and accounts, in an order in which they can be deleted."""
