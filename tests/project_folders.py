"""Project folders as clients make them, on the test's own disk."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

PROJECT_TOML = """
[project]
slug = "animals"
kind = "choice"
currency = "CNY"
price = "0.05"
answers = { min = 2, max = 5, confidence = 0.95 }
gold_share = 0.1
lease_minutes = 240
languages = ["en", "zh"]
[title]
en = "Animals and vehicles"
zh = "动物和车辆"
[question]
en = "What is in the picture?"
zh = "图片里是什么？"
[[choices]]
id = "cat"
emoji = "🐱"
en = "Cat"
zh = "猫"
[[choices]]
id = "dog"
en = "Dog"
zh = "狗"
"""

GOOD_ROWS = ("a1,images/red.png,cat", "a2,images/blue.png,", "a3,images/red.png,dog")


def write_project(folder: Path, rows: Sequence[str] = GOOD_ROWS, toml: str = PROJECT_TOML) -> Path:
    """A folder with two pictures, red and blue, and those rows."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for colour in ("red", "blue"):
        Image.new("RGB", (60, 40), colour).save(folder / "images" / f"{colour}.png")
    (folder / "project.toml").write_bytes(toml.encode())
    (folder / "tasks.csv").write_bytes("\n".join(["task,image,gold", *rows, ""]).encode())
    return folder
