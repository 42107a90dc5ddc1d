# SPDX-License-Identifier: BSD-3-Clause
#
# SQLite 3.40: its shell at work on a database file, integrity_check, speedtest1; shared databases
#
# The package's larger test-suite is written in Tcl and loads SQLite into Tcl's interpreter.

# shellcheck disable=SC2034 # common.sh reads it
source_package=sqlite3
# shellcheck disable=SC2034
tools=tclsh

configure()
{
    BUILD_CC=clang-19 run_configure --disable-tcl --disable-readline --disable-load-extension
}

compile()
{
    make -j"$jobs" sqlite3.c shell.c
}

programs()
{
    make -j"$jobs" sqlite3 speedtest1
}

tests()
{
    scripts=$here/recipes/sqlite
    for script in "$scripts"/*.sql; do
        same "$(basename "$script" .sql)" in_empty_folder ./sqlite3 <"$script"
    done
    same speedtest1 speedtest --size 5 speed.db
    same speedtest1_memory speedtest --size 5 --memdb
    same speedtest1_threads speedtest --size 5 --multithread --threads 4 --journal wal speed.db
    for via in 9p virtiofs; do
        for journal in wal delete; do
            same "${via}_$journal" on_share --size 2 --journal $journal speed.db
            same "${via}_killed_$journal" killed $journal
        done
    done
}

# in_empty_folder PROGRAM ARGUMENT…
in_empty_folder()
{
    rm -rf "$results/files"
    mkdir "$results/files"
    run_in "$results/files" "$@"
}

# shared_folder NAME: an empty one
shared_folder()
{
    rm -rf "${results:?}/$1"
    mkdir "$results/$1"
}

# on_share ARGUMENT…: speedtest1 with its database in a folder of the host
on_share()
{
    shared_folder share
    run_sharing "$results/share" ./speedtest1 --verify "$@" >"$results/speedtest1" || return
    run_sharing "$results/share" ./sqlite3 speed.db 'PRAGMA integrity_check' </dev/null || return
    without_times
}

# insertions JOURNAL: a transaction for each row; its number is printed when it is committed
insertions()
{
    echo "PRAGMA journal_mode=$1; PRAGMA synchronous=FULL;"
    echo "CREATE TABLE t(n INTEGER PRIMARY KEY, v BLOB);"
    seq 20000 | sed 's/.*/INSERT INTO t VALUES(&, randomblob(3000)); SELECT &;/'
}

# killed JOURNAL: what was committed is there after the program, or its machine, was killed
killed()
{
    shared_folder killed
    insertions "$1" >"$results/insertions"
    run_sharing "$results/killed" ./sqlite3 t.db <"$results/insertions" >"$results/committed" &
    process=$!
    for _ in $(seq 600); do
        ! grep -qx 100 "$results/committed" || break
        sleep 0.1
    done
    # A shell may stand between; else the machine goes before its launcher.
    # shellcheck disable=SC2046 # numbers
    kill -9 $(cat /proc/$process/task/$process/children) $process
    wait $process || true
    sleep 2 # the machine ends after the launcher
    last=$(grep -Ex '[0-9]+' "$results/committed" | tail -n 1)
    run_sharing "$results/killed" ./sqlite3 t.db "PRAGMA integrity_check;
        SELECT max(n) >= $last, count(*) = max(n) FROM t" </dev/null
}

# speedtest ARGUMENT…: what it did, and a hash of all results, without the times
speedtest()
{
    in_empty_folder ./speedtest1 --verify "$@" >"$results/speedtest1" || return
    without_times
}

without_times()
{
    sed 's/ *[0-9.]*s$//; /^-- Speedtest/d; /TOTAL/d' "$results/speedtest1"
}
