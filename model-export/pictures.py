"""The pictures of a report that evaluate.py makes."""
import math

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

COLOURS = ["#1b5e9b", "#d9822b", "#6b6b6b"]  # of the bundle and the baselines
PALE = "#c9d8e8"  # of what stands behind
IN_COLUMN = 45  # industries, at most
STYLE = {"font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#e4e4e4", "axes.axisbelow": True}


def draw(report, folder):
    with plt.rc_context(STYLE):
        for name, picture in {"reliability": reliability, "risk-coverage": risk_coverage, "industries": industries, "confusions": confusions}.items():
            figure = picture(report)
            figure.savefig(folder / f"{name}.png", dpi=130, bbox_inches="tight")
            plt.close(figure)


def reliability(report):
    """How often a probability is right, over how many sites have it."""
    rows = [row for row in report["reliability"] if row["sites"]]
    figure, (above, below) = plt.subplots(2, figsize=(6, 6.8), height_ratios=[3, 1], sharex=True)
    x, y = [row["probability"] for row in rows], [row["value"] for row in rows]
    above.plot([0, 1], [0, 1], color="#999999", linestyle="--", linewidth=1, label="as often right as said")
    off = [[row["value"] - row["low"] for row in rows], [row["high"] - row["value"] for row in rows]]
    above.errorbar(x, y, off, fmt="o", color=COLOURS[0], elinewidth=1, capsize=3, clip_on=False, zorder=3, label=f"{report['version']}, 95 % interval")
    above.axvline(report["abstain_threshold"], color=COLOURS[1], linewidth=1, zorder=1, label="abstain threshold")
    found = report["models"][report["version"]]["calibration_error"]
    above.set(ylim=(0, 1), ylabel="share that is right")
    above.set_title(f"Reliability: calibration error {found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f})", pad=12)
    above.legend(loc="upper left", bbox_to_anchor=(1.02, 1), frameon=False)
    counts = [row["sites"] for row in report["reliability"]]
    bars = below.bar([row["from"] for row in report["reliability"]], counts, width=0.1, align="edge", color=PALE, edgecolor="white")
    below.bar_label(bars, [count or "" for count in counts], padding=2, fontsize=9)
    below.set(xlim=(0, 1), ylim=(0, 1.2 * max(counts)), xlabel="probability of the first industry", ylabel="sites")
    below.xaxis.set_major_formatter(PercentFormatter(1))
    above.yaxis.set_major_formatter(PercentFormatter(1))
    figure.align_ylabels()
    return figure


def risk_coverage(report):
    """How often the surest sites are wrong, by how many of all they are."""
    figure, axes = plt.subplots(figsize=(7, 4.6))
    coverage = report["risk_coverage"]["coverage"]
    for colour, (name, curve) in zip(COLOURS, report["risk_coverage"]["models"].items()):
        if "low" in curve:
            axes.fill_between(coverage, curve["low"], curve["high"], color=PALE, linewidth=0, label="95 % interval")
        axes.plot(coverage, curve["risk"], color=colour, linewidth=1.8, zorder=3 if "low" in curve else 2, label=name)
    own = report["models"][report["version"]]
    if own["classified"]["value"] > 0:
        axes.plot(own["classified"]["value"], 1 - own["precision"]["value"], "o", color=COLOURS[0], markersize=8, markeredgecolor="white", clip_on=False,
                  zorder=5, label=f"abstain threshold {report['abstain_threshold']:g}")
    axes.set(xlim=(0, 1), xlabel="share of sites classified, the surest first", ylabel="share of these that is wrong", title="Risk by coverage")
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1), frameon=False)
    return figure


def industries(report):
    """Recall of each industry, worst first, in columns."""
    rows = report["industries"]
    size = math.ceil(len(rows) / math.ceil(len(rows) / IN_COLUMN))
    columns = [rows[start:start + size] for start in range(0, len(rows), size)]
    figure, all_axes = plt.subplots(1, len(columns), figsize=(5.2 * len(columns), 0.24 * size + 1.2), squeeze=False, layout="constrained")
    for axes, part in zip(all_axes[0], columns):
        y, recall = np.arange(len(part)), [row["value"] for row in part]
        axes.barh(y, recall, color=PALE, height=0.75)
        axes.hlines(y, [row["low"] for row in part], [row["high"] for row in part], color=COLOURS[0], linewidth=1)
        axes.plot(recall, y, "|", color=COLOURS[0], markersize=9, markeredgewidth=2, clip_on=False)
        axes.set_yticks(y, [f"{row['industry']}  {row['right']}/{row['sites']}" for row in part], fontsize=8.5)
        axes.set(xlim=(0, 1), ylim=(size - 0.4, -0.6))
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
    figure.suptitle("Recall by industry, worst first, with 95 % intervals; right of sites")
    return figure


def confusions(report):
    """The pairs that are confused most often."""
    pairs = report["confusions"]
    figure, axes = plt.subplots(figsize=(6.5, 0.32 * max(3, len(pairs)) + 1.2))
    times = [pair["times"] for pair in pairs]
    bars = axes.barh(np.arange(len(pairs)), times, color=PALE, height=0.75)
    axes.bar_label(bars, [f"{pair['times']} of {pair['sites']}" for pair in pairs], padding=4, fontsize=9)
    axes.set_yticks(np.arange(len(pairs)), [f"{pair['right']} → {pair['said']}" for pair in pairs])
    title = "Taken for another industry, right → said" if pairs else "No site is taken for another industry"
    axes.set(xlim=(0, 1.15 * max(times, default=1)), xlabel="sites", title=title)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    return figure
