# SPDX-License-Identifier: BSD-3-Clause
#
# libuv 1.44: its own tests, each in a process of its own

# shellcheck disable=SC2034 # common.sh reads it
source_package=libuv1

configure()
{
    cp "$here"/recipes/libuv/one_process.* .
    run_cmake -DCMAKE_PROJECT_libuv_INCLUDE="$PWD/one_process.cmake" \
        -DCMAKE_C_FLAGS_RELEASE="-O1 -w"
}

compile()
{
    ninja -j"$jobs" uv_a
}

programs()
{
    ninja -j"$jobs" uv_run_tests_a
}

tests()
{
    export UV_RUN_AS_ROOT=1
    mkdir -p "$results/tree/files/test"
    cp -r "$source/test/fixtures" "$results/tree/files/test"
    ./uv_run_tests_a --list | sed 's/ *(.*//' | left_in >"$results/tests"
    while read -r name; do
        try "$name" attempts "$name"
    done <"$results/tests"
}

# left_in: of the tests' names, without those that docs/packages.md tells
left_in()
{
    grep -vx -e 'fork_.*' -e 'spawn_.*' -e 'ipc_.*[^s]' -e stdio_over_pipes -e stdio_emulate_iocp \
        -e closed_fd_events -e kill -e process_ref -e process_title_big_argv \
        -e pipe_close_stdout_read_stdin |
        grep -vx -e 'fs_event_.*' -e queue_foreach_delete |
        grep -vx -e dlerror -e platform_output -e fs_copyfile -e poll_oob -e tcp_oob \
            -e tcp_close_while_connecting -e tcp_connect_timeout -e tty_pty
}

# attempts NAME: some give a timer or a connection 100 ms, which a busy machine misses now and then
attempts()
{
    for attempt in first second last; do
        echo "$attempt attempt"
        end=0
        own_test "$1" || end=$?
        case $end in
        0) return 0 ;;
        7) return 77 ;; # what a test that cannot be run here ends with
        esac
    done
    return 1
}

# own_test NAME: in a folder of its own below the root
own_test()
(
    program=$PWD/uv_run_tests_a
    # It looks for its own image.
    [ "$1" != get_currentexe ] || exec "$program" "$1" "$1"
    [ "$system" = native ] ||
        exec "$bin/hermit" run --root "$results/tree" --cwd /files -- "$program" "$1" "$1"
    rm -rf "$results/files" /tmp/uv-test-sock*
    cp -r "$results/tree/files" "$results/files"
    cd "$results/files" && exec "$program" "$1" "$1"
)
