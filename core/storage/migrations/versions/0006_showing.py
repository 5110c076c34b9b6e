"""Which message of ours tells how far an answer is, so that it goes also after a crash."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("showing", sa.String(80)))
