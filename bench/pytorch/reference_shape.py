"""Training steps of the reference shape as people write them in PyTorch; prints milliseconds a step of each variant as JSON.

usage: reference_shape.py SHAPE.json

SHAPE.json: vocabularies, dimension, hidden_units, batch_size, threads, exponent, rounds.
"""
import json
import statistics
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional


def batches(shape, count):
    """Rows [batch, fields] and labels [batch], drawn by Zipf's law, to be used in turn."""
    random = numpy.random.default_rng(2)
    first, columns = 0, []
    for vocabulary in shape["vocabularies"]:
        cumulated = numpy.cumsum(numpy.arange(1, vocabulary + 1, dtype=numpy.float64) ** -shape["exponent"])
        draws = random.random(count * shape["batch_size"]) * cumulated[-1]
        columns.append(first + numpy.minimum(numpy.searchsorted(cumulated, draws), vocabulary - 1))
        first += vocabulary
    rows = torch.from_numpy(numpy.stack(columns, axis=1)).view(count, shape["batch_size"], -1)
    labels = torch.from_numpy((random.random(count * shape["batch_size"]) < 0.25).astype(numpy.float32))
    return list(zip(rows, labels.view(count, -1)))


def network(shape):
    width, units = len(shape["vocabularies"]) * shape["dimension"], shape["hidden_units"]
    return nn.Sequential(nn.Linear(width, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU(), nn.Linear(units, 1))


class NetworkStep:
    """The network alone on a ready input, with that input's gradient: what the embeddings come on top of."""

    def __init__(self, shape):
        self.network = network(shape)
        self.adam = torch.optim.Adam(self.network.parameters(), 1e-3)
        self.input = torch.randn(shape["batch_size"], len(shape["vocabularies"]) * shape["dimension"]).requires_grad_()

    def __call__(self, _, labels):
        self.adam.zero_grad()
        self.input.grad = None
        functional.binary_cross_entropy_with_logits(self.network(self.input).view(-1), labels).backward()
        self.adam.step()


class EmbeddingStep:
    """nn.Embedding, with dense or sparse gradients and the optimizer that goes with them."""

    def __init__(self, shape, sparse, optimizer):
        self.table = nn.Embedding(sum(shape["vocabularies"]), shape["dimension"], sparse=sparse)
        self.network = network(shape)
        self.adam = torch.optim.Adam(self.network.parameters(), 1e-3)
        self.optimizer = optimizer(self.table.parameters())

    def __call__(self, rows, labels):
        self.adam.zero_grad()
        self.optimizer.zero_grad()
        logits = self.network(self.table(rows).view(len(rows), -1)).view(-1)
        functional.binary_cross_entropy_with_logits(logits, labels).backward()
        self.adam.step()
        self.optimizer.step()


class RowAdagradStep:
    """Unique rows, and Adagrad on them by hand."""

    def __init__(self, shape):
        rows = sum(shape["vocabularies"])
        self.weights = torch.randn(rows, shape["dimension"]) * 0.01
        self.squares = torch.zeros(rows, shape["dimension"])
        self.network = network(shape)
        self.adam = torch.optim.Adam(self.network.parameters(), 1e-3)

    def __call__(self, rows, labels):
        self.adam.zero_grad()
        unique, inverse = torch.unique(rows.view(-1), return_inverse=True)
        values = self.weights[unique].requires_grad_()
        logits = self.network(values[inverse].view(len(rows), -1)).view(-1)
        functional.binary_cross_entropy_with_logits(logits, labels).backward()
        self.adam.step()
        with torch.no_grad():
            squares = self.squares[unique] + values.grad.square()
            self.squares[unique] = squares
            self.weights[unique] = values - 0.01 * values.grad / (squares.sqrt() + 1e-10)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        shape = json.load(file)
    torch.manual_seed(1)
    torch.set_num_threads(shape["threads"])
    steps = {
        "network": NetworkStep(shape),
        "denseAdam": EmbeddingStep(shape, False, lambda rows: torch.optim.Adam(rows, 1e-3)),
        "sparseSgd": EmbeddingStep(shape, True, lambda rows: torch.optim.SGD(rows, 0.01)),
        "sparseAdam": EmbeddingStep(shape, True, lambda rows: torch.optim.SparseAdam(list(rows), 1e-3)),
        "rowAdagrad": RowAdagradStep(shape),
    }
    data = batches(shape, 16)
    times = {name: [] for name in steps}
    for turn in range(-5, shape["rounds"]):
        for name, step in steps.items():
            start = time.perf_counter()
            step(*data[turn % len(data)])
            if turn >= 0:
                times[name].append(1000 * (time.perf_counter() - start))
    print(json.dumps({"version": torch.__version__, "milliseconds": {name: statistics.median(t) for name, t in times.items()}}))


main()
