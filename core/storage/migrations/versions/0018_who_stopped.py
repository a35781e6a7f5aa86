"""The few who said STOP, found without looking at everybody: before each push is asked whether people leave because of
it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    stopped = sa.text("stopped_at IS NOT NULL")
    op.create_index(
        op.f("ix_citizens_stopped_at"),
        "citizens",
        ["stopped_at"],
        unique=False,
        sqlite_where=stopped,
        postgresql_where=stopped,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_citizens_stopped_at"), table_name="citizens")
