#!/usr/bin/env bash
# The table "Failures" of docs/results/cluster.md: failures.sh OUT [CASE ...] trains on frappe with three silos, workers and shards,
# whose membership a redis-server of its own keeps, and does to them what machines do. Silos are kept up by a loop that starts one
# again when it ends. A case whose line is there is not done again. CONFIGS (fixed amtl) and EPOCHS (14) may be set.
# Linux; the case of the network needs root and iproute2.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${1:?name a folder for the results}")
shift
cases=${*:-undisturbed client kill all everything coordinator checkpoint stop coordinator-stop redis redis-empty cut}
taper=${TAPER:-$here/../../taper}
export TAPER_DATA=${TAPER_DATA:-$here/../../../shared/data}
epochs=${EPOCHS:-14}
frappe=$here/../experiments/frappe
mkdir -p "$out"
[ -d "$out/data" ] || "$taper" prepare "$frappe/data.yaml" --out "$out/data" -q > /dev/null
bridge=taper-br net=10.77.0
client=''

# A port that nobody listens on now.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])'; }

start_redis() {
  redis-server --port "$port" --bind "$host" --protected-mode no --save '' --appendonly yes --dir "$work/redis" > "$work/redis.log" 2>&1 &
  redis=$!
  until redis-cli -h "$host" -p "$port" ping > /dev/null 2>&1; do sleep 0.1; done
}

kill_redis() { kill -KILL "$redis"; { wait "$redis"; } 2> /dev/null || true; }

# Starts a silo again whenever it ends; its process is in silo-N.pid.
keep_up() { # number
  local number=$1 where=() address=127.0.0.1
  exec 2> /dev/null # bash tells of every process that was killed
  if [ "$host" != 127.0.0.1 ]; then where=(ip netns exec "taper-$number") address=$net.1$number; fi
  while [ ! -e "$work/over" ]; do
    "${where[@]}" "$taper" cluster silo --cluster "$cluster" --name "silo-$number" --address "$address" \
      --port $((port + number)) --gateway-port $((port + 10 + number)) >> "$work/silo-$number.log" 2>&1 < /dev/null &
    echo $! > "$work/silo-$number.pid"
    wait $! || echo "exit code $?" >> "$work/silo-$number.log"
    sleep 1
  done
}

pid_of() { cat "$work/silo-$1.pid"; }

# The silo that the coordinator is on: its process is in the name of the newest file for TensorBoard.
pid_of_coordinator() { find "$run/tensorboard" -name 'events.*' -printf '%T@ %f\n' | sort -n | tail -n 1 | rev | cut -d. -f2 | rev; }

follow() { # further options
  "$taper" cluster train "$frappe/$config.yaml" --data "$out/data" --out "$run" --cluster "$cluster" --set sizing.budget=0.25 \
    --set training.threads=1 --set training.checkpoint_every=50 --set "training.epochs=$epochs" --workers 3 --shards 3 --json "$@" \
    > "$work/result.json" 2>> "$work/train.log" < /dev/null &
  client=$!
}

running() { kill -0 "$client" 2> /dev/null; }

now() { date +%s.%N; }

generation() { { find "$run/cluster" -name 'generation-*' 2> /dev/null || true; } | sort | tail -n 1; }

# Waits until a checkpoint is written after $1 by a generation later than $2, and notes how long that took.
recovered() { # time, generation before
  local new
  while running; do
    new=$(generation)
    if [ "$new" != "$2" ] && [ -n "$(find "$run/checkpoints" -maxdepth 1 -name 'step-????????????' -newer "$new" 2> /dev/null)" ]; then
      echo "$(now) - $1" | bc >> "$work/recoveries"
      return
    fi
    sleep 0.2
  done
}

# Waits until that many seconds of training have gone by.
train_for() { local end=$((SECONDS + $1)); while running && [ $SECONDS -lt "$end" ]; do sleep 0.2; done; }

until_first_checkpoint() { while running && ! compgen -G "$run/checkpoints/step-????????????" > /dev/null; do sleep 0.2; done; }

until_joined() { local n; for n in 1 2 3; do until grep -q 'has joined' "$work/silo-$n.log" 2> /dev/null; do sleep 0.2; done; done; }

do_undisturbed() { follow; }

