import numpy as np
import pytest

from build_zero_shot import learned, prototypes

EMPTY = np.array([0.0, 0, 1, 0])
FIRST, SECOND = np.array([1.0, 0.2, 0, 0]), np.array([1.0, -0.2, 0, 0])  # of two industries, hardly told apart by their first direction
STARTS = np.array([[1.0, 0, 0, 0], [1.0, 0, 0, 0]])


def texts(*counts):
    """Vectors of two industries around FIRST and SECOND."""
    draw = np.random.default_rng(1)
    vectors = np.concatenate([centre + draw.normal(0, 0.05, (count, 4)) for centre, count in zip((FIRST, SECOND), counts)])
    return {"some": (vectors, np.repeat([0, 1], counts))}


def scores(rows, vector):
    return rows @ (vector - EMPTY)


def test_rows_learn_to_tell_texts_apart():
    rows = learned(texts(20, 20), np.array([[1.0, 0, 0, 0]]), EMPTY, STARTS, {"some": 1, "nothing": 0.5})
    assert scores(rows, FIRST).argmax() == 0 and scores(rows, SECOND).argmax() == 1


def test_what_tells_nothing_favours_no_industry_however_many_texts_one_has():
    nothing = np.array([1.0, 0, 0, 0.3])
    rows = learned(texts(60, 6), nothing[None], EMPTY, STARTS, {"some": 1, "nothing": 1})
    told = abs(np.subtract(*scores(rows, FIRST)))
    assert abs(np.subtract(*scores(rows, nothing))) < 0.25 * told


def test_rows_are_not_moved_by_an_empty_segment_and_keep_their_size():
    rows = learned(texts(20, 20), np.array([[1.0, 0, 0, 0]]), EMPTY, STARTS, {"some": 1, "nothing": 0.5})
    assert rows @ EMPTY == pytest.approx([0, 0], abs=1e-9)
    assert np.mean((rows ** 2).sum(axis=1)) == pytest.approx(1)


def test_prototypes_point_at_their_own_texts():
    found = prototypes(texts(20, 20), EMPTY, {"some": 1}, 10)
    assert (found @ FIRST).argmax() == 0 and (found @ SECOND).argmax() == 1
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1])
