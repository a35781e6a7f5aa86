"""Who took what in charge, and why a contribution was hidden."""

import sqlalchemy as sa
from alembic import op

from core.storage.types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "charges",
        sa.Column("consultation_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_charges_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", "subject", name=op.f("pk_charges")),
    )
    op.add_column("contributions", sa.Column("hidden_for", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("contributions", "hidden_for")
    op.drop_table("charges")
