#!/usr/bin/env python3
"""Makes the files beside it with PyTorch (Debian: python3-torch): a model's weights, its rows' keys, examples, and its scores.

python3 make.py
"""
import csv
import json
import random
import struct

import torch

USERS, ITEMS, DIMENSION, HIDDEN = 12, 15, 8, 6


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.user = torch.nn.Embedding(USERS + 1, DIMENSION)  # row 0: unknown
        self.item = torch.nn.Embedding(ITEMS + 1, DIMENSION)
        self.deep = torch.nn.Sequential(torch.nn.Linear(2 * DIMENSION, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 1))

    def forward(self, user, item):
        return torch.sigmoid(self.deep(torch.cat([self.user(user), self.item(item)], 1))).squeeze(1)


torch.manual_seed(1)
random.seed(1)
model = Model()
with torch.no_grad():
    for table in (model.user, model.item):
        table.weight.normal_(0, 1)

weights = {name: weight.numpy() for name, weight in model.state_dict().items()}
header, end = {}, 0
for name, weight in weights.items():
    header[name] = {"dtype": "F32", "shape": list(weight.shape), "data_offsets": [end, end + weight.nbytes]}
    end += weight.nbytes
with open("model.safetensors", "wb") as file:  # as https://github.com/huggingface/safetensors describes it
    text = json.dumps(header).encode()
    file.write(struct.pack("<Q", len(text)) + text + b"".join(weight.tobytes() for weight in weights.values()))

torch.save({"epoch": 3, "state_dict": model.state_dict()}, "model.pt")
for name, count in (("user", USERS), ("item", ITEMS)):
    with open(f"{name}.csv", "w", newline="") as keys:
        writer = csv.writer(keys, lineterminator="\n")
        writer.writerow(["row", name])
        writer.writerow([0, "(unknown)"])
        writer.writerows([i, f"{name[0]}{i * 7 % (count + 1)}"] for i in range(1, count + 1))

rows = [(random.randint(1, USERS), random.randint(1, ITEMS)) for _ in range(600)]
scores = model(torch.tensor([u for u, _ in rows]), torch.tensor([i for _, i in rows])).tolist()
with open("rows.csv", "w", newline="") as examples:
    writer = csv.writer(examples, lineterminator="\n")
    writer.writerow(["user", "item", "label", "score"])
    for (user, item), score in zip(rows, scores):
        label = 1 if random.random() < score else 0
        writer.writerow([f"u{user * 7 % (USERS + 1)}", f"i{item * 7 % (ITEMS + 1)}", label, repr(score)])
