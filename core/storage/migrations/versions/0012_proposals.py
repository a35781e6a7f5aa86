"""What a community proposes to deal with, and which contributions proposed it."""

import sqlalchemy as sa
from alembic import op

from core.storage.types import Instant, Json

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("consultation_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", Json, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("treated_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_proposals_consultation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consultation_id", "number", name=op.f("pk_proposals")),
    )
    op.create_table(
        "proposal_contributions",
        sa.Column("contribution_id", sa.String(length=64), nullable=False),
        sa.Column("consultation_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_proposal_contributions_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_proposal_contributions_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_proposal_contributions")),
    )
    op.create_index(
        op.f("ix_proposal_contributions_consultation_id_number"),
        "proposal_contributions",
        ["consultation_id", "number"],
    )


def downgrade() -> None:
    op.drop_table("proposal_contributions")
    op.drop_table("proposals")
