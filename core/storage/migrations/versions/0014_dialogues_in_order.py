"""The dialogues of a consultation in the order in which planning goes through them: a page of them is found, not sorted
out of all."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_dialogues_consultation_id_id"), "dialogues", ["consultation_id", "id"], unique=False)
    op.drop_index(op.f("ix_dialogues_consultation_id_stage"), table_name="dialogues")


def downgrade() -> None:
    op.create_index(op.f("ix_dialogues_consultation_id_stage"), "dialogues", ["consultation_id", "stage"], unique=False)
    op.drop_index(op.f("ix_dialogues_consultation_id_id"), table_name="dialogues")
