"""${message}"""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    ${downgrades if downgrades else "pass"}
