"""PostgreSQL's row-level security: an organisation sees its own files and those shared with it, whatever is asked.

The second lock behind the conditions of store.unit. SQLite has none. It holds for the owner of the tables too (FORCE),
not for a superuser: the service must not connect as one. ``skillmatch.organisation`` and ``.today`` are set for each
transaction.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OURS = "current_setting('skillmatch.organisation', true)"
_TODAY = "NULLIF(current_setting('skillmatch.today', true), '')::date"
_OF_A_PERSON = (
    "exports",
    "vectors",
    "evidence",
    "claims",
    "plans",
    "trajectories",
    "interviews",
    "notes",
    "language_levels",
    "scripts",
    "assessments",
    "qualifications",
    "outcomes",
    "consents",
    "cases",
    "person_keys",
)


def upgrade() -> None:
    """Policies on people, on what hangs from them, and on what an organisation publishes."""
    if op.get_bind().dialect.name != "postgresql":
        return
    seen = f"""organisation_id = {_OURS} OR EXISTS (
        SELECT 1 FROM shares WHERE shares.person_id = people.id AND shares.organisation_id = {_OURS}
        AND shares.since <= {_TODAY} AND (shares.until IS NULL OR shares.until > {_TODAY}))"""
    _protect("people", seen)
    for table in _OF_A_PERSON:
        _protect(table, f"EXISTS (SELECT 1 FROM people WHERE people.id = {table}.person_id)")
    # The keeper is written in the share (and held to people by a foreign key), for a policy that asked people, whose
    # policy asks shares, would go round in a circle.
    _protect("shares", f"organisation_id = {_OURS} OR keeper_id = {_OURS}", f"keeper_id = {_OURS}")
    for table in ("tombstones", "aggregates"):
        _protect(table, f"organisation_id = {_OURS}")


def _protect(table: str, using: str, check: str | None = None) -> None:
    op.execute(sa.text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
    op.execute(sa.text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
    op.execute(sa.text(f"CREATE POLICY by_organisation ON {table} USING ({using}) WITH CHECK ({check or using})"))


def downgrade() -> None:
    """Records only go up: restore a backup instead."""
    raise NotImplementedError
