"""When the bot was removed from a place; of which place it is that a member is left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "left_places",
        sa.Column("server", sa.String(80), primary_key=True),
        sa.Column("left_at", sa.Integer, nullable=False, index=True),
    )
    op.add_column("art_ignored", sa.Column("server", sa.String(80)))
    op.create_index("ix_art_ignored_server", "art_ignored", ["server"])
    op.execute(
        "UPDATE art_ignored SET server = (SELECT MAX(art_channels.server) FROM art_channels "
        "WHERE art_channels.channel = art_ignored.channel)"
    )
    op.execute(
        "UPDATE art_ignored SET server = (SELECT MAX(art_posts.server) FROM art_posts "
        "WHERE art_posts.channel = art_ignored.channel) WHERE server IS NULL"
    )
    # A chat of Telegram is its own channel.
    op.execute("UPDATE art_ignored SET server = channel WHERE server IS NULL AND channel LIKE 'telegram:%'")
