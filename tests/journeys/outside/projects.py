"""What there is to label and who says what: recorded people where they are at hand, else invented ones."""

import csv
import gzip
import io
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path

from PIL import Image

EXAMPLE = Path(__file__).parents[3] / "examples" / "animals-and-vehicles"
# A folder with tasks.csv, answers.csv.gz and images/, in which real people's answers are kept.
RECORDED = os.environ.get("TAPWORK_TEST_RECORDED", "")


@dataclass
class Programme:
    """A project's folder, and for each person the choice she makes on each task."""

    folder: Path
    slug: str
    choices: list[str]
    people: list[dict[str, str]]
    answers_max: int
    price: str
    _known: list[tuple[str, bytes]] = field(default_factory=list)
    _looked_at: dict[bytes, str] = field(default_factory=dict)

    def task_of(self, picture: bytes) -> str:
        """The task whose source picture looks most like this one."""
        name = sha256(picture).digest()
        if name not in self._looked_at:
            seen = _thumbnail(Image.open(io.BytesIO(picture)))
            self._looked_at[name] = min(self._thumbnails(), key=lambda pair: _distance(pair[1], seen))[0]
        return self._looked_at[name]

    def _thumbnails(self) -> list[tuple[str, bytes]]:
        if not self._known:
            paths = sorted((self.folder / "images").iterdir())
            self._known += [(path.stem, _thumbnail(Image.open(path))) for path in paths]
        return self._known

    def add_tasks(self, rows: Iterable[tuple[str, Path]]) -> None:
        """Adds tasks with their pictures to the folder."""
        self._known.clear()
        self._looked_at.clear()
        with (self.folder / "tasks.csv").open("a", newline="") as file:
            for task, picture in rows:
                shutil.copyfile(picture, self.folder / "images" / f"{task}.png")
                csv.writer(file).writerow([task, f"images/{task}.png"])


def build_programme(folder: Path, *, tasks: int, people: int) -> Programme:
    """Makes a project's folder: the recorded one if there is one, else the example with invented answers."""
    source = Path(RECORDED) if RECORDED else EXAMPLE
    with (source / "tasks.csv").open(newline="") as file:
        rows = list(islice(csv.DictReader(file), tasks))
    names = [row["task"] for row in rows]
    if RECORDED:
        choices, said = rows[0]["options"].split("|"), read_people(source)
    else:
        choices = ["cat", "dog", "bird", "car", "bicycle", "airplane"]
        said = [_invented(person, names, choices) for person in range(10)]
    (folder / "images").mkdir(parents=True)
    (folder / "tasks.csv").write_text("task,image\n")
    (folder / "project.toml").write_text(project_toml(choices))
    programme = Programme(folder, "outside", choices, [said[i % len(said)] for i in range(people)], 5, "0.05")
    programme.add_tasks((row["task"], source / row["image"]) for row in rows)
    return programme


def read_people(source: Path) -> list[dict[str, str]]:
    """What each of the recorded people said of each task."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    with gzip.open(source / "answers.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            said[row["worker"]][row["task"]] = row["label"]
    return list(said.values())


def _invented(person: int, tasks: list[str], choices: list[str]) -> dict[str, str]:
    """Mostly what all say, sometimes something else, and of some tasks nothing at all."""
    said = {}
    for task in tasks:
        dice = sha256(f"{person} {task}".encode()).digest()
        own = dice[1] if dice[0] < 50 else sha256(task.encode()).digest()[0]
        if dice[2] > 8:
            said[task] = choices[own % len(choices)]
    return said


def project_toml(choices: list[str], *, least: int = 2, most: int = 5, gold_share: float = 0.0) -> str:
    """A project with these choices; whoever reads its words knows the choices by their ids."""
    head = (
        '[project]\nslug = "outside"\nkind = "choice"\ncurrency = "CNY"\nprice = "0.05"\n'
        f"answers = {{ min = {least}, max = {most}, confidence = 0.95 }}\ngold_share = {gold_share}\n"
        "lease_minutes = 240\n"
        'languages = ["en", "zh"]\n[title]\nen = "Things"\nzh = "东西"\n'
        '[question]\nen = "What is it?"\nzh = "这是什么？"\n'
    )
    return head + "".join(f'[[choices]]\nid = "{c}"\nen = "The {c}"\nzh = "这个{c}"\n' for c in choices)


def _thumbnail(image: Image.Image) -> bytes:
    return image.convert("L").resize((24, 24), Image.Resampling.BOX).tobytes()


def _distance(one: bytes, other: bytes) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
