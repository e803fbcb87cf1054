"""Signs of how somebody answers: they lower weight, and nothing else."""

from random import Random

from tasks.model.identifiers import WorkerId
from tasks.model.standing import Pace
from tasks.quality.pace import (
    WEIGHT_MIN,
    Seen,
    forget_last,
    is_long_run,
    leaning,
    note,
    offered_to,
    proof,
    weight,
)
from tests.builders import a_project

MIX = {"cat": 0.5, "dog": 0.5}


def answers(*seen: tuple[float, str], usual: float | None = 4.0, pace: Pace | None = None) -> Pace:
    pace = pace or Pace()
    for seconds, choice in seen:
        pace = note(pace, Seen(seconds, choice, int(choice == "dog"), 2), usual)
    return pace


def mixed(count: int, seconds: float, seed: int = 1) -> list[tuple[float, str]]:
    chance = Random(seed)
    return [(seconds * chance.uniform(0.7, 1.4), chance.choice(["cat", "dog"])) for _ in range(count)]


def test_an_ordinary_pace_is_believed():
    assert weight(answers(*mixed(200, 4.0)), MIX) == 1.0


def test_slow_is_no_sign_at_all():
    assert weight(answers(*mixed(100, 90.0)), MIX) == 1.0


def test_quick_people_are_believed_as_long_as_the_picture_can_be_seen():
    assert weight(answers(*mixed(100, 2.5), usual=12.0), MIX) == 1.0


def test_hammering_is_hardly_believed():
    pace = answers(*mixed(60, 4.0))
    assert weight(answers(*mixed(60, 0.25), pace=pace), MIX) == WEIGHT_MIN
    assert weight(answers(*mixed(60, 0.25), usual=4.0), MIX) == WEIGHT_MIN


def test_where_everybody_is_as_quick_nobody_is_hasty():
    assert weight(answers(*mixed(100, 0.1), usual=0.1), MIX) == 1.0


def test_who_has_shown_to_be_good_is_believed_at_any_pace():
    hammering = answers(*mixed(60, 0.25), usual=4.0)
    assert weight(hammering, MIX, proven=proof(0.95, bad=0.7, good=0.9)) == 1.0
    assert weight(hammering, MIX, proven=proof(0.8, bad=0.7, good=0.9)) == 0.5
    assert proof(0.6, bad=0.7, good=0.9) == 0.0


def test_a_few_slips_cost_nothing():
    pace = answers(*mixed(60, 4.0))
    assert weight(answers((0.2, "cat"), (0.2, "dog"), pace=pace), MIX) == 1.0


def test_one_button_in_a_row_is_a_sign_beyond_what_the_mix_explains():
    run = answers(*[(4.0, "cat")] * 20)
    assert is_long_run(run, MIX)
    assert weight(run, MIX) == 0.5
    assert not is_long_run(run, {"cat": 0.9, "dog": 0.1})
    assert not is_long_run(answers(*[(4.0, "cat")] * 8), MIX)
    assert not is_long_run(Pace(), MIX)
    assert not is_long_run(run, {"cat": 1.0}), "where nearly everything is a cat it says nothing"


def test_leaning_to_one_place_on_the_card():
    pace = answers(*[(4.0, "dog")] * 60)
    assert leaning(pace, (0.5, 0.5)) > 0.4
    assert weight(pace, {"dog": 0.98}, (0.5, 0.5)) < 1.0
    assert leaning(answers(*mixed(100, 4.0)), (0.5, 0.5)) < 0.35


def test_taking_back_shortens_the_run():
    pace = answers((4.0, "cat"), (4.0, "cat"))
    assert forget_last(pace, "cat").run_length == 1
    assert forget_last(answers((4.0, "cat")), "cat").run_choice is None
    assert forget_last(pace, "dog") == pace


def test_new_buttons_find_their_place():
    pace = note(answers((4.0, "cat")), Seen(4.0, "cow", 3, 4), None)
    assert len(pace.positions) == 4


def test_each_has_an_order_of_her_own_that_stays_hers():
    project = a_project(choices="abcdefgh", shuffle_choices=True)
    orders = {tuple(choice.id for choice in offered_to(project, WorkerId(who))) for who in range(50)}
    assert len(orders) > 40
    assert all(sorted(order) == list("abcdefgh") for order in orders)
    once, again = (offered_to(project, WorkerId(7)) for _ in range(2))
    assert once == again
    grown = a_project(choices="abcdefghi", shuffle_choices=True)
    assert [one for one in offered_to(grown, WorkerId(7)) if one.id != "i"] == list(once)


def test_otherwise_the_order_is_the_project_s():
    plain = a_project(choices="abcdefgh")
    assert offered_to(plain, WorkerId(7)) == plain.offered()
    two = a_project(choices="ab", shuffle_choices=True)
    assert offered_to(two, WorkerId(7)) == two.offered()
    three = a_project(choices="abc", shuffle_choices=True)
    assert offered_to(three, None) == three.offered()