do_client() { # the one who follows is killed, and follows again
  follow; until_first_checkpoint; train_for 5
  kill -KILL "$client"; { wait "$client"; } 2> /dev/null || true
  sleep 5
  follow --resume
}

do_kill() { # SIGKILL of a random silo, ten times
  local i before at
  follow
  RANDOM=1
  for i in 1 2 3 4 5 6 7 8 9 10; do
    train_for $((RANDOM % 4)) # before the first checkpoint too
    running || break
    before=$(generation) at=$(now)
    kill -KILL "$(pid_of $((RANDOM % 3 + 1)))" || true
    recovered "$at" "$before"
    echo "$i" > "$work/kills"
  done
}

do_all() { # SIGKILL of all silos at once
  local before at
  follow; until_first_checkpoint; train_for 5
  before=$(generation) at=$(now)
  kill -KILL "$(pid_of 1)" "$(pid_of 2)" "$(pid_of 3)"
  recovered "$at" "$before"
}

do_everything() { # SIGKILL of all silos and of the one who follows; nobody asks for the training until it is done
  local before at
  follow; until_first_checkpoint; train_for 5
  before=$(generation) at=$(now)
  kill -KILL "$client" "$(pid_of 1)" "$(pid_of 2)" "$(pid_of 3)"
  { wait "$client"; } 2> /dev/null || true
  client=''
  while [ ! -s "$run/result.json" ] && [ "$(echo "$(now) - $at < 600" | bc)" = 1 ]; do sleep 1; done
  echo "reminded, a new life began $(echo "($(stat -c %Y "$(generation)") - $at) / 1" | bc) s later" > "$work/remark"
  follow --resume
}

do_coordinator() { # SIGKILL of the coordinator's silo, three times
  local i before at
  follow; until_first_checkpoint
  for i in 1 2 3; do
    train_for 3
    running || break
    before=$(generation) at=$(now)
    kill -KILL "$(pid_of_coordinator)"
    recovered "$at" "$before"
  done
}

do_checkpoint() { # SIGKILL of a silo while a checkpoint is being written, three times
  local i before at
  follow; until_first_checkpoint
  for i in 1 2 3; do
    train_for 3
    while running && ! compgen -G "$run/checkpoints/step-*.tmp-*" > /dev/null; do :; done
    running || break
    before=$(generation) at=$(now)
    kill -KILL "$(pid_of "$i")"
    recovered "$at" "$before"
  done
}

do_stop() { # of a silo
  follow; until_first_checkpoint; train_for 5
  pause_for_long "$(pid_of 1)"
}

do_coordinator-stop() { # it wakes up beside its successor
  follow; until_first_checkpoint; train_for 5
  pause_for_long "$(pid_of_coordinator)"
}

pause_for_long() { # process: for longer than the others wait for it
  local before at victim=$1
  before=$(generation) at=$(now)
  kill -STOP "$victim"
  recovered "$at" "$before"
  train_for $((45 - $(printf '%.0f' "$(echo "$(now) - $at" | bc)")))
  kill -CONT "$victim"
  at=$(now)
  while kill -0 "$victim" 2> /dev/null; do sleep 0.2; done
  echo "woken up, it ended within $(echo "($(now) - $at) / 1" | bc) s" > "$work/remark"
}

do_redis() { # its data stay
  local i
  follow; until_first_checkpoint
  for i in 1 2; do
    train_for 5; kill_redis; train_for 15; start_redis
  done
}

