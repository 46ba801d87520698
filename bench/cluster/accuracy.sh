#!/usr/bin/env bash
# Test AUC on three silos beside that of one process, docs/results/cluster.md: accuracy.sh OUT trains fixed and AMTL at a quarter to their end, three seeds. SEEDS="1 2 3"
# by default, as CONFIGS="fixed amtl" is. A run whose result is there is not done again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1:?name a folder for the results}")
taper=${TAPER:-$here/../../taper}
source=${TAPER_DATA:-$here/../../../shared/data}
configs=$here/../experiments

train() { # data, config, seed, name, command and options
  local folder=$out/$1/$2-$4/$3
  [ ! -s "$folder/result.json" ] || return 0
  mkdir -p "$folder"
  $taper "${@:5}" "$configs/$1/$2.yaml" --data "$out/$1/dataset" --out "$folder/run" --force --seed "$3" \
    --set training.threads=1 "${settings[@]}" --json -q > "$folder/unfinished.json"
  mv "$folder/unfinished.json" "$folder/result.json"
}

for data in frappe ml-1m; do
  [ -d "$out/$data/dataset" ] || TAPER_DATA=$source $taper prepare "$configs/$data/data.yaml" --out "$out/$data/dataset" -q > /dev/null
  for config in ${CONFIGS:-fixed amtl}; do
    settings=()
    [ "$config" = fixed ] || settings=(--set sizing.budget=0.25)
    for seed in ${SEEDS:-1 2 3}; do
      train "$data" "$config" "$seed" process train
      train "$data" "$config" "$seed" 3 cluster local --silos 3
    done
  done
done
python3 - "$out" <<'PYTHON'
import json, statistics, sys
from pathlib import Path

print("| data | sizes | one process | three silos | difference by seed |\n|---|---|---|---|---|")
for data in ("frappe", "ml-1m"):
    for config in ("fixed", "amtl"):
        def aucs(name):
            return {path.parent.name: json.loads(path.read_text())["test"]["auc"] for path in sorted(Path(sys.argv[1], data, f"{config}-{name}").glob("*/result.json"))}

        def text(numbers):
            return f"{statistics.mean(numbers):.5f}" + (f" ± {statistics.stdev(numbers):.5f}" if len(numbers) > 1 else "")

        process, silos = aucs("process"), aucs("3")
        seeds = [seed for seed in process if seed in silos]
        if seeds:
            print(f"| {data} | {config} | {text([process[s] for s in seeds])} | {text([silos[s] for s in seeds])} | {', '.join(f'{silos[s] - process[s]:+.5f}' for s in seeds)} |")
PYTHON
