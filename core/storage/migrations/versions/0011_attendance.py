"""How many people came to an event."""

import sqlalchemy as sa
from alembic import op

from core.storage.types import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance",
        sa.Column("consultation_id", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=16), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_attendance_consultation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consultation_id", "question_id", name=op.f("pk_attendance")),
    )


def downgrade() -> None:
    op.drop_table("attendance")