do_redis-empty() { # its data are lost
  local i before at
  follow; until_first_checkpoint
  for i in 1 2; do
    train_for 5; before=$(generation) at=$(now)
    kill_redis; rm -rf "$work/redis"/*; sleep 2; start_redis
    recovered "$at" "$before"
  done
}

do_cut() { # a silo is cut off from all others, and from redis, for 60 s
  local before at written=()
  follow; until_first_checkpoint; train_for 5
  before=$(generation) at=$(now)
  written=("$(bytes_written 1)")
  ip link set taper-v1 nomaster
  recovered "$at" "$before"
  written+=("$(bytes_written 1)")
  while [ "$(echo "$(now) - $at < 60" | bc)" = 1 ]; do sleep 0.2; done
  written+=("$(bytes_written 1)")
  ip link set taper-v1 master "$bridge"
  at=$(now)
  local victim; victim=$(pid_of 1)
  while [ "$victim" = "$(pid_of 1)" ] && kill -0 "$victim" 2> /dev/null; do sleep 0.2; done
  echo "cut off, it wrote $((written[1] - written[0])) bytes until the others went on, and $((written[2] - written[1])) after; connected, it ended within $(echo "($(now) - $at) / 1" | bc) s" > "$work/remark"
}

# What a silo has written to files: sockets do not count.
bytes_written() { awk '/^write_bytes/ { print $2 }' "/proc/$(pid_of "$1")/io"; }

network() {
  local n
  ip link add "$bridge" type bridge
  ip address add "$net.1/24" dev "$bridge"
  ip link set "$bridge" up
  for n in 1 2 3; do
    ip netns add "taper-$n"
    ip link add "taper-v$n" type veth peer name eth0 netns "taper-$n"
    ip link set "taper-v$n" master "$bridge" up
    ip -n "taper-$n" address add "$net.1$n/24" dev eth0
    ip -n "taper-$n" link set eth0 up
    ip -n "taper-$n" link set lo up
  done
}

no_network() {
  local n
  for n in 1 2 3; do ip netns delete "taper-$n" 2> /dev/null || true; done
  ip link delete "$bridge" 2> /dev/null || true
}

finish() { # stops what this case has started
  [ -n "${work:-}" ] || return 0
  touch "$work/over"
  local n
  [ -z "$client" ] || { kill -KILL "$client"; wait "$client"; } 2> /dev/null || true
  for n in 1 2 3; do
    [ ! -e "$work/silo-$n.pid" ] || kill -KILL "$(pid_of "$n")" 2> /dev/null || true
  done
  [ -z "${redis:-}" ] || kill -KILL "$redis" 2> /dev/null || true
  { wait; } 2> /dev/null || true
  [ "$host" = 127.0.0.1 ] || no_network
  client='' redis=''
}
trap finish EXIT

try() { # config, case
  config=$1
  local what=$2 status=0 n started
  [ ! -s "$out/$config-$what.json" ] || return 0
  work=$out/$config-$what run=$out/$config-$what/run
  rm -rf "$work"
  mkdir -p "$work/redis"
  host=127.0.0.1
  if [ "$what" = cut ]; then host=$net.1; no_network; network; fi
  port=$(free_port)
  cluster=redis://$host:$port/failures
  start_redis
  for n in 1 2 3; do keep_up "$n" & done
  until_joined
  started=$(now)
  "do_$what"
  wait "$client" || status=$?
  echo "$(now) - $started" | bc > "$work/seconds"
  client=
  finish
  if [ "$status" -ne 0 ]; then echo "| $config | $what | failed: $(tail -n 1 "$work/train.log") |"; return 0; fi
  cp "$work/result.json" "$out/$config-$what.json"
}

for config in ${CONFIGS:-fixed amtl}; do
  for what in $cases; do try "$config" "$what"; done
done

python3 - "$out" <<'PYTHON'
import json, sys
from pathlib import Path

out = Path(sys.argv[1])
print("| | case | test AUC | − undisturbed | epochs once, in order | seconds | until the next checkpoint, s | |\n|---|---|---|---|---|---|---|---|")
for config in ("fixed", "amtl"):
    base = None
    for case in ("undisturbed", "client", "kill", "all", "everything", "coordinator", "checkpoint", "stop", "coordinator-stop", "redis", "redis-empty", "cut"):
        file, work = out / f"{config}-{case}.json", out / f"{config}-{case}"
        if not file.exists():
            continue
        result = json.loads(file.read_text())
        auc = result["test"]["auc"]
        base = auc if case == "undisturbed" else base
        epochs = [json.loads(line)["epoch"] for line in (work / "run" / "metrics.jsonl").read_text().splitlines()]
        seconds = float((work / "seconds").read_text())
        times = [float(line) for line in (work / "recoveries").read_text().split()] if (work / "recoveries").exists() else []
        remark = (work / "remark").read_text().strip() if (work / "remark").exists() else ""
        difference = "" if base is None else f"{auc - base:+.5f}".replace("+0.00000", "0")
        took = f"{len(times)}: {min(times):.0f} to {max(times):.0f}" if times else ""
        print(f"| {config} | {case} | {auc:.5f} | {difference} | {'yes' if epochs == list(range(1, result['epochs'] + 1)) else epochs} | {seconds:.0f} | {took} | {remark} |")
PYTHON
