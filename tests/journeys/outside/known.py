"""A project in which the truth is known: of the golds to everybody, of the others to those who measure."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random

from PIL import Image

from tests.journeys.outside.projects import RECORDED, Programme, project_toml, read_people

PRICE = "0.05"
GOLD_EVERY, LESSON_EVERY = 5, 3
"""Each so manieth task is gold, and each so manieth gold teaches."""
INVENTED_CHOICES = ["cat", "dog", "bird", "car", "bicycle", "airplane"]
CAREFUL, SLOPPY = 0.93, 0.7
Said = dict[str, str]


@dataclass
class KnownProgramme(Programme):
    """Recorded or invented people, then those who press without looking."""

    truth: Said = field(default_factory=dict)
    golds: frozenset[str] = frozenset()

    def share_right(self, person: int) -> float:
        """Of what that person would say."""
        said = self.people[person]
        return sum(choice == self.truth[task] for task, choice in said.items()) / len(said)

    def write_answers(self, path: Path) -> Path:
        """What everybody would say of everything, as `tapwork simulate` reads it."""
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["task", "worker", "label"])
            for number, said in enumerate(self.people):
                rows.writerows([task, f"w{number}", label] for task, label in said.items())
        return path

    def write_truth(self, path: Path) -> Path:
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["task", "label"])
            rows.writerows(self.truth.items())
        return path


def build_known(folder: Path, *, tasks: int, most: int, gold_share: float) -> KnownProgramme:
    """The folder of the recorded project if there is one, else of one with invented people.

    The last two people press without looking: one at random, the other always the same. Where fewer than
    ``most`` can be asked about a task, that is the limit.
    """
    (folder / "images").mkdir(parents=True)
    told = _recorded(tasks) if RECORDED else _invented(tasks)
    most = min(most, *(sum(task in said for said in told.people) for task in told.truth))
    people = [*told.people, _at_random(told), dict.fromkeys(told.truth, told.choices[0])]
    golds = frozenset(islice(told.truth, 0, None, GOLD_EVERY))
    (folder / "project.toml").write_text(
        project_toml(told.choices, least=1, most=most, gold_share=gold_share)
    )
    programme = KnownProgramme(
        folder, "outside", told.choices, people, most, PRICE, truth=told.truth, golds=golds
    )
    _write_tasks(programme, told.pictures)
    return programme


def is_lesson(place: int) -> bool:
    """Whether the gold with that number has an explanation, and so teaches."""
    return place % LESSON_EVERY == 0


def why(choice: str, language: str) -> str:
    """The explanation of a lesson."""
    return {"en": f"Look how {choice} it is.", "zh": f"看，很像{choice}。"}[language]


@dataclass
class _Told:
    """What people said of some tasks, and what is right."""

    choices: list[str]
    truth: Said
    people: list[Said]
    pictures: Mapping[str, Path]
    """Of the tasks that have one."""


def _recorded(count: int) -> _Told:
    source = Path(RECORDED)
    with (source / "tasks.csv").open(newline="") as file:
        rows = list(islice(csv.DictReader(file), count))
    with gzip.open(source / "truth.csv.gz", "rt", newline="") as file:
        right = {row["task"]: row["label"] for row in csv.DictReader(file)}
    truth = {row["task"]: right[row["task"]] for row in rows}
    people = ({task: said[task] for task in truth if task in said} for said in read_people(source))
    pictures = {row["task"]: source / row["image"] for row in rows if row["image"]}
    return _Told(rows[0]["options"].split("|"), truth, _join([one for one in people if one]), pictures)


def _join(people: Sequence[Said]) -> list[Said]:
    """Where each of many people saw only some tasks, several share a phone: nobody's answer is lost."""
    phones: list[Said] = []
    for said in people:
        free = (phone for phone in phones if not phone.keys() & said.keys())
        phone = next(free, None)
        if phone is None:
            phones.append(dict(said))
        else:
            phone |= said
    return phones


def _invented(count: int) -> _Told:
    names = [f"t{number:03}" for number in range(count)]
    truth = {name: INVENTED_CHOICES[_dice(name) % len(INVENTED_CHOICES)] for name in names}
    accuracies = [CAREFUL] * 6 + [SLOPPY]
    people = [
        {name: _says(f"{person} {name}", right, accuracy) for name, right in truth.items()}
        for person, accuracy in enumerate(accuracies)
    ]
    return _Told(INVENTED_CHOICES, truth, people, {})


def _says(seed: str, right: str, accuracy: float) -> str:
    chance = Random(seed)
    return right if chance.random() < accuracy else chance.choice([c for c in INVENTED_CHOICES if c != right])


def _at_random(told: _Told) -> Said:
    return {task: told.choices[_dice(f"random {task}") % len(told.choices)] for task in told.truth}


def _dice(seed: str) -> int:
    return int.from_bytes(sha256(seed.encode()).digest()[:4])


def _write_tasks(programme: KnownProgramme, pictures: Mapping[str, Path]) -> None:
    with (programme.folder / "tasks.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["task", "image", "gold", "explain_en", "explain_zh"])
        rows.writerows(_row(programme, task) for task in programme.truth)
    for task in programme.truth:
        picture = Image.open(pictures[task]) if task in pictures else _draw(task)
        picture.convert("RGB").save(programme.folder / "images" / f"{task}.png")


def _row(programme: KnownProgramme, task: str) -> tuple[str, ...]:
    picture = f"images/{task}.png"
    if task not in programme.golds:
        return task, picture, "", "", ""
    right = programme.truth[task]
    explained = is_lesson(sorted(programme.golds).index(task))
    return task, picture, right, *(why(right, language) if explained else "" for language in ("en", "zh"))


def _draw(task: str) -> Image.Image:
    """Some squares that no other task has."""
    squares = Image.frombytes("L", (8, 8), sha256(task.encode()).digest() * 2)
    return squares.resize((240, 240), Image.Resampling.NEAREST)
