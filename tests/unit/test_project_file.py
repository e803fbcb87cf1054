from decimal import Decimal
from pathlib import Path

import pytest

from storage.exchange.project_file import read_project_file
from tasks.errors import InputError
from tasks.model.project import ProjectKind
from tests.project_folders import PROJECT_TOML as GOOD


def write(folder: Path, text: str) -> Path:
    path = folder / "project.toml"
    path.write_bytes(text.encode())
    return path


def test_what_may_be_left_out_and_what_may_be_chosen(tmp_path):
    plain = read_project_file(write(tmp_path, GOOD))
    assert (plain.kind, plain.shuffle_choices) == (ProjectKind.CHOICE, False)
    text = GOOD.replace('kind = "choice"', 'kind = "verify"\nshuffle_choices = true')
    chosen = read_project_file(write(tmp_path, text))
    assert (chosen.kind, chosen.shuffle_choices) == (ProjectKind.VERIFY, True)


@pytest.mark.parametrize("text", [GOOD, "\ufeff" + GOOD, GOOD.replace("\n", "\r\n")])
def test_a_good_file(tmp_path, text):
    project = read_project_file(write(tmp_path, text))
    assert project.slug == "animals"
    assert project.price.to_decimal() == Decimal("0.05")
    assert (project.rules.min, project.rules.max, project.rules.confidence) == (2, 5, 0.95)
    assert (project.gold_share, project.lease_minutes, project.seconds_estimate) == (0.1, 240, 10)
    assert [(choice.id, choice.emoji, choice.words["zh"]) for choice in project.choices] == [
        ("cat", "🐱", "猫"),
        ("dog", "", "狗"),
    ]


ONE_CHOICE = GOOD[: GOOD.index('[[choices]]\nid = "dog"')]
MANY_CHOICES = ONE_CHOICE + "".join(
    f'[[choices]]\nid = "c{number}"\nen = "C{number}"\nzh = "C{number}"\n' for number in range(20)
)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('slug = "animals"', 'slug = "Animals!"', "slug in [project] may have a-z"),
        ('slug = "animals"', 'slug = ""', "slug in [project] is empty"),
        ('slug = "animals"\n', "", "slug in [project] is missing"),
        ('slug = "animals"', f'slug = "{"a" * 33}"', "at most 32"),
        ('kind = "choice"', 'kind = "box"', 'must be "choice" or "verify"'),
        ('kind = "choice"', 'kind = "choice"\nshuffle_choices = "yes"', "must be true or false"),
        ('"CNY"', '"yuan"', "three capital letters"),
        ('"CNY"', "7", "three capital letters"),
        ('"0.05"', "0.05", 'price = "0.05", but is 0.05'),
        ('"0.05"', '"-0.05"', "decimal number in quotes"),
        ('"0.05"', '"0"', "above 0"),
        ('"0.05"', '"10000000000000"', "at most 1000000"),
        ('"0.05"', f'"{"9" * 40}"', "at most 1000000"),
        ('"0.05"', '"0.00"', "above 0"),
        ('"0.05"', '"abc"', "but is 'abc'"),
        ('"0.05"', '"1e3"', "but is '1e3'"),
        ('"0.05"', '"NaN"', "but is 'NaN'"),
        ('"0.05"', '"0,05"', "but is '0,05'"),
        ('"0.05"', '"0.0000001"', "six decimal places"),
        ('"0.05"', '"99999999999"', "at most 1000000"),
        ('price = "0.05"\n', "", "price in [project]"),
        ("min = 2, max = 5", "min = 6, max = 5", "more than max"),
        ("min = 2, max = 5", "min = 0, max = 5", "from 1 to 100, but is 0"),
        ("min = 2, max = 5", "min = 2, max = 101", "from 1 to 100, but is 101"),
        ("min = 2, max = 5", "min = 2.5, max = 5", "whole number"),
        ("min = 2, max = 5", "min = true, max = 5", "whole number"),
        ("min = 2, max = 5", "max = 5", "min in [answers] is missing"),
        ("{ min = 2, max = 5, confidence = 0.95 }", "3", "must be a table like answers"),
        ("confidence = 0.95", "confidence = 1.5", "from 0 to 1"),
        ("confidence = 0.95", "confidence = nan", "from 0 to 1"),
        ("confidence = 0.95", "confidence = 0", "above 0"),
        ("gold_share = 0.1", "gold_share = -0.1", "gold_share"),
        ("gold_share = 0.1", 'gold_share = "0.1"', "gold_share"),
        ("lease_minutes = 240", "lease_minutes = 0", "from 1 to 10080"),
        ("lease_minutes = 240", "lease_minutes = 2.5", "whole number"),
        ("lease_minutes = 240", "lease_minutes = 10081", "from 1 to 10080"),
        ("lease_minutes = 240", "lease_minute = 240", 'did you mean "lease_minutes"?'),
        ('languages = ["en", "zh"]', "languages = []", "must be a list"),
        ('languages = ["en", "zh"]', 'languages = "en"', "must be a list"),
        ('languages = ["en", "zh"]', 'languages = ["en", "en"]', "twice"),
        ('languages = ["en", "zh"]', 'languages = ["English"]', "is written like"),
        ('languages = ["en", "zh"]', 'languages = ["id"]', "id-ID"),
        ('languages = ["en", "zh"]', 'languages = ["en", "zh", "bo"]', "bo in [title] is missing"),
        ('languages = ["en", "zh"]', 'languages = ["en"]', '"zh" in [title] is unknown'),
        ('[title]\nen = "Animals and vehicles"\nzh = "动物和车辆"\n', "", "[title]"),
        ("Animals and vehicles", "x" * 65, "at most 64"),
        ("What is in the picture?", "x" * 301, "at most 300"),
        ("What is in the picture?", "What?\\nReally?", "line break"),
        ('en = "Cat"', f'en = "{"x" * 39}"', "longer than a button"),
        ('zh = "狗"\n', "", 'zh in choice "dog" is missing'),
        ('id = "dog"', 'id = "cat"', 'two choices have id = "cat"'),
        ('en = "Dog"', 'en = "Cat"', 'two choices have en = "Cat"'),
        ('id = "dog"', 'id = "cant_tell"', "which every question has by itself"),
        ('id = "dog"', 'id = "Dog"', "may have a-z"),
        ('id = "dog"\n', "", "id in choice 2 is missing"),
        ('zh = "狗"', 'zh = "狗"\nfr = "Chien"', '"fr" in choice "dog" is unknown'),
        ("[title]", "[titles]", 'did you mean "title"?'),
        ("[project]", "[project", "not valid TOML: Expected"),
        ('currency = "CNY"', "currency = CNY", "(at line 5"),
        (GOOD, ONE_CHOICE, "found: 1)"),
        (GOOD, MANY_CHOICES, "found: 21)"),
        (GOOD, GOOD[: GOOD.index("[[choices]]")], "the choices are missing"),
    ],
)
def test_every_mistake_is_one_sentence(tmp_path, old, new, says):
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        read_project_file(write(tmp_path, GOOD.replace(old, new)))
    sentences = str(caught.value).splitlines()
    assert any(says in sentence for sentence in sentences)
    assert all("project.toml" in sentence and sentence.endswith(".") for sentence in sentences)


