"""The handles under which messengers keep our pictures and voice notes, so that each is uploaded once."""

from sqlalchemy import delete, select

from storage.engine import Database
from storage.tables import picture_handles
from tasks.model.identifiers import MediaId


class PictureHandles:
    """The handle part of ``Pictures``; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_handle(self, media_id: MediaId, messenger: str) -> str | None:
        async with self._database.read() as transaction:
            rows = await transaction.execute(
                select(picture_handles.c.handle).where(
                    picture_handles.c.image_id == media_id, picture_handles.c.messenger == messenger
                )
            )
            return rows.scalar_one_or_none()

    async def save_handle(self, media_id: MediaId, messenger: str, handle: str) -> None:
        async with self._database.write() as transaction:
            statement = transaction.insert(picture_handles).values(
                image_id=media_id, messenger=messenger, handle=handle
            )
            await transaction.execute(
                statement.on_conflict_do_update(
                    index_elements=[picture_handles.c.image_id, picture_handles.c.messenger],
                    set_={"handle": statement.excluded.handle},
                )
            )
            await transaction.commit()

    async def forget_handle(self, media_id: MediaId, messenger: str, handle: str) -> None:
        async with self._database.write() as transaction:
            await transaction.execute(
                delete(picture_handles).where(
                    picture_handles.c.image_id == media_id,
                    picture_handles.c.messenger == messenger,
                    picture_handles.c.handle == handle,
                )
            )
            await transaction.commit()
