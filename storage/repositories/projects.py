"""Projects and how far they are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update

from storage.engine import Transaction
from storage.repositories import project_progress
from storage.repositories.project_cache import ProjectCache
from storage.tables import LEASE_HAS_ANSWER, leases, projects
from tasks.model.identifiers import ProjectId
from tasks.model.money import Money
from tasks.model.progress import ProjectProgress
from tasks.model.project import AnswerRules, Choice, Project, ProjectKind

MEDIAN_OF_ANSWERS = 200
MEDIAN_NEEDS_ANSWERS = 30


class SqlProjects:
    """Implements ``Projects``."""

    def __init__(self, transaction: Transaction, cache: ProjectCache) -> None:
        self._transaction = transaction
        self._cache = cache
        self._saved = False

    async def find(self, project_id: ProjectId) -> Project | None:
        known = None if self._saved else self._cache.find(project_id)
        return known or await self._find(projects.c.id == project_id)

    async def find_by_slug(self, slug: str) -> Project | None:
        known = None if self._saved else self._cache.find_by_slug(slug)
        return known or await self._find(projects.c.slug == slug)

    async def list_all(self) -> Sequence[Project]:
        rows = await self._transaction.execute(select(projects).order_by(projects.c.id))
        return [project_from(row) for row in rows]

    async def save(self, project: Project, at: datetime) -> Project:
        self._saved = True
        rows = await self._transaction.execute(
            select(projects).where(projects.c.slug == project.slug).with_for_update(key_share=True)
        )
        row = rows.one_or_none()
        if row is None:
            project = replace(project, choices=_with_numbers(project.choices, known=()))
            inserted = await self._transaction.execute(
                insert(projects)
                .values(created_at=at, saved_at=at, **_values(project))
                .returning(projects.c.id)
            )
            return replace(project, id=ProjectId(inserted.scalar_one()))
        known = project_from(row)
        choices = _with_numbers(project.choices, known=known.choices)
        project = replace(project, id=known.id, choices=choices, has_gold=known.has_gold)
        await self._transaction.execute(
            update(projects).where(projects.c.id == known.id).values(saved_at=at, **_values(project))
        )
        return project

    async def set_has_gold(self, project_id: ProjectId) -> None:
        self._saved = True
        await self._transaction.execute(
            update(projects)
            .where(projects.c.id == project_id, projects.c.has_gold.is_(False))
            .values(has_gold=True)
        )

    def forget_old(self) -> None:
        """Called after the commit: nobody shall be given what was there before it."""
        if self._saved:
            self._cache.forget()

    async def median_seconds(self, project_id: ProjectId) -> float | None:
        return await read_median_seconds(self._transaction, project_id)

    async def progress(self, project_id: ProjectId) -> ProjectProgress:
        return await project_progress.read(self._transaction, project_id)

    async def _find(self, condition: ColumnElement[bool]) -> Project | None:
        rows = await self._transaction.execute(select(projects).where(condition))
        row = rows.one_or_none()
        if row is None:
            return None
        project = project_from(row)
        if not self._saved:
            self._cache.keep(project)
        return project


async def read_median_seconds(transaction: Transaction, project_id: ProjectId) -> float | None:
    """The median time of its last answers, or None with too few of them."""
    rows = await transaction.execute(
        select(leases.c.seconds)
        .where(leases.c.project_id == project_id, LEASE_HAS_ANSWER)
        .order_by(leases.c.answered_at.desc())
        .limit(MEDIAN_OF_ANSWERS)
    )
    seconds = rows.scalars().all()
    return median(seconds) if len(seconds) >= MEDIAN_NEEDS_ANSWERS else None


def project_from(row: Row[*tuple[Any, ...]]) -> Project:
    """The project in a row of its table."""
    return Project(
        id=ProjectId(row.id),
        slug=row.slug,
        kind=ProjectKind(row.kind),
        price=Money(row.price_micros, row.currency),
        rules=AnswerRules(row.answers_min, row.answers_max, row.confidence),
        gold_share=row.gold_share,
        lease_minutes=row.lease_minutes,
        seconds_estimate=row.seconds_estimate,
        languages=tuple(row.languages),
        titles=row.titles,
        questions=row.questions,
        choices=tuple(Choice(**choice) for choice in row.choices),
        has_gold=row.has_gold,
        shuffle_choices=row.shuffle_choices,
    )


def _values(project: Project) -> dict[str, Any]:
    return {
        "slug": project.slug,
        "kind": project.kind,
        "currency": project.price.currency,
        "price_micros": project.price.micros,
        "answers_min": project.rules.min,
        "answers_max": project.rules.max,
        "confidence": project.rules.confidence,
        "gold_share": project.gold_share,
        "lease_minutes": project.lease_minutes,
        "seconds_estimate": project.seconds_estimate,
        "languages": list(project.languages),
        "titles": dict(project.titles),
        "questions": dict(project.questions),
        "choices": [_choice_values(choice) for choice in project.choices],
        "shuffle_choices": project.shuffle_choices,
    }


def _choice_values(choice: Choice) -> dict[str, Any]:
    return {
        "number": choice.number,
        "id": choice.id,
        "emoji": choice.emoji,
        "words": dict(choice.words),
        "retired": choice.retired,
    }


def _with_numbers(choices: Sequence[Choice], *, known: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices with the numbers they always had, new ones with new numbers, missing ones as retired.

    What is retired already stays it: a project that was read may be saved again.
    """
    numbers = {choice.id: choice.number for choice in known}
    for choice in choices:
        numbers.setdefault(choice.id, max(numbers.values(), default=0) + 1)
    kept = [choice for choice in choices if not choice.retired]
    offered = [replace(choice, number=numbers[choice.id]) for choice in kept]
    offered_ids = {choice.id for choice in kept}
    retired = [replace(choice, retired=True) for choice in known if choice.id not in offered_ids]
    return (*offered, *retired)
