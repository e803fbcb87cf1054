"""How far a project is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProjectProgress:
    """What was answered and lent there in any way; what else is told of a project stands in its report."""

    answers: int
    """Accepted answers."""
    cant_tells: int
    unpaid_late: int
    open_leases: int

    @property
    def has_begun(self) -> bool:
        """Whether anybody has answered there, or is about to."""
        return bool(self.answers or self.cant_tells or self.unpaid_late or self.open_leases)