MISTAKES = {
    '"animals"': ('"Animals!"', 'slug in [project] may have a-z, 0-9 and "-" only, but is "Animals!"'),
    '"CNY"': ('"yuan"', "currency in [project] must be three capital letters"),
    '"0.05"': ("0.05", "price in [project] must be a decimal number in quotes"),
    "min = 2, max = 5": ("min = 6, max = 5", "min in [answers] is 6, which is more than max, 5"),
    "lease_minutes = 240": ("lease_minuts = 240", '"lease_minuts" in [project] is unknown'),
    "gold_share = 0.1": ("golds = 0.1", '"golds" in [project] is unknown'),
    "What is in the picture?": ("x" * 301, "en in [question] has 301 characters"),
    'zh = "猫"': ('zhh = "猫"', '"zhh" in choice "cat" is unknown (did you mean "zh"?)'),
    'id = "dog"': ('id = "Dog"', "id in choice 2 may have a-z"),
}


def faults_of(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_project_file(path)
    return str(caught.value).splitlines()


def test_all_mistakes_are_told_at_once(tmp_path):
    text = GOOD
    for old, (new, _) in MISTAKES.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    sentences = faults_of(write(tmp_path, text))
    assert len(sentences) == len(MISTAKES)
    for _, says in MISTAKES.values():
        assert sum(says in sentence for sentence in sentences) == 1


def test_what_needs_a_part_that_is_wrong_is_no_mistake_of_its_own(tmp_path):
    languages = GOOD.replace('languages = ["en", "zh"]', 'languages = ["English"]').replace(
        '"0.05"', '"free"'
    )
    assert [sentence.split()[1] for sentence in faults_of(write(tmp_path, languages))] == [
        "languages",
        "price",
    ]
    (sentence,) = faults_of(write(tmp_path, GOOD[GOOD.index("[title]") :]))
    assert sentence.startswith("project.toml: project in the file is missing")


def test_a_choice_that_is_wrong_is_like_no_other(tmp_path):
    text = GOOD.replace('zh = "猫"\n', "").replace('zh = "狗"\n', "")
    assert len(faults_of(write(tmp_path, text))) == 2


def test_missing_or_in_another_encoding(tmp_path):
    with pytest.raises(InputError, match=r"no project\.toml"):
        read_project_file(tmp_path / "project.toml")
    (tmp_path / "project.toml").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(InputError, match="save it as UTF-8"):
        read_project_file(tmp_path / "project.toml")
