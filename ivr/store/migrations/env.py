"""Alembic's entry: migrate over the connection that ``Database.upgrade`` opened.

Never connects by itself.
"""

from alembic import context

from ivr.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
