"""Does an official answer answer those who were told?"""

import sqlalchemy as sa
from alembic import op

from core.storage.types import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "satisfactions",
        sa.Column("follow_up_id", sa.String(length=64), nullable=False),
        sa.Column("citizen_id", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=8), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("contribution_id", sa.String(length=64), nullable=True),
        sa.CheckConstraint("value IN ('yes', 'partly', 'no')", name=op.f("ck_satisfactions_value_known")),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_satisfactions_follow_up_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_satisfactions_citizen_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_satisfactions_contribution_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("follow_up_id", "citizen_id", name=op.f("pk_satisfactions")),
    )
    op.create_index(op.f("ix_satisfactions_citizen_id"), "satisfactions", ["citizen_id"])
    op.create_index(op.f("ix_satisfactions_contribution_id"), "satisfactions", ["contribution_id"])
    op.add_column("follow_ups", sa.Column("asked_up_to", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("follow_ups", "asked_up_to")
    op.drop_table("satisfactions")
