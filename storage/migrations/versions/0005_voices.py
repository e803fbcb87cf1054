"""How much of a voice of her own each worker has, beside those who share her mistakes."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    op.add_column("standings", sa.Column("voice", sa.Double(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Everybody has a whole voice again."""
    limit_lock_wait(op.get_bind(), seconds=5)
    op.drop_column("standings", "voice")
