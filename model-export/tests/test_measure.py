import numpy as np
import pytest
from sklearn.metrics import f1_score, recall_score

from evaluate import COVERAGES, judge, recalls, reliability, risks
from measure import answers, figures, interval, point, resamples

NONE = np.zeros((0, 4), bool)


def flags(*rows):
    """Right industries of four, by number."""
    return np.array([[number in row for number in range(4)] for row in rows])


def made_up(sites, classes=6, seed=0):
    """Probabilities that are right about as often as they say, and what is right."""
    draw = np.random.default_rng(seed)
    shares = draw.dirichlet(np.full(classes, 0.3), sites)
    truth = np.array([draw.choice(classes, p=row) for row in shares])
    return answers(shares, truth[:, None] == np.arange(classes), np.zeros((0, classes), bool)), truth


def test_any_of_several_industries_is_right_and_a_site_without_a_page_is_a_miss():
    shares = np.array([[0.6, 0.3, 0.1, 0.0], [0.25, 0.25, 0.1, 0.4]])
    found = point(answers(shares, flags({0, 1}, {1}), flags({2}, {3})), 0.1)
    assert (found["top1"], found["top3"], found["classified"], found["precision"]) == (0.25, 0.5, 0.5, 0.5)
    assert found["calibration_error"] == pytest.approx((0.4 + 0.4) / 2)
    assert found["nll"] == pytest.approx(-(np.log(0.9) + np.log(0.25)) / 2)


def test_an_unsure_site_is_a_miss_below_the_threshold_only():
    of = answers(np.array([[0.6, 0.4, 0, 0], [0.9, 0.1, 0, 0]]), flags({0}, {0}), NONE)
    assert [point(of, 0.7)[name] for name in ("top1", "classified", "precision", "calibration_error")] == pytest.approx([0.5, 0.5, 1, 0.1])
    assert [point(of)[name] for name in ("top1", "classified")] == [1, 1]


def test_probabilities_of_one_tenth_are_taken_together():
    shares = np.array([[0.81, 0.19, 0, 0], [0.89, 0.11, 0, 0], [0.55, 0.45, 0, 0]])
    found = point(answers(shares, flags({0}, {1}, {0}), NONE))
    assert found["calibration_error"] == pytest.approx((abs(0.81 + 0.89 - 1) + 0.45) / 3)


def test_of_several_right_industries_the_one_said_is_counted_or_else_the_first():
    shares = np.array([[0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7]])
    of = answers(shares, flags({0, 1}, {1, 2}), NONE)
    assert of.truth.tolist() == [1, 1] and of.best.tolist() == [1, 3]
    assert point(of)["mean_recall"] == 0.5


def test_macro_f1_and_recall_are_those_of_scikit_learn():
    of, truth = made_up(200)
    assert point(of)["macro_f1"] == pytest.approx(f1_score(truth, of.best, average="macro"))
    assert point(of)["mean_recall"] == pytest.approx(recall_score(truth, of.best, average="macro"))
    assert [row["industry"] for row in recalls(of, "abcdef")] == [
        "abcdef"[number] for number in np.argsort(recall_score(truth, of.best, average=None))
    ]


def test_a_site_drawn_twice_counts_as_two():
    draw, none = np.random.default_rng(4), np.zeros((0, 6), bool)
    shares, right = draw.dirichlet(np.full(6, 0.5), 20), draw.integers(0, 6, 20)[:, None] == np.arange(6)
    drawn = figures(answers(shares, right, none), 0.4, np.array([[2] * 5 + [1] * 14 + [0]]))
    listed = [*range(5), *range(19)]
    for name, value in point(answers(shares[listed], right[listed], none), 0.4).items():
        assert drawn[name][0] == pytest.approx(value), name


def test_an_interval_holds_the_figure_and_narrows_with_more_sites():
    widths = []
    for sites in (50, 800):
        of, _ = made_up(sites)
        drawn = np.concatenate([figures(of, weights=weights)["top1"] for weights in resamples(sites, 400)])
        low, high = interval(drawn)
        assert low < point(of)["top1"] < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 3


def test_resamples_are_the_same_each_time():
    one, two = (np.concatenate(list(resamples(30, 100))) for _ in range(2))
    assert (one == two).all() and (one.sum(axis=1) == 30).all() and len(one) == 100


def test_a_model_differs_from_itself_by_nothing_and_from_a_worse_one_surely():
    of, truth = made_up(300)
    guess = answers(np.full((300, 6), 1 / 6), truth[:, None] == np.arange(6), np.zeros((0, 6), bool))
    _, differences, _ = judge({"one": of, "same": of, "guess": guess}, {"one": 0, "same": 0, "guess": 0}, 200)
    assert set(differences["same"]["top1"].values()) == {0}
    assert differences["guess"]["top1"]["low"] > 0.2 and differences["guess"]["nll"]["high"] < -0.5


def test_risk_is_that_of_the_surest_site_at_one_end_and_of_all_sites_at_the_other():
    shares = np.array([[0.9, 0.1, 0, 0], [0.8, 0.2, 0, 0], [0.7, 0.3, 0, 0], [0.6, 0.4, 0, 0]])
    curve = risks(answers(shares, flags({0}, {1}, {0}, {1}), NONE), np.ones((1, 4)))[0]
    at = dict(zip(COVERAGES.tolist(), curve))
    assert (at[0.01], at[0.25], at[0.5], at[1.0]) == (0, 0, 0.5, 0.5)
    assert at[0.75] == pytest.approx(1 / 3)


def test_risk_ends_where_pages_end():
    curve = risks(answers(np.array([[0.9, 0.1, 0, 0]]), flags({1}), flags({0})), np.ones((1, 2)))[0]
    assert curve[49] == 1 and np.isnan(curve[50:]).all()


def test_reliability_tells_each_tenth():
    shares = np.array([[0.82, 0.18, 0, 0], [0.88, 0.12, 0, 0], [1, 0, 0, 0]])
    rows = reliability(answers(shares, flags({0}, {1}, {0}), flags({3})))
    assert [row["sites"] for row in rows] == [0] * 8 + [2, 1]
    assert (rows[8]["probability"], rows[8]["value"]) == pytest.approx((0.85, 0.5)) and rows[8]["low"] < 0.5 < rows[8]["high"]
