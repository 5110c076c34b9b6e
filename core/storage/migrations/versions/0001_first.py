"""The first schema: profiles and accounts, entries, answers and presses, inbox, servers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _profile() -> sa.ForeignKey:
    return sa.ForeignKey("profiles.profile", ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("profile", sa.Integer, primary_key=True),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("novelty", sa.Float),
        sa.Column("min_members", sa.Integer),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("spoilers", sa.Boolean, nullable=False),
        sa.Column("adult", sa.Boolean, nullable=False),
    )
    op.create_table(
        "accounts",
        sa.Column("user", sa.String(80), primary_key=True),
        sa.Column("profile", sa.Integer, _profile(), nullable=False, index=True),
    )
    op.create_table(
        "entries",
        sa.Column("profile", sa.Integer, _profile(), primary_key=True),
        sa.Column("mal_id", sa.Integer, primary_key=True),
        sa.Column("favourite", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(10)),
        sa.Column("score", sa.Float),
        sa.Column("note", sa.Text),
        sa.Column("added_at", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "status IS NULL OR status IN ('seen', 'dropped', 'dismissed', 'planned')", name="status_known"
        ),
        sa.CheckConstraint("score IS NULL OR (score >= 1 AND score <= 10)", name="score_range"),
    )
    op.create_table(
        "unmatched_entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("profile", sa.Integer, _profile(), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
    )
    op.create_table(
        "cleared",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("profile", sa.Integer, _profile(), nullable=False, index=True),
        sa.Column("favourites", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Integer, nullable=False),
    )
    op.create_table(
        "link_codes",
        sa.Column("code", sa.String(16), primary_key=True),
        sa.Column("profile", sa.Integer, _profile(), nullable=False, index=True),
        sa.Column("expires_at", sa.Integer, nullable=False),
    )
    op.create_table(
        "servers",
        sa.Column("server", sa.String(80), primary_key=True),
        sa.Column("adult", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(8)),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("owner", sa.String(80), nullable=False, index=True),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Integer, nullable=False, index=True),
    )
    op.create_table(
        "presses",
        sa.Column("answer", sa.String(16), sa.ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("choice", sa.String(16), primary_key=True),
        sa.Column("user", sa.String(80), primary_key=True, index=True),
    )
    op.create_table(
        "inbox",
        sa.Column("event", sa.String(80), primary_key=True),
        sa.Column("user", sa.String(80), index=True),
        sa.Column("payload", sa.Text),
        sa.Column("received_at", sa.Integer, nullable=False, index=True),
        sa.Column("answered_at", sa.Integer),
    )
