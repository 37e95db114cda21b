"""How Alembic reaches the records: always through a connection that skillmatch.store.engine opened."""

from alembic import context

from skillmatch.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
