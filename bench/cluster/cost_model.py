"""Prints what bench/cluster/speed.sh measured beside the cost model of docs/scale.md, calibrated on the runs of one size."""
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

CORES = 2
BATCH = {"frappe": 1024, "ml-1m": 4096}
DIMENSION = 16


@dataclass
class Run:
    """A training: seconds and bytes of a worker's step."""

    data: str
    config: str
    silos: int
    seconds: dict
    embedding_bytes: float
    dense_bytes: float
    examples_per_second: float
    auc: float
    learned: float  # share of the steps in which sizes were learned

    @property
    def crowding(self):
        """How often the cores have to be shared."""
        return max(1.0, self.silos / CORES)

    @property
    def compute(self):
        return self.seconds["compute"]

    @property
    def wire(self):
        return self.seconds["pull"] + self.seconds["push"]


def read(folder, data):
    """A run of speed.sh; its folder is named by the config, how it differs, and on how many silos, or `process`."""
    result = json.loads((folder / "result.json").read_text())
    name = folder.name.removesuffix("-process")
    for silos in "123":
        name = name.removesuffix(f"-{silos}").replace(f"-{silos}-", " ")
    common = {"data": data, "config": name, "examples_per_second": result["samplesPerSecond"], "auc": result["test"]["auc"]}
    path = folder / "run" / "cluster" / "traffic.json"
    if not path.exists():
        return Run(silos=0, seconds={}, embedding_bytes=0, dense_bytes=0, learned=0, **common)
    view = json.loads(path.read_text())
    traffic = view["traffic"]
    steps = traffic["steps"]
    seconds = {phase: traffic[f"{phase}_seconds"] / steps for phase in ("compute", "pull", "push", "apply", "wait")}
    return Run(
        silos=len(view["silos"]),
        seconds=seconds,
        embedding_bytes=traffic["embedding_bytes"] / steps,
        dense_bytes=traffic["dense_bytes"] / steps,
        learned=learned(folder / "run", result["epochs"]),
        **common,
    )


def learned(run, epochs):
    """The share of a run's steps in which sizes were learned, as its config says."""
    config = (run / "config.resolved.yaml").read_text()
    method, freeze_epoch = (re.search(rf"^  {key}: \"?([^\"\s]+)", config, re.MULTILINE)[1] for key in ("method", "freeze_epoch"))
    if method not in ("amtl", "single_aml"):
        return 0.0
    return 1.0 if freeze_epoch == "null" else min(1.0, float(freeze_epoch) / epochs)


def features(run):
    """What compute and wire of a step are linear in: a step, its examples; a message, its bytes. Shared cores take longer over all."""
    examples = BATCH[run.data] / run.silos
    # One a shard, and a pull of its own while sizes are learned. Those to its own silo stay in the process; the pull with which each half a second of steps begins is left out.
    messages = (1 + run.learned) * (run.silos - 1)
    return (
        (run.crowding, examples * run.crowding),
        (messages * run.crowding, (run.embedding_bytes + run.dense_bytes) * run.crowding),
    )


def fit(rows, targets):
    """Least squares of two unknowns."""
    a, b, c = (sum(row[i] * row[j] for row in rows) for i, j in ((0, 0), (0, 1), (1, 1)))
    p, q = (sum(row[i] * target for row, target in zip(rows, targets)) for i in (0, 1))
    determinant = a * c - b * b
    return (c * p - b * q) / determinant, (a * q - b * p) / determinant


def main():
    out = Path(sys.argv[1])
    runs = [
        read(result.parent, data)
        for data in BATCH
        for result in sorted((out / data).glob("*/result.json"))
    ]
    clustered = [run for run in runs if run.silos > 0]
    known = [run for run in clustered if run.config == "fixed"]
    compute = fit([features(run)[0] for run in known], [run.compute for run in known])
    wire = fit([features(run)[1] for run in known], [run.wire for run in known])
    print(f"Calibrated on fixed: compute {1e3 * compute[0]:.2f} ms a step + {1e6 * compute[1]:.2f} µs an example; wire {1e6 * wire[0]:.0f} µs a message + 1 s per {1 / wire[1] / 1e9:.2f} GB.\n")
    print("| data | sizes | silos | examples/s | embeddings | network | compute | update | wire | wait | model: compute | wire | test AUC |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for run in runs:
        if run.silos == 0:
            print(f"| {run.data} | {run.config} | none | {run.examples_per_second:,.0f} | | | | | | | | | {run.auc:.5f} |")
            continue
        said_compute, said_wire = (sum(x * y for x, y in zip(row, costs)) for row, costs in zip(features(run), (compute, wire)))
        print(
            f"| {run.data} | {run.config} | {run.silos} | {run.examples_per_second:,.0f} | {run.embedding_bytes / 1024:.1f} KiB | {run.dense_bytes / 1024:.1f} KiB "
            f"| {1e3 * run.compute:.1f} ms | {1e3 * run.seconds['apply']:.1f} ms | {1e3 * run.wire:.1f} ms | {1e3 * run.seconds['wait']:.1f} ms "
            f"| {1e3 * said_compute:.1f} ms | {1e3 * said_wire:.1f} ms | {run.auc:.5f} |"
        )


main()
