"""Recorded crowds: folders with tasks.csv, answers.csv.gz and truth.csv.gz, outside this repository."""

import csv
import gzip
from pathlib import Path

import numpy as np

from benchmarks.crowds.crowd import UNKNOWN, Crowd

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
SETS = ("bluebirds", "weather_amt", "edges16", "cifar10s_dev", "cifar10n_dev")
WITHOUT_WORKERS = frozenset({"cifar10n_dev"})
"""Sets whose column ``worker`` names no person: only majorities mean something on them."""


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, gzipped if its name says so."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_crowd(folder: Path) -> Crowd:
    """The crowd recorded in a folder; a label that is no option of the set is an error of the folder."""
    if not (folder / "answers.csv.gz").is_file():
        raise FileNotFoundError(
            f"There is no recorded crowd in {folder}: give the folder that holds the sets with --data PATH, "
            "or name invented ones only, as in --sets product,dog."
        )
    tasks = read_rows(folder / "tasks.csv")
    answers = read_rows(folder / "answers.csv.gz")
    names = {row["task"]: number for number, row in enumerate(tasks)}
    classes = {option: number for number, option in enumerate(_list_options(tasks))}
    workers = {name: number for number, name in enumerate(sorted({row["worker"] for row in answers}))}
    truth = np.full(len(names), UNKNOWN, dtype=np.int64)
    for row in read_rows(folder / "truth.csv.gz"):
        truth[names[row["task"]]] = classes[row["label"]]
    return Crowd(
        name=folder.name,
        tasks=tuple(names),
        classes=tuple(classes),
        workers=tuple(workers),
        task=np.array([names[row["task"]] for row in answers], dtype=np.int64),
        worker=np.array([workers[row["worker"]] for row in answers], dtype=np.int64),
        label=np.array([classes[row["label"]] for row in answers], dtype=np.int64),
        seconds=np.array([float(row.get("seconds") or "nan") for row in answers]),
        truth=truth,
    )


def _list_options(tasks: list[dict[str, str]]) -> list[str]:
    """All options that any task of the set offers, in the order in which they first stand."""
    return list(dict.fromkeys(option for row in tasks for option in row["options"].split("|")))
