#!/usr/bin/env bash
# Preparing on three silos of this machine beside one process, docs/results/cluster.md: prepare.sh OUT generates FILES (6) Parquet files of ROWS (3000000) examples, prepares them
# ROUNDS (2) times each way in turn, and prints seconds, the most memory of a process, and whether the bytes are the same. Takes a redis-server.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1:?name a folder for the data}")
taper=${TAPER:-$here/../../taper}
files=${FILES:-6} rows=${ROWS:-3000000} rounds=${ROUNDS:-2} silos=3
mkdir -p "$out"
cd "$out"

for ((file = 0; file < files; file++)); do
  [ -s "part-$file.parquet.yaml" ] || "$taper" generate --out "part-$file.parquet" --rows "$rows" --vocabularies 3000000,1000000,100000,1000 --seed "$file" -q > /dev/null
done
sed 's/part-0\.parquet"/part-*.parquet"/' part-0.parquet.yaml > all.yaml

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])')
redis-server --port "$port" --bind 127.0.0.1 --save '' > redis.log 2>&1 &
started=($!)
trap 'kill "${started[@]}" 2> /dev/null || true; wait' EXIT
cluster=redis://127.0.0.1:$port/prepare
until redis-cli -p "$port" ping > /dev/null 2>&1; do sleep 0.1; done
for ((silo = 1; silo <= silos; silo++)); do
  "$taper" cluster silo --cluster "$cluster" --name "silo-$silo" --port $((port + silo)) --gateway-port $((port + 10 + silo)) > "silo-$silo.log" 2>&1 &
  started+=($!)
done
for ((silo = 1; silo <= silos; silo++)); do
  until grep -q 'has joined' "silo-$silo.log"; do sleep 0.2; done
done

# Seconds of a command, and the most memory that it or a silo has taken, in MiB; a silo's is of all that it has done so far.
measure() {
  local start end peak=0
  start=$(date +%s.%N)
  "$@" -q > /dev/null &
  local pid=$! line
  while kill -0 "$pid" 2> /dev/null; do
    line=$(grep VmHWM "/proc/$pid/status" 2> /dev/null | tr -dc 0-9 || true)
    peak=$((${line:-0} > peak ? ${line:-0} : peak))
    sleep 0.1
  done
  wait "$pid"
  end=$(date +%s.%N)
  for silo in "${watched[@]}"; do
    line=$(grep VmHWM "/proc/$silo/status" | tr -dc 0-9)
    peak=$((line > peak ? line : peak))
  done
  echo "$(echo "$end - $start" | bc) $((peak / 1024))"
}

echo "| round | one process, s | three silos, s | ratio | one process, MiB | the largest of four, MiB | same bytes |"
echo "|---|---|---|---|---|---|---|"
for ((round = 1; round <= rounds; round++)); do
  watched=()
  read -r one memory <<< "$(measure "$taper" prepare all.yaml --out one)"
  watched=("${started[@]:1}")
  read -r three largest <<< "$(measure "$taper" cluster prepare all.yaml --out three --cluster "$cluster")"
  same=no
  diff -r one three > differences.txt && same=yes
  LC_ALL=C printf '| %d | %.1f | %.1f | %.2f | %d | %d | %s |\n' "$round" "$one" "$three" "$(echo "$three / $one" | bc -l)" "$memory" "$largest" "$same"
done
