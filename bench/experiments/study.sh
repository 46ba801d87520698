#!/usr/bin/env bash
# The runs of docs/results/first.md: study.sh OUT prepares, trains, exports and measures into OUT.
# Two runs at a time with one thread each; a run whose result is there is not done again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1:?name a folder for the results}")
taper=$here/../../taper
export here out taper
mkdir -p "$out"

one() { # name, data, config, seed, then --set values
  set -euo pipefail # a shell of its own
  local name=$1 data=$2 config=$3 seed=$4
  shift 4
  local folder=$out/$data/$name/$seed sets=()
  [ ! -s "$folder/result.json" ] || return 0
  mkdir -p "$folder"
  for set in "$@"; do sets+=(--set "$set"); done
  "$taper" train "$here/$data/$config.yaml" --data "$out/$data/dataset" --out "$folder/run" --force --seed "$seed" \
    --set training.threads=1 "${sets[@]}" --json -q > "$folder/train.json"
  "$taper" export "$folder/run" --out "$folder/bundle" -q > /dev/null
  "$taper" evaluate "$folder/bundle" --data "$out/$data/dataset" --json -q > "$folder/unfinished.json"
  mv "$folder/unfinished.json" "$folder/result.json"
  echo "$data $name seed $seed: $(grep -m2 -o '"auc": [0-9.]*' "$folder/result.json" | tr '\n' ' ')"
}
export -f one

for data in frappe ml-10m-tag ml-1m; do
  [ -d "$out/$data/dataset" ] || "$taper" prepare "$here/$data/data.yaml" --out "$out/$data/dataset" -q > /dev/null
done
for seed in 1 2 3; do
  for size in 4 8 16; do echo "fixed-$size frappe fixed $seed sizing.embedding_dim=$size"; done
  for budget in 0.25 0.5; do echo "amtl-$budget frappe amtl $seed sizing.budget=$budget"; done
  for size in 4 8 16 32; do echo "fixed-$size ml-10m-tag fixed $seed sizing.embedding_dim=$size"; done
  echo "amtl-0.4 ml-10m-tag amtl $seed sizing.budget=0.4"
  for size in 8 16; do echo "fixed-$size ml-1m fixed $seed sizing.embedding_dim=$size"; done
  echo "amtl-0.5 ml-1m amtl $seed sizing.budget=0.5"
  for budget in 0.25 0.5; do echo "taper-$budget frappe taper $seed sizing.budget=$budget"; done
  for budget in 0.1 0.25; do echo "taper-$budget ml-10m-tag taper $seed sizing.budget=$budget"; done
  for budget in 0.25 0.5; do echo "taper-$budget ml-1m taper $seed sizing.budget=$budget"; done
  echo "bars-dnn frappe bars-dnn $seed"
  echo "bars-fm frappe bars-fm $seed"
done | xargs -P 2 -L 1 bash -c 'one "$@"' one
