#!/usr/bin/env bash
# The tables of docs/results/warm-start.md: warm-start.sh OUT trains a fixed size to its best, tapers it to a quarter with --init-from, and
# trains taper, AMTL, MDE and AutoEmb at a quarter from random values. Two runs at a time with one thread each; a run whose result is there is
# not done again. SEEDS="1 2 3" by default.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1:?name a folder for the results}")
taper=${TAPER:-$here/../../taper}
source=${TAPER_DATA:-$here/../../../shared/data}
export here out taper

one() { # data, name, seed, config, settings
  set -euo pipefail # a shell of its own
  local folder=$out/$1/$2/$3 data=$1 seed=$3 config=$4
  [ ! -s "$folder/result.json" ] || return 0
  mkdir -p "$folder"
  $taper train "$here/$data/$config.yaml" --data "$out/$data/dataset" --out "$folder/run" --force --seed "$seed" \
    --set training.threads=1 "${@:5}" --json -q > "$folder/unfinished.json"
  mv "$folder/unfinished.json" "$folder/result.json"
}
export -f one

quarter="--set sizing.budget=0.25 --set sizing.embedding_dim=16"
for data in frappe ml-1m; do
  [ -d "$out/$data/dataset" ] || TAPER_DATA=$source $taper prepare "$here/$data/data.yaml" --out "$out/$data/dataset" -q > /dev/null
done
for seed in ${SEEDS:-1 2 3}; do
  echo "frappe fixed $seed fixed"
  echo "ml-1m fixed $seed fixed"
done | xargs -P 2 -L 1 bash -c 'one "$@"' one
for seed in ${SEEDS:-1 2 3}; do
  echo "frappe taper-warm $seed taper $quarter --set sizing.taper.keep=elements --set sizing.freeze_epoch=0 --set training.learning_rate=0.003 --init-from $out/frappe/fixed/$seed/run"
  echo "ml-1m taper-warm $seed taper $quarter --set sizing.freeze_epoch=0 --set training.learning_rate=0.001 --init-from $out/ml-1m/fixed/$seed/run"
  echo "frappe taper $seed taper $quarter --set sizing.taper.keep=elements"
  echo "ml-1m taper $seed taper $quarter"
  echo "frappe amtl $seed amtl $quarter --set sizing.freeze_epoch=6"
  echo "ml-1m amtl $seed amtl $quarter"
  for data in frappe ml-1m; do
    echo "$data mde $seed fixed $quarter --set sizing.method=mde"
    echo "$data autoemb $seed fixed $quarter --set sizing.method=autoemb --set sizing.freeze_epoch=6 --set training.sizer_learning_rate=0.01"
  done
done | xargs -P 2 -L 1 bash -c 'one "$@"' one
python3 - "$out" <<'PYTHON'
import json, statistics, sys
from pathlib import Path

def text(numbers):
    return f"{statistics.mean(numbers):.5f}" + (f" ± {statistics.stdev(numbers):.5f}" if len(numbers) > 1 else "")

for data in ("frappe", "ml-1m"):
    print(f"\n## {data}\n\n| | at the start | epoch 1 | 2 | 3 | 5 | 10 | epochs | test AUC |\n|---|---|---|---|---|---|---|---|---|")
    for name in ("fixed", "taper-warm", "taper", "amtl", "mde", "autoemb"):
        curves, tests, epochs = [], [], []
        for result in sorted(Path(sys.argv[1], data, name).glob("*/result.json")):
            lines = [json.loads(line) for line in (result.parent / "run" / "metrics.jsonl").read_text().splitlines()]
            curves.append({line["epoch"]: line["validation"]["auc"] for line in lines})
            tests.append(json.loads(result.read_text())["test"]["auc"])
            epochs.append(max(curves[-1]))
        if not tests:
            continue
        cells = [text([curve[epoch] for curve in curves]) if all(epoch in curve for curve in curves) else "" for epoch in (0, 1, 2, 3, 5, 10)]
        print(f"| {name} | " + " | ".join(cells) + f" | {', '.join(map(str, epochs))} | {text(tests)} |")
PYTHON
