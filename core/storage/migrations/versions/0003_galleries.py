"""Servers' own galleries, and the log of their changes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "gallery_faces",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("server", sa.String(80), nullable=False, index=True),
        sa.Column("character", sa.String(100), nullable=False),
        sa.Column("display", sa.String(100), nullable=False),
        sa.Column("series", sa.String(100)),
        sa.Column("embedder", sa.String(100), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("face_hash", sa.String(64), nullable=False),
        sa.Column("user", sa.String(80), nullable=False, index=True),
        sa.Column("added_at", sa.Integer, nullable=False),
        sa.Column("removal", sa.String(16), index=True),
        sa.Column("removed_at", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gallery_log",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("server", sa.String(80), nullable=False, index=True),
        sa.Column("user", sa.String(80), nullable=False, index=True),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("character", sa.String(100), nullable=False),
        sa.Column("faces", sa.Integer, nullable=False),
        sa.Column("said", sa.String(100)),
        sa.Column("at", sa.Integer, nullable=False),
    )
