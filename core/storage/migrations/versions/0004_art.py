"""Art channels and what was posted in them; tags that a person or a server never wants to see."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for table in ("profiles", "servers"):
        op.add_column(table, sa.Column("blocked_tags", sa.Text))
    op.create_table(
        "art_channels",
        sa.Column("channel", sa.String(80), primary_key=True),
        sa.Column("server", sa.String(80), nullable=False, index=True),
        sa.Column("style", sa.Text, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
    )
    op.create_table(
        "art_ignored",
        sa.Column("channel", sa.String(80), primary_key=True),
        sa.Column("user", sa.String(80), primary_key=True),
    )
    op.create_table("art_opted_out", sa.Column("user", sa.String(80), primary_key=True))
    op.create_table(
        "art_posts",
        sa.Column("message", sa.String(120), primary_key=True),
        sa.Column("channel", sa.String(80), nullable=False, index=True),
        sa.Column("server", sa.String(80)),
        sa.Column("user", sa.String(80), nullable=False, index=True),
        sa.Column("link", sa.Text),
        sa.Column("posted_at", sa.Double, nullable=False),
        sa.Column("reply", sa.String(80)),
    )
    op.create_table(
        "art_pictures",
        sa.Column("message", sa.String(120), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("user", sa.String(80), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("hash", sa.String(16), nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
        sa.Column("faces", sa.Integer, nullable=False),
        sa.Column("embedder", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["art_posts.message"], ondelete="CASCADE"),
    )
    op.create_table(
        "art_corrections",
        sa.Column("message", sa.String(120), primary_key=True),
        sa.Column("tag", sa.String(120), primary_key=True),
        sa.Column("added", sa.Boolean, nullable=False),
        sa.Column("user", sa.String(80), nullable=False, index=True),
        sa.Column("at", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["message"], ["art_posts.message"], ondelete="CASCADE"),
    )
