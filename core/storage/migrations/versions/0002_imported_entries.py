"""What imported lists said about a title, so that an export gives it back; times within a second."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_entries = sa.Table(
    "entries",
    sa.MetaData(),
    sa.Column("profile", sa.Integer, primary_key=True),
    sa.Column("mal_id", sa.Integer, primary_key=True),
    sa.Column("favourite", sa.Boolean, nullable=False),
    sa.Column("status", sa.String(10)),
    sa.Column("score", sa.Float),
    sa.Column("note", sa.Text),
    sa.Column("added_at", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["profile"], ["profiles.profile"], ondelete="CASCADE"),
    sa.CheckConstraint(
        "status IS NULL OR status IN ('seen', 'dropped', 'dismissed', 'planned')", name="status_known"
    ),
    sa.CheckConstraint("score IS NULL OR (score >= 1 AND score <= 10)", name="score_range"),
)


def upgrade() -> None:
    with op.batch_alter_table("entries", copy_from=_entries) as entries:
        entries.alter_column("added_at", type_=sa.Double(), existing_nullable=False)
    op.create_table(
        "imported_entries",
        sa.Column("profile", sa.Integer, primary_key=True),
        sa.Column("mal_id", sa.Integer, primary_key=True),
        sa.Column("entry", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["profile", "mal_id"], ["entries.profile", "entries.mal_id"], ondelete="CASCADE"
        ),
    )
