#!/bin/sh
# musl with the overlay and libomp as Linux processes: cancellation, OpenMP, and every pthread,
# futex and OpenMP program of tests/ that passes with Debian's musl. A run of ci/test has every other
# one of the former two.
. "$(dirname "$0")/common.sh"

export HERMIT_LINK=host-shim
hermit_clang -O2 -pthread "$tests/programs/cancel.c" -o cancel
timeout 120 ./cancel || fail "cancel ended with $?"
for options in "-O0" "-O2 -flto" "-O2 -no-pie"; do
    # shellcheck disable=SC2086 # a list of options
    hermit_clang $options -fopenmp "$tests/programs/parallel.c" -o parallel -lm
    ./parallel
done

count=0
bad=0
# check SOURCE…: builds a program of tests/ from all of them and runs it as its first one promises
check()
{
    name=$(basename "$1" .c)
    own=$(sed -n '1,3s|^/\* build: \(.*\) \*/.*|\1|p' "$1")
    count=$((count + 1))
    # shellcheck disable=SC2086 # a list of options
    if ! hermit_clang -O1 -fopenmp -I"$top/tests/posix" $own "$@" -o program -lm; then
        echo "not built: $name"
        bad=$((bad + 1))
    elif ! "$top/tests/run" --source "$1" --linux "$work/program" >out 2>&1; then
        echo "$name:"
        tail -n 12 out
        bad=$((bad + 1))
    fi
}

turn=0
for source in "$top"/tests/posix/pthread/*.c "$top"/tests/posix/futex/*.c; do
    turn=$((1 - turn))
    case $source in
    */thread_storm_uses_everything.c) ;; # wants the whole machine
    *) ! drawn $turn 2 >/dev/null || check "$source" ;;
    esac
done
openmp=$top/tests/openmp
check "$openmp"/constructs.c "$openmp"/worksharing.c "$openmp"/synchronisation.c \
    "$openmp"/tasks.c "$openmp"/environment.c
echo "$count programs, $bad failures (HERMIT_SAMPLE_SEED=${HERMIT_SAMPLE_SEED-})"
[ "$bad" -eq 0 ]
