"""Who gets a step of a campaign first, who later and who never: drawn once, before anything is sent."""

import sqlalchemy as sa
from alembic import op

from core.storage.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audience",
        sa.Column("consultation_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("citizen_id", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("begins_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("reads_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "part IN ('first', 'later', 'never', 'other', 'apart')", name=op.f("ck_audience_part_known")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_audience_consultation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_audience_citizen_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consultation_id", "step", "citizen_id", name=op.f("pk_audience")),
    )
    op.create_index(op.f("ix_audience_citizen_id_begins_at"), "audience", ["citizen_id", "begins_at"])


def downgrade() -> None:
    op.drop_table("audience")
