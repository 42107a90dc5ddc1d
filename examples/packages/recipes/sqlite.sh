# SPDX-License-Identifier: BSD-3-Clause
#
# SQLite 3.40: its shell at work on a database file, integrity_check, speedtest1
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
}

# in_empty_folder PROGRAM ARGUMENT…
in_empty_folder()
{
    rm -rf "$results/files"
    mkdir "$results/files"
    run_in "$results/files" "$@"
}

# speedtest ARGUMENT…: what it did, and a hash of all results, without the times
speedtest()
{
    in_empty_folder ./speedtest1 --verify "$@" >"$results/speedtest1" || return
    sed 's/ *[0-9.]*s$//; /^-- Speedtest/d; /TOTAL/d' "$results/speedtest1"
}
