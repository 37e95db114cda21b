"""What the service keeps beside: authors of notes, trainings of staff, roles of sessions, evidence, review dates."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns only: rows that are there stay as they are, a note without an author being nobody's secret."""
    op.add_column("notes", sa.Column("author", sa.String(60)))
    op.add_column("notes", sa.Column("author_role", sa.String(60)))
    op.add_column("notes", sa.Column("about", sa.String(200)))
    op.add_column("notes", sa.Column("confidential", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("accounts", sa.Column("trained", sa.Text))
    op.execute(sa.text("DELETE FROM sessions"))  # they know no role yet: log in again
    op.add_column("sessions", sa.Column("role", sa.String(60), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("begun_at", sa.String(32), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("label", sa.String(100)))
    op.create_index("ix_audit_about", "audit", ["about"])
    op.add_column("qualifications", sa.Column("entry", sa.Integer))
    op.add_column("assessments", sa.Column("interpreter", sa.LargeBinary))
    op.add_column("assessments", sa.Column("evidence", sa.LargeBinary))
    op.add_column("language_levels", sa.Column("recorded_at", sa.String(32)))
    op.add_column("scripts", sa.Column("recorded_at", sa.String(32)))
    op.add_column("trajectories", sa.Column("review_on", sa.Date))
    op.add_column("plans", sa.Column("start", sa.Date))
    op.add_column("interviews", sa.Column("kept_at", sa.String(32)))


def downgrade() -> None:
    """Records only go up: restore a backup instead."""
    raise NotImplementedError
