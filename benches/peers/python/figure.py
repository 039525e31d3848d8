"""The picture of comparison/growth.py: python figure.py FILE.svg < curves.json"""

import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "lowrank", "font.size": 9, "svg.fonttype": "none"})
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

TITLES = {"svd": "truncated SVD", "nmf": "NMF, 20 iterations and their start"}
LABELS = {"nonzeros": "nonzeros (parts of all 20 groups, k = 20)", "k": "k (four groups, 133634 nonzeros)"}


def short(x):
    return str(x) if x < 1e4 else f"{x / 1e6:.2f} M"


def main():
    curves = json.load(sys.stdin)
    figure, axes = plt.subplots(2, 2, figsize=(8, 6.4), layout="constrained")
    for row, method in enumerate(TITLES):
        for column, axis in enumerate(LABELS):
            panel = axes[row][column]
            drawn = [curve[2:] for curve in curves if curve[:2] == [method, axis]]
            for program, points in drawn:
                ours = program.startswith("lowrank")
                color = "#b2182b" if ours else "#4d4d4d"
                panel.loglog(*zip(*points), marker="o", markersize=4, label=program, color=color)
                if ours:
                    (x, y), (end, _) = points[0], points[-1]
                    panel.loglog([x, end], [y, y * end / x], "--", linewidth=0.8, label="linear",
                                 color=color)
            ticks = [x for x, _ in drawn[0][1]]
            panel.set(title=TITLES[method], xlabel=LABELS[axis], ylabel="seconds")
            panel.set_xticks(ticks, [short(x) for x in ticks])
            panel.xaxis.set_minor_locator(NullLocator())
            panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            panel.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
            panel.yaxis.set_minor_locator(NullLocator())
            panel.grid(alpha=0.25)
            panel.legend(frameon=False)
    figure.savefig(sys.argv[1], metadata={"Date": None})


main()
