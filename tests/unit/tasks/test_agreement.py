"""Krippendorff's alpha against its published example, and what must hold whatever people answer."""

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.quality.agreement import Agreement

PUBLISHED = (
    "12332141 2...",
    "123322412 5.3",
    ".33323422 51.",
    "1233244125 1.",
)
"""Krippendorff (2011), section C: four observers, twelve units, a dot where one did not look."""
units = st.lists(st.lists(st.sampled_from("abcd"), max_size=6).map(Counter), max_size=12)


def published() -> list[Counter]:
    observers = [row.replace(" ", "") for row in PUBLISHED]
    return [Counter(said for said in unit if said != ".") for unit in zip(*observers, strict=True)]


def alpha_of(units: Iterable[Counter[str]]) -> float | None:
    agreement = Agreement()
    for unit in units:
        for choice, said in unit.items():
            agreement.add(choice, said=said, of=unit.total(), tasks=1)
    return agreement.alpha()


def test_the_published_example():
    assert len(published()) == 12
    assert alpha_of(published()) == pytest.approx(0.743, abs=0.0005)


def test_two_observers_of_two_values():
    """Section A of the same paper."""
    first, second = "0100000000", "1110010100"
    pairs = [Counter(pair) for pair in zip(first, second, strict=True)]
    assert alpha_of(pairs) == pytest.approx(0.095, abs=0.0005)


@given(units.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_tasks_does_not_matter(both):
    some, shuffled = both
    assert alpha_of(some) == pytest.approx(alpha_of(shuffled))


@given(units)
def test_the_names_of_choices_do_not_matter(some):
    renamed = [Counter({"dcba"["abcd".index(choice)]: n for choice, n in unit.items()}) for unit in some]
    assert alpha_of(some) == pytest.approx(alpha_of(renamed))


@given(units)
def test_never_above_one_and_alike_tasks_may_be_counted_first(some):
    alpha = alpha_of(some)
    assert alpha is None or alpha <= 1 + 1e-12
    alike = Counter((choice, n, unit.total()) for unit in some for choice, n in unit.items())
    counted = Agreement()
    for (choice, said, of), tasks in alike.items():
        counted.add(choice, said=said, of=of, tasks=tasks)
    assert counted.alpha() == pytest.approx(alpha)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(2, 9)), min_size=2))
def test_perfect_agreement_is_one(unanimous):
    alpha = alpha_of(Counter({choice: times}) for choice, times in unanimous)
    varied = len({choice for choice, _ in unanimous}) > 1
    assert alpha == (pytest.approx(1) if varied else None)


def test_single_answers_say_nothing():
    assert alpha_of([]) is None
    assert alpha_of([Counter("a"), Counter("b")]) is None
    assert alpha_of([*published(), Counter("a")]) == alpha_of(published())
