#!/usr/bin/env bash
# The table "Shuffling" of docs/results/speed.md: shuffle.sh OUT trains with the examples shuffled as a whole and in windows
# of 3% (blocks) and 20% (fifth), on training files as they are, sorted by user, and sorted by label. Two runs at a time with one thread each; a run whose result is
# there is not done again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1:?name a folder for the results}")
taper=$here/../../taper
source=${TAPER_DATA:-$here/../../../shared/data}
export here out taper

one() { # data, order, shuffle, window, seed
  set -euo pipefail # a shell of its own
  local folder=$out/$1/$2-$3/$5
  [ ! -s "$folder/result.json" ] || return 0
  mkdir -p "$folder"
  "$taper" train "$here/$1/amtl.yaml" --data "$out/$1/$2" --out "$folder/run" --force --seed "$5" \
    --set training.threads=1 --set "training.shuffle_window=$4" --json -q > "$folder/unfinished.json"
  mv "$folder/unfinished.json" "$folder/result.json"
  rm -r "$folder/run"
}
export -f one

prepare() { # data, order, sort's key
  [ ! -d "$out/$1/$2" ] || return 0
  mkdir -p "$out/sources/$1"
  cp "$source/$1"/{validation,test}.csv.gz "$out/sources/$1/"
  { zcat "$source/$1/train.csv.gz" | sed -n 1p; zcat "$source/$1/train.csv.gz" | sed 1d | LC_ALL=C sort -s -t, "$3"; } \
    | gzip -1 > "$out/sources/$1/train.csv.gz"
  TAPER_DATA=$out/sources "$taper" prepare "$here/$1/data.yaml" --out "$out/$1/$2" -q > /dev/null
}

for data in frappe ml-1m; do
  [ -d "$out/$data/stored" ] || TAPER_DATA=$source "$taper" prepare "$here/$data/data.yaml" --out "$out/$data/stored" -q > /dev/null
done
prepare frappe user -k2,2n
prepare frappe label -k1,1n
prepare ml-1m user -k1,1n
prepare ml-1m label -k12,12n
for seed in 1 2 3; do
  for order in stored user label; do
    echo "frappe $order whole 8388608 $seed"
    echo "frappe $order blocks 6144 $seed"
    echo "ml-1m $order whole 8388608 $seed"
    echo "ml-1m $order blocks 24576 $seed"
  done
  echo "ml-1m user fifth 163840 $seed"
done | xargs -P 2 -L 1 bash -c 'one "$@"' one
python3 - "$out" <<'PYTHON'
import json, statistics, sys
from pathlib import Path

print("| | order | shuffled | test AUC, mean ± deviation |\n|---|---|---|---|")
for data in ("frappe", "ml-1m"):
    for run in sorted(Path(sys.argv[1], data).glob("*-*"), reverse=True):
        auc = [json.loads(result.read_text())["test"]["auc"] for result in sorted(run.glob("*/result.json"))]
        order, shuffled = run.name.split("-")
        print(f"| {data} | {order} | {shuffled} | {statistics.mean(auc):.5f} ± {statistics.stdev(auc):.5f} |")
PYTHON
