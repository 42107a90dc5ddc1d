# SPDX-License-Identifier: BSD-3-Clause
#
# iperf3 3.9: server and client, each with one of this machine, by TCP and UDP, both ways
#
# Of the Debian release before: the mirror has no archive of the newer source package.

# shellcheck disable=SC2034 # common.sh reads it
limit=600

configure()
{
    CFLAGS="-O2 -w" run_configure --disable-dependency-tracking --disable-profiling \
        --without-openssl --without-sctp
}

compile()
{
    make -C src -j"$jobs" libiperf.la
}

own_tests="timer units uuid api"

programs()
{
    # shellcheck disable=SC2046,SC2086 # names
    make -C src -j"$jobs" iperf3 $(printf 't_%s ' $own_tests)
}

measurements="tcp reverse both parallel udp udp_reverse limited blocks"

tests()
{
    for test in $own_tests; do
        try "own_$test" "src/t_$test"
    done
    native_iperf3=$folder/../native/build/src/iperf3
    mkdir -p "$results/files/tmp"
    port=$(free_port)
    start_server "$results/files" src/iperf3 -s --forceflush -p "$port"
    log=$results/server.log
    measure server "$native_iperf3" 127.0.0.1
    same server_end stopped
    port=$(free_port)
    log=$results/native_server.log
    "$native_iperf3" -s --forceflush -p "$port" >"$log" 2>&1 &
    server=$!
    trap 'kill "$server" 2>/dev/null || true' EXIT
    case $system in
    native) measure client src/iperf3 127.0.0.1 ;;
    *) measure client on_hermit 10.0.2.2 ;;
    esac
    kill "$server"
    trap - EXIT
}

on_hermit()
{
    "$bin/hermit" run --root "$results/files" -- src/iperf3 "$@"
}

# measure ROLE CLIENT ADDRESS: all kinds of measurements with the server, which is there
measure()
{
    same "$1_tcp" measured "$2" "$3" -n 32M
    same "$1_reverse" measured "$2" "$3" -t 1 -R
    same "$1_both" measured "$2" "$3" -t 1 --bidir
    same "$1_parallel" measured "$2" "$3" -t 1 -P 8
    same "$1_udp" measured "$2" "$3" -u -b 4M -t 1 -l 1400
    same "$1_udp_reverse" measured "$2" "$3" -u -b 4M -t 1 -l 1400 -R
    same "$1_limited" measured "$2" "$3" -b 8M -t 1 -O 1
    same "$1_blocks" measured "$2" "$3" -k 200 -l 100K -N -M 1200 -w 200K
}

# await_server: until it says once more that it listens, which it does anew for each client
await_server()
{
    heard=$(($(grep -c '^Accepted' "$log" || true) + 1))
    for _ in $(seq 600); do
        [ "$(grep -c '^Server listening' "$log" || true)" -lt "$heard" ] || return 0
        sleep 0.1
    done
    return 1
}

# measured CLIENT ADDRESS OPTION…: what is the same each time in the client's report
measured()
{
    client=$1
    address=$2
    shift 2
    await_server || return
    "$client" -c "$address" -p "$port" "$@" -J >"$results/report" || {
        cat "$results/report" >&2
        return 1
    }
    python3 -B "$here/recipes/iperf3/show_report.py" "$results/report"
}

# stopped: how the server ends after SIGTERM
stopped()
{
    kill "$server"
    end=0
    wait "$server" || end=$?
    trap - EXIT
    echo "status $end"
    grep terminated "$results/server.log"
}
