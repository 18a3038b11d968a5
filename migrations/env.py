"""Alembic's entry: one connection as the database's owner, handed in by `app/db/migrate.py`."""

from alembic import context

from app.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    # The queue keeps its own tables, and partitions come and go by themselves.
    include_name=lambda name, kind, _parents: (
        kind != "table" or not str(name).startswith(("saq_", "visit_events_"))
    ),
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
