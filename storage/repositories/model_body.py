"""What is kept of a project as a whole: one JSON object, whose sections have different writers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.engine import Transaction
from storage.tables import quality_models
from tasks.model.identifiers import ProjectId


async def lock_body(transaction: Transaction, project_id: ProjectId, at: datetime) -> Mapping[str, Any]:
    """All its sections, until the transaction ends for this writer alone; ``at`` is the time of a new row."""
    empty = transaction.insert(quality_models).values(project_id=project_id, body={}, fitted_at=at)
    # There is a row from here on, so that the lock below keeps out whoever writes another section.
    await transaction.execute(empty.on_conflict_do_nothing())
    rows = await transaction.execute(
        select(quality_models.c.body).where(quality_models.c.project_id == project_id).with_for_update()
    )
    body: Mapping[str, Any] = rows.scalar_one()
    return body
