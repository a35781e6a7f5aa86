"""The words by which a contribution is found, and its place in the order in which staff read."""

import sqlalchemy as sa
from alembic import op

from core.model.words import findable

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_table = sa.table("contributions", *(sa.column(name) for name in ("id", "text", "redirect", "words")))


def upgrade() -> None:
    op.add_column("contributions", sa.Column("words", sa.Text(), nullable=True))
    _fill(op.get_bind())
    op.create_index(
        op.f("ix_contributions_consultation_id_received_at_id"),
        "contributions",
        ["consultation_id", "received_at", "id"],
    )
    if op.get_context().dialect.name == "postgresql":
        # as `core.storage.shelf` asks; SQLite reads the column through, which is quick enough for what it holds
        op.execute(
            "CREATE INDEX ix_contributions_words ON contributions"
            " USING gin (array_to_tsvector(string_to_array(words, ' ')))"
        )


def _fill(connection: sa.Connection) -> None:
    """What was masked before."""
    masked = (_table.c.text.is_not(None), _table.c.redirect.is_(None), _table.c.words.is_(None))
    some = sa.select(_table.c.id, _table.c.text).where(*masked).limit(_AT_ONCE)
    fill = sa.update(_table).where(_table.c.id == sa.bindparam("own")).values(words=sa.bindparam("found_by"))
    while rows := connection.execute(some).all():
        connection.execute(fill, [{"own": row.id, "found_by": findable(row.text)} for row in rows])


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.drop_index("ix_contributions_words", "contributions")
    op.drop_index(op.f("ix_contributions_consultation_id_received_at_id"), "contributions")
    op.drop_column("contributions", "words")
