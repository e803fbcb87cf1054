"""A supervisor finds a place: down and up in the tree, never out of her scope."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from handlers.identity import Actor
from handlers.labels import ELLIPSIS, LABEL_MAX, row_lengths, shorten
from handlers.screens import Choice, Rows
from handlers.use_cases import UseCases
from handlers.words import Words
from tasks.errors import OutsideScope
from tasks.model.place import PROGRAMME, parents
from tasks.placing import Surroundings

PORTION = 20
"""So many buttons of a list stand on one screen."""
NAME_MAX = 80
"""Characters of a place's name with those around it."""

ToButton = Callable[[int, int], str]
"""Makes the data of a button from a place's id (0: the programme) and a portion of what lies below it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a supervisor stands in the tree."""

    surroundings: Surroundings
    name: str
    up_id: int | None
    """The place around it; None if there is none for her."""

    @property
    def id(self) -> int:
        return 0 if self.surroundings.place is None else self.surroundings.place.id

    @property
    def path(self) -> str:
        return self.surroundings.path


async def look_around(use_cases: UseCases, actor: Actor, place_id: int) -> Spot:
    """That place, or the whole of her scope if it is not in it; raises NotSupervisor."""
    surroundings = await use_cases.look_around(actor.account, place_id)
    path = surroundings.path
    names = await name_places(use_cases, actor.words, [path])
    up_id = None
    if not surroundings.is_top:
        up_id = 0
        for place in await use_cases.name_places(parents(path)[-1:]):
            up_id = place.id
    return Spot(surroundings, names[path], up_id)


async def find_spot(use_cases: UseCases, actor: Actor, place_id: int) -> Spot:
    """That place and no other; raises NotSupervisor, and OutsideScope if it is not in her scope."""
    spot = await look_around(use_cases, actor, place_id)
    if spot.id != place_id or (not place_id and spot.path != PROGRAMME):
        raise OutsideScope
    return spot


async def name_places(use_cases: UseCases, words: Words, paths: Sequence[str]) -> Mapping[str, str]:
    """What those places are called in her language, with the places around them: *Guizhou › Tongren*."""
    wanted = {step for path in paths if path for step in (*parents(path), path)}
    known = {place.path: place for place in await use_cases.name_places(sorted(wanted))}
    names = {PROGRAMME: words("the whole programme")}
    for path in filter(None, paths):
        steps = (*parents(path), path)
        said = [known[step].name(words.language) if step in known else step for step in steps]
        names[path] = _ending(" › ".join(said))
    return names


def place_rows(words: Words, spot: Spot, portion: int, to_button: ToButton) -> Rows:
    """Buttons for the places below, for the rest of them, and for the place around."""
    below = spot.surroundings.below
    shown = below[portion * PORTION : (portion + 1) * PORTION]
    choices = [
        Choice(shorten(place.name(words.language), LABEL_MAX), to_button(place.id, 0)) for place in shown
    ]
    waiting = iter(choices)
    rows: list[tuple[Choice, ...]] = [
        tuple(next(waiting) for _ in range(length))
        for length in row_lengths([choice.label for choice in choices])
    ]
    rows += portion_rows(words, portion, len(below), lambda number: to_button(spot.id, number))
    if spot.up_id is not None:
        rows.append((Choice(words("⬆️ Up"), to_button(spot.up_id, 0)),))
    return tuple(rows)


def choose_row(words: Words, spot: Spot, data: str) -> tuple[Choice, ...]:
    """The button that chooses the place where she stands."""
    place = spot.surroundings.place
    name = spot.name if place is None else place.name(words.language)
    return (Choice(shorten(words("✅ For {place}", place=name), LABEL_MAX), data),)


def portion_rows(words: Words, portion: int, count: int, to_button: Callable[[int], str]) -> Rows:
    """Buttons to the portion before and the one after, where there are such."""
    row = []
    if portion > 0:
        row.append(Choice(words("◀️ Before"), to_button(portion - 1)))
    if (portion + 1) * PORTION < count:
        row.append(Choice(words("More ▶️"), to_button(portion + 1)))
    return (tuple(row),) if row else ()


def _ending(name: str) -> str:
    """The place itself stands at the end, and says more than what lies around it."""
    return name if len(name) <= NAME_MAX else ELLIPSIS + name[-NAME_MAX + 1 :]
