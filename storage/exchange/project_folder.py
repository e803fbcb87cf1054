"""A client's project folder: project.toml, tasks.csv and the pictures that it names."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from os import cpu_count
from pathlib import Path

from storage.exchange.project_file import read_project_file
from storage.exchange.tasks_file import FileText, Row, find_encoding, read_rows
from storage.images import normalise
from storage.pictures import PictureFiles
from tasks.errors import InputError
from tasks.importing import Batch, RefusedRow
from tasks.model.identifiers import ImageId
from tasks.model.project import Project
from tasks.ports import NewTask

_REMEMBERED_PICTURES = 10_000


class PictureFault(str):
    """Why a picture was refused."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """A folder whose project.toml was found good; a source of an import."""

    path: Path
    project: Project
    text: FileText
    """How tasks.csv is written, and how many lines it has."""
    files: PictureFiles
    """Where the pictures go."""
    _pictures: dict[str, ImageId | PictureFault] = field(default_factory=dict)
    """What became of the pictures that were named lately: many rows may name the same one."""

    @classmethod
    def open(cls, path: Path, files: PictureFiles) -> "ProjectFolder":
        """The folder with its project; raises InputError if that is wrong in any way."""
        if not path.is_dir():
            raise InputError(f"There is no folder {path}; name one that has a project.toml and a tasks.csv.")
        return cls(path, read_project_file(path / "project.toml"), find_encoding(path / "tasks.csv"), files)

    async def batches(self, size: int) -> AsyncIterator[Batch]:
        """All rows in their order. The pictures of a batch are on disk before it is handed out."""
        rows = read_rows(self.path / "tasks.csv", self.text.encoding, self.project)
        with ThreadPoolExecutor(max_workers=cpu_count()) as pool:
            while batch := list(islice(rows, size)):
                await self._take_in(batch, pool)
                yield self._batch(batch)

    async def _take_in(self, rows: Sequence[Row], pool: ThreadPoolExecutor) -> None:
        """Stores the pictures of the rows, on all processors: Pillow works outside Python's lock."""
        if len(self._pictures) > _REMEMBERED_PICTURES:
            self._pictures.clear()
        images = list(dict.fromkeys(row.image for row in rows if not row.fault))
        new = [image for image in images if image not in self._pictures]
        loop = asyncio.get_running_loop()
        results = await asyncio.gather(*(loop.run_in_executor(pool, self._store, image) for image in new))
        self._pictures.update(zip(new, results, strict=True))

    def _store(self, image: str) -> ImageId | PictureFault:
        try:
            picture = normalise(self._inside(image))
        except InputError as error:
            return PictureFault(f"names the image {image}, which {error}.")
        self.files.add(picture)
        return picture.id

    def _inside(self, image: str) -> Path:
        """The file, if it is one of this folder's; a link must not lead out of it either."""
        root = self.path.resolve()
        try:
            path = (root / image).resolve()
            if Path(image).is_absolute() or not path.is_relative_to(root):
                raise InputError("is outside the folder")
            if path.exists() and not path.is_file():
                raise InputError("is no file")
        except (OSError, RuntimeError) as error:
            raise InputError("cannot be a file's name") from error
        return path

    def _batch(self, rows: Sequence[Row]) -> Batch:
        tasks: list[NewTask] = []
        refused: list[RefusedRow] = []
        for row in rows:
            picture = PictureFault(row.fault) if row.fault else self._pictures[row.image]
            if isinstance(picture, PictureFault):
                refused.append(RefusedRow(row.line, picture))
            else:
                tasks.append(NewTask(row.key, picture, row.gold, row.explanations, row.machine))
        return Batch(tasks, refused)
