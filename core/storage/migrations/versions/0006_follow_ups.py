"""Follow-ups: the official answers to topics and contributions."""

import sqlalchemy as sa
from alembic import op

from core.storage.types import Instant, Json

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("consultation_id", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("progress", sa.String(length=16), nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("service", Json, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("publish_at", Instant(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "progress IN ('received', 'under_study', 'kept', 'partly', 'not_kept', 'done')",
            name=op.f("ck_follow_ups_progress_known"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'published', 'told')", name=op.f("ck_follow_ups_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_follow_ups_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index(
        op.f("ix_follow_ups_consultation_id_published_at"), "follow_ups", ["consultation_id", "published_at"]
    )
    op.create_index(op.f("ix_follow_ups_state_publish_at"), "follow_ups", ["state", "publish_at"])
    op.create_table(
        "follow_up_contributions",
        sa.Column("follow_up_id", sa.String(length=64), nullable=False),
        sa.Column("contribution_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_ups.id"],
            name=op.f("fk_follow_up_contributions_follow_up_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_follow_up_contributions_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("follow_up_id", "contribution_id", name=op.f("pk_follow_up_contributions")),
    )
    op.create_index(op.f("ix_follow_up_contributions_contribution_id"), "follow_up_contributions", ["contribution_id"])


def downgrade() -> None:
    op.drop_table("follow_up_contributions")
    op.drop_table("follow_ups")
