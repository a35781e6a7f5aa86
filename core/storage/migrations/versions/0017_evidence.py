"""Which words of a text spoke for a topic, beside the tag."""

import sqlalchemy as sa
from alembic import op

from core.storage.types import Json

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tags", sa.Column("words", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("tags", "words")
