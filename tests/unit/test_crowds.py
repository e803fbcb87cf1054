from pathlib import Path

import numpy as np
import pytest

from benchmarks.crowds.presets import PRESETS, invent_preset
from benchmarks.crowds.recorded import read_crowd


@pytest.mark.parametrize("name", PRESETS)
def test_an_invented_crowd_has_the_shape_asked_for(name: str) -> None:
    crowd, shape = invent_preset(name, seed=7), PRESETS[name]

    assert abs(crowd.mean_accuracy - shape.accuracy) < 0.02
    assert {len(answers) for answers in crowd.answers_of} == {shape.answers}
    assert len(set(zip(crowd.task.tolist(), crowd.worker.tolist(), strict=True))) == len(crowd.task)
    assert np.bincount(crowd.truth).argmin() == np.argmin(shape.balance)


def test_an_invented_crowd_is_the_same_for_the_same_seed_only() -> None:
    crowd, again, other = (invent_preset("dog", seed) for seed in (1, 1, 2))

    assert np.array_equal(crowd.label, again.label)
    assert np.array_equal(crowd.seconds, again.seconds)
    assert not np.array_equal(crowd.label, other.label)


def test_a_crowd_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--data"):
        read_crowd(tmp_path / "bluebirds")
