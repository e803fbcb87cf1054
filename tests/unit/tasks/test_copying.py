"""Whoever copies is found, and nobody else."""

from random import Random

from tasks.quality.copying import VOICE_MIN, Copied, shared_mistakes, voices


def honest(chance: Random, workers: int, golds: int, choices: str, right: float):
    """Each says what is right so often, and else anything."""
    for task in range(golds):
        truth = chance.choice(choices)
        for worker in range(workers):
            wrong = chance.choice([choice for choice in choices if choice != truth])
            said = truth if chance.random() < right else wrong
            yield worker, task, said, truth


def copies(told, of: int, worker: int):
    """The same, with one more who says what that one said."""
    return [*told, *((worker, task, said, right) for who, task, said, right in told if who == of)]


def found(told) -> list[tuple[int, int]]:
    return [copied.pair for copied in shared_mistakes(told)]


def test_two_who_copy_are_found_and_honest_mistakes_are_not():
    for seed, choices, right in ((1, "abcd", 0.6), (2, "ab", 0.7), (3, "abcdefghij", 0.8)):
        told = list(honest(Random(seed), 9, 60, choices, right))
        assert found(told) == []
        assert found(copies(told, of=8, worker=9)) == [(8, 9)]


def test_good_ones_who_copy_are_found_when_they_have_been_wrong_often_enough():
    told = list(honest(Random(7), 9, 100, "ab", 0.9))
    assert found(copies(told, of=2, worker=9)) == [(2, 9)]


def test_who_only_guess_or_press_one_button_are_no_copyists():
    chance = Random(6)
    told = list(honest(chance, 6, 200, "ab", 0.95))
    for task, right in {task: right for _, task, _, right in told}.items():
        told += [(worker, task, chance.choice("ab"), right) for worker in (10, 11, 12)]
        told += [(worker, task, "a", right) for worker in (20, 21)]
    assert found(told) == []


def test_a_picture_that_deceives_everybody_makes_nobody_a_copyist():
    assert found([(worker, task, "b", "a") for worker in range(6) for task in range(10)]) == []
    assert found([(worker, task, "b", "a") for worker in range(60) for task in range(10)]) == []


def test_in_a_big_honest_crowd_nobody_is_found():
    assert found(honest(Random(7), 150, 60, "ab", 0.7)) == []


def test_those_who_copy_are_one_voice_however_many():
    assert voices([]) == {}
    assert voices([Copied((1, 2), 9, 1.0)]) == {1: 0.5, 2: 0.5}
    three = [Copied(pair, 9, 1.0) for pair in ((1, 2), (1, 3), (2, 3))]
    assert voices(three) == dict.fromkeys((1, 2, 3), 0.3333)
    many = [Copied((1, other), 9, 1.0) for other in range(2, 30)]
    assert voices(many)[1] == VOICE_MIN
