#!/usr/bin/env bash
# The tables of docs/results/cluster.md but for failures: speed.sh OUT trains on one, two and three silos of this machine and in one process, fixed and AMTL at a quarter,
# and prints bytes and time of a step beside what the cost model of docs/scale.md says (cost_model.py). A run whose result is there is not done again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1:?name a folder for the results}")
taper=${TAPER:-$here/../../taper}
source=${TAPER_DATA:-$here/../../../shared/data}
configs=$here/../experiments
epochs=${EPOCHS:-3}

train() { # data, config, name, command and options
  local folder=$out/$1/$2-$3
  [ ! -s "$folder/result.json" ] || return 0
  mkdir -p "$folder"
  $taper "${@:4}" "$configs/$1/$2.yaml" --data "$out/$1/dataset" --out "$folder/run" --force \
    --set training.threads=1 --set training.epochs="$epochs" --set training.patience=0 "${settings[@]}" --json -q > "$folder/unfinished.json"
  mv "$folder/unfinished.json" "$folder/result.json"
}

for data in frappe ml-1m; do
  [ -d "$out/$data/dataset" ] || TAPER_DATA=$source $taper prepare "$configs/$data/data.yaml" --out "$out/$data/dataset" -q > /dev/null
  for config in fixed amtl; do
    settings=()
    [ "$config" = fixed ] || settings=(--set sizing.budget=0.25 --set sizing.freeze_epoch=1)
    train "$data" "$config" process train
    for silos in 1 2 3; do
      train "$data" "$config" "$silos" cluster local --silos "$silos"
    done
    train "$data" "$config" 3-fp16 cluster local --silos 3 --wire fp16
  done
  settings=(--set sizing.budget=0.25 --set sizing.freeze_epoch=0.001) # frozen from the second step on: the bytes of kept prefixes alone
  train "$data" amtl frozen-3 cluster local --silos 3
  train "$data" amtl frozen-3-fp16 cluster local --silos 3 --wire fp16
done
python3 "$here/cost_model.py" "$out"
