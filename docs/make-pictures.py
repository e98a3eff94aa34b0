#!/usr/bin/env python3
"""Draws the pictures of the README from results, with pandas and matplotlib.

    cargo run --release -- run jobs/gallery/cuba.toml
    cargo run --release -- run docs/tour/lif_sweep.toml
    python3 docs/make-pictures.py          # a Python that has pandas and matplotlib

Reads results/cuba and results/lif_sweep, or the directories that are named; writes docs/pictures/results.png.
"""

import argparse
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pandas


def raster(axes, folder):
    """Spikes of every tenth neuron: excitatory ones blue, inhibitory ones red."""
    spikes = pandas.read_csv(folder / "spikes.csv")
    some = spikes[(spikes.i % 10 == 0) & (spikes.t_ms < 500)]
    excitatory = some.i < 3200
    for group, colour in ((some[excitatory], "#2a5d9f"), (some[~excitatory], "#b03a2e")):
        axes.scatter(group.t_ms, group.i, s=1.5, c=colour, linewidths=0)
    axes.set(xlabel="t (ms)", ylabel="neuron", xlim=(0, 500), ylim=(0, 4000))
    axes.set_title("jobs/gallery/cuba.toml", fontsize=9)


def curves(axes, folder):
    """Rate against input, a curve for each time constant."""
    points = pandas.read_csv(folder / "points.csv")
    summary = pandas.read_csv(folder / "summary.csv")
    table = points.merge(summary, on="point").pivot(index="v0_mV", columns="tau_ms", values="P_rate_Hz")
    for (tau, rate), colour in zip(table.items(), ("#2a5d9f", "#b03a2e")):
        axes.plot(rate.index, rate, c=colour, label=f"tau = {tau:g} ms")
    axes.set(xlabel="v0 (mV)", ylabel="rate (Hz)", xlim=(0, 20), ylim=(0, None))
    axes.legend(frameon=False, fontsize=8)
    axes.set_title("docs/tour/lif_sweep.toml", fontsize=9)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--cuba", type=Path, default=Path("results/cuba"))
    arguments.add_argument("--tour", type=Path, default=Path("results/lif_sweep"))
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "pictures" / "results.png")
    chosen = arguments.parse_args()
    plt.rcParams.update({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False})
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), width_ratios=(3, 2), layout="constrained")
    raster(left, chosen.cuba)
    curves(right, chosen.tour)
    chosen.out.parent.mkdir(exist_ok=True)
    figure.savefig(chosen.out, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
