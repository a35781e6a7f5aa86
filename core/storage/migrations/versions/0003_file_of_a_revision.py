"""The text of the file that a revision was started from, as its author wrote it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revisions", sa.Column("file", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("revisions", "file")
