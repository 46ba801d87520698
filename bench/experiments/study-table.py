#!/usr/bin/env python3
"""The tables of docs/results/first.md from the results that study.sh OUT left: study-table.py OUT."""
import json
import statistics
import sys
from pathlib import Path

out = Path(sys.argv[1])


def embedding_bytes(run):
    return (run / "1" / "bundle" / "embeddings.safetensors").stat().st_size


for data in ("frappe", "ml-10m-tag", "ml-1m"):
    print(f"\n{data}\n\n| | validation AUC | test AUC | test logloss | embedding parameters | file bytes | seconds |\n|---|---|---|---|---|---|---|")
    for run in sorted((path for path in (out / data).iterdir() if path.name != "dataset"), key=embedding_bytes):
        seeds = [seed for seed in sorted(run.iterdir()) if (seed / "result.json").exists()]
        results = [json.loads((seed / "result.json").read_text()) for seed in seeds]
        seconds = [json.loads((seed / "train.json").read_text())["seconds"] for seed in seeds]
        auc = [result["test"]["auc"] for result in results]
        mean = lambda split, metric: statistics.mean(result[split][metric] for result in results)
        size = (seeds[0] / "bundle" / "embeddings.safetensors").stat().st_size
        print(
            f"| {run.name} | {mean('validation', 'auc'):.5f} | {statistics.mean(auc):.5f} ± {statistics.stdev(auc):.5f}"
            f" | {mean('test', 'logloss'):.4f} | {max(r['embedding']['parameters'] for r in results):,} | {size:,}"
            f" | {statistics.mean(seconds):.0f} |"
        )
