"""The audit: rows that nobody can change or remove."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The audit, its head, and its key, wrapped by the master key."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("organisation", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=True),
        sa.Column("about", sa.String(length=400), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_person", "audit", ["person"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_audit_head_one"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "master",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("audit_key", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_master_one"),
        sa.PrimaryKeyConstraint("id", name="pk_master"),
    )

    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(sa.text(statement))


_SQLITE = (
    """CREATE TRIGGER audit_keeps_rows BEFORE UPDATE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_keeps_all BEFORE DELETE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_head_goes_on BEFORE UPDATE ON audit_head WHEN new.seq <= old.seq
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER claims_stay_decided BEFORE UPDATE ON claims
       WHEN old.standing <> 'suggested' AND new.standing = 'suggested'
       BEGIN SELECT RAISE(ABORT, 'a person has decided on this claim'); END""",
)

_POSTGRES = (
    """CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$""",
    """CREATE TRIGGER audit_keeps_rows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
       FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()""",
    """CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
       FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()""",
    """CREATE TRIGGER audit_head_goes_on BEFORE UPDATE ON audit_head
       FOR EACH ROW WHEN (new.seq <= old.seq) EXECUTE FUNCTION audit_is_append_only()""",
    """CREATE FUNCTION claim_is_decided() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'a person has decided on this claim'; END $$""",
    """CREATE TRIGGER claims_stay_decided BEFORE UPDATE ON claims
       FOR EACH ROW WHEN (old.standing <> 'suggested' AND new.standing = 'suggested')
       EXECUTE FUNCTION claim_is_decided()""",
)


def downgrade() -> None:
    """Records only go up: restore a backup instead."""
    raise NotImplementedError
