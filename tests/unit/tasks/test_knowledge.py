"""What was learnt of a crowd is as sound when it comes back from the database as when it was learnt."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tasks.model.identifiers import WorkerId
from tasks.quality.judgement import Judgement, Mind, Vote
from tasks.quality.knowledge import Knowledge

CHOICES, RISK = 10, 0.05
COMMON, NEVER_SAID = 0, 9


def of_very_many_answers() -> Knowledge:
    """Of a commonest choice with 1.7 million answers, none of which was the last choice."""
    usual = Knowledge.usual(CHOICES)
    answers, imagined = 1_700_000.0, 30.0
    said = imagined * usual.population[COMMON]
    said[COMMON] += 0.9 * answers
    said[1:NEVER_SAID] += 0.1 * answers / (NEVER_SAID - 1)
    population = usual.population.copy()
    population[COMMON] = said / said.sum()
    return replace(usual, population=population)


def judged(plain: Mapping[str, Any], *choices: int) -> Judgement:
    votes = [Vote(WorkerId(number), choice, 1.0) for number, choice in enumerate(choices)]
    return Mind.from_plain(plain, (), CHOICES).believe(votes, None, target_risk=RISK)


def test_a_choice_that_nobody_says_stays_possible() -> None:
    learnt = of_very_many_answers()
    assert 0 < learnt.population[COMMON, NEVER_SAID] < 5e-7

    back = Knowledge.from_plain(learnt.to_plain())

    assert (back.population > 0).all()
    assert back.population.sum(axis=1) == pytest.approx(np.ones(CHOICES), abs=1e-12)
    assert back.population == pytest.approx(learnt.population, abs=2e-6)
    assert np.isfinite(back.apart).all()


def test_what_was_written_with_a_zero_is_read_as_sound() -> None:
    plain = Knowledge.usual(CHOICES).to_plain()
    plain["mix"][NEVER_SAID] = 0.0
    plain["population"][COMMON][NEVER_SAID] = 0.0

    back = Knowledge.from_plain(plain)

    for shares in (back.mix[np.newaxis], back.population):
        assert (shares > 0).all()
        assert shares.sum(axis=1) == pytest.approx(np.ones(len(shares)), abs=1e-12)
    assert np.isfinite(back.apart).all()
    assert np.isfinite(back.looks[0]).all()


def test_one_answer_for_the_commonest_choice_is_not_enough() -> None:
    found = judged(of_very_many_answers().to_plain(), COMMON)

    assert found.confidence < 1 - RISK
    assert math.isfinite(found.needed)
    assert found.wants_more


def test_a_worker_whose_row_was_rounded_to_nothing_is_still_heard() -> None:
    mind = Mind.from_plain(of_very_many_answers().to_plain(), (), CHOICES)
    mind.meet(WorkerId(0), np.eye(CHOICES).ravel().tolist())

    found = mind.believe([Vote(WorkerId(0), COMMON, 1.0)] * 3, None, target_risk=RISK)
    contradicted = mind.believe(
        [Vote(WorkerId(0), COMMON, 1.0), Vote(WorkerId(0), 1, 1.0)], None, target_risk=RISK
    )

    for one in (found, contradicted):
        assert all(math.isfinite(share) for share in (*one.soft, one.needed))
