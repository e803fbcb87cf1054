"""The buttons with which supervisors look at how projects are doing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers.packing import base36, read_number
from tasks.model.identifiers import ProjectId


@dataclass(frozen=True, slots=True)
class SeeProjects:
    """All projects."""

    portion: int = 0

    def pack(self) -> str:
        return f"jl.{base36(self.portion)}"


@dataclass(frozen=True, slots=True)
class SeeProject:
    """The figures of that project."""

    project_id: ProjectId

    def pack(self) -> str:
        return f"jv.{base36(self.project_id)}"


@dataclass(frozen=True, slots=True)
class SeeDoubtful:
    """The picture that is now in that place, from 0, among the most doubtful ones of the project."""

    project_id: ProjectId
    place: int = 0

    def pack(self) -> str:
        return f"jd.{base36(self.project_id)}.{base36(self.place)}"


@dataclass(frozen=True, slots=True)
class SeeContradicted:
    """The same among the known pictures that able workers contradict."""

    project_id: ProjectId
    place: int = 0

    def pack(self) -> str:
        return f"jc.{base36(self.project_id)}.{base36(self.place)}"


@dataclass(frozen=True, slots=True)
class SeeTheirWorkers:
    """The project's workers within her scope."""

    project_id: ProjectId
    portion: int = 0

    def pack(self) -> str:
        return f"jw.{base36(self.project_id)}.{base36(self.portion)}"


ProjectButton = SeeProjects | SeeProject | SeeDoubtful | SeeContradicted | SeeTheirWorkers

PROJECT_MARKS: Mapping[str, tuple[Callable[..., ProjectButton], tuple[Callable[[str], object], ...]]] = {
    "jl": (SeeProjects, (read_number,)),
    "jv": (SeeProject, (read_number,)),
    "jd": (SeeDoubtful, (read_number, read_number)),
    "jc": (SeeContradicted, (read_number, read_number)),
    "jw": (SeeTheirWorkers, (read_number, read_number)),
}
