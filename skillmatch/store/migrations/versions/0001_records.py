"""The records: organisations, people, cases and all that hangs from them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All tables of the records."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("name", name="uq_organisations_name"),
    )
    op.create_table(
        "aggregates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_aggregates_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_aggregates"),
    )
    op.create_index("ix_aggregates_organisation_id", "aggregates", ["organisation_id"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("speaks", sa.String(length=60), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("labour_access", sa.String(length=60), nullable=True),
        sa.Column("licences", sa.Text(), nullable=True),
        sa.Column("regions", sa.Text(), nullable=True),
        sa.Column("schedules", sa.Text(), nullable=True),
        sa.Column("education_band", sa.String(length=60), nullable=True),
        sa.Column("age_band", sa.String(length=60), nullable=True),
        sa.Column("sex", sa.String(length=60), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_people_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("id", "organisation_id", name="uq_people_id_organisation_id"),
    )
    op.create_index("ix_people_organisation_id", "people", ["organisation_id"], unique=False)
    op.create_table(
        "tombstones",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("cohort_year", sa.Integer(), nullable=False),
        sa.Column("education_band", sa.String(length=60), nullable=True),
        sa.Column("age_band", sa.String(length=60), nullable=True),
        sa.Column("sex", sa.String(length=60), nullable=True),
        sa.Column("outcome_months", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_tombstones_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tombstones"),
    )
    op.create_index("ix_tombstones_organisation_id", "tombstones", ["organisation_id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=400), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_accounts_organisation_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_accounts_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
    )
    op.create_index("ix_accounts_organisation_id", "accounts", ["organisation_id"], unique=False)
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"], unique=False)
    op.create_table(
        "assessments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("competence", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("mode", sa.String(length=60), nullable=False),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("assessor", sa.String(length=60), nullable=True),
        sa.Column("interpreter_language", sa.String(length=60), nullable=True),
        sa.Column("language", sa.String(length=60), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("activity", sa.String(length=60), nullable=True),
        sa.Column("employer_support", sa.Boolean(), nullable=True),
        sa.Column("employer", sa.LargeBinary(), nullable=True),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.Column("override_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 6", name="ck_assessments_cefr"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_assessments_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
    )
    op.create_index("ix_assessments_person_id", "assessments", ["person_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("assigned", sa.Text(), nullable=False),
        sa.Column("barriers", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_cases_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("id", "person_id", name="uq_cases_id_person_id"),
    )
    op.create_index("ix_cases_person_id", "cases", ["person_id"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("concept", sa.String(length=400), nullable=False),
        sa.Column("standing", sa.String(length=60), nullable=False),
        sa.Column("corrected_to", sa.String(length=400), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_claims_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
        sa.UniqueConstraint("id", "person_id", name="uq_claims_id_person_id"),
        sa.UniqueConstraint("person_id", "concept", name="uq_claims_person_id_concept"),
    )
    op.create_index("ix_claims_person_id", "claims", ["person_id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("basis", sa.String(length=60), nullable=False),
        sa.Column("text_version", sa.String(length=60), nullable=False),
        sa.Column("given_at", sa.String(length=32), nullable=False),
        sa.Column("withdrawn_at", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_consents_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_person_id", "consents", ["person_id"], unique=False)
    op.create_table(
        "exports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_exports_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_index("ix_exports_person_id", "exports", ["person_id"], unique=False)
    op.create_table(
        "language_levels",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=60), nullable=False),
        sa.Column("activity", sa.String(length=60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("proof", sa.String(length=60), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 6", name="ck_language_levels_cefr"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_language_levels_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_language_levels"),
    )
    op.create_index("ix_language_levels_person_id", "language_levels", ["person_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=60), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notes_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_person_id", "notes", ["person_id"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("contract_months", sa.Float(), nullable=True),
        sa.Column("hours_per_week", sa.Float(), nullable=True),
        sa.Column("occupation", sa.String(length=400), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("contract_months >= 0", name="ck_outcomes_contract"),
        sa.CheckConstraint("hours_per_week BETWEEN 0 AND 168", name="ck_outcomes_hours"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_outcomes_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_person_id", "outcomes", ["person_id"], unique=False)
    op.create_table(
        "person_keys",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_person_keys_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_keys"),
    )
    op.create_table(
        "qualifications",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("transliteration", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=60), nullable=True),
        sa.Column("field", sa.LargeBinary(), nullable=True),
        sa.Column("level", sa.LargeBinary(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("years", sa.Float(), nullable=True),
        sa.Column("equivalence", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_qualifications_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_qualifications"),
    )
    op.create_index("ix_qualifications_person_id", "qualifications", ["person_id"], unique=False)
    op.create_table(
        "scripts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("script", sa.String(length=60), nullable=False),
        sa.Column("literacy", sa.String(length=60), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_scripts_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scripts"),
    )
    op.create_index("ix_scripts_person_id", "scripts", ["person_id"], unique=False)
    op.create_table(
        "shares",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("keeper_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_shares_organisation_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_shares_person_id"),
        sa.ForeignKeyConstraint(
            ["person_id", "keeper_id"],
            ["people.id", "people.organisation_id"],
            name="fk_shares_person_id_keeper_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
    )
    op.create_index("ix_shares_organisation_id", "shares", ["organisation_id"], unique=False)
    op.create_index("ix_shares_person_id", "shares", ["person_id"], unique=False)
    op.create_table(
        "vectors",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("of", sa.String(length=200), nullable=False),
        sa.Column("encoder", sa.String(length=200), nullable=False),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_vectors_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_vectors"),
    )
    op.create_index("ix_vectors_person_id", "vectors", ["person_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("claim_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("note_id", sa.String(length=200), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("found", sa.String(length=60), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint('("start" IS NULL) = ("end" IS NULL)', name="ck_evidence_span"),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name="ck_evidence_score"),
        sa.ForeignKeyConstraint(
            ["claim_id", "person_id"], ["claims.id", "claims.person_id"], name="fk_evidence_claim_id_person_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_evidence_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_claim_id", "evidence", ["claim_id"], unique=False)
    op.create_index("ix_evidence_person_id", "evidence", ["person_id"], unique=False)
    op.create_table(
        "interviews",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=60), nullable=True),
        sa.Column("interpreter_language", sa.String(length=60), nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "person_id"], ["cases.id", "cases.person_id"], name="fk_interviews_case_id_person_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_interviews_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_interviews"),
    )
    op.create_index("ix_interviews_case_id", "interviews", ["case_id"], unique=False)
    op.create_index("ix_interviews_person_id", "interviews", ["person_id"], unique=False)
    op.create_table(
        "plans",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("trajectory", sa.String(length=60), nullable=False),
        sa.Column("actions", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "person_id"], ["cases.id", "cases.person_id"], name="fk_plans_case_id_person_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_plans_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_index("ix_plans_case_id", "plans", ["case_id"], unique=False)
    op.create_index("ix_plans_person_id", "plans", ["person_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sessions_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"], unique=False)
    op.create_table(
        "trajectories",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("trajectory", sa.String(length=60), nullable=False),
        sa.Column("previous", sa.String(length=60), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("recommended", sa.String(length=60), nullable=True),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("recommendation", sa.LargeBinary(), nullable=True),
        sa.Column("reason_code", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "person_id"], ["cases.id", "cases.person_id"], name="fk_trajectories_case_id_person_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_trajectories_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_trajectories"),
        sa.UniqueConstraint("case_id", "place", name="uq_trajectories_case_id_place"),
    )
    op.create_index("ix_trajectories_case_id", "trajectories", ["case_id"], unique=False)
    op.create_index("ix_trajectories_person_id", "trajectories", ["person_id"], unique=False)
    op.create_index("ix_trajectories_recommended", "trajectories", ["recommended"], unique=False)
    op.create_table(
        "creations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=400), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_creations_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_creations"),
    )
    op.create_index("ix_creations_person_id", "creations", ["person_id"], unique=False)


def downgrade() -> None:
    """Records only go up: restore a backup instead."""
    raise NotImplementedError
