# SPDX-License-Identifier: BSD-3-Clause
#
# libevent 2.1: its regression tests, and those of its methods of waiting

configure()
{
    CFLAGS=-O2 run_configure --disable-openssl --disable-samples --disable-dependency-tracking
}

compile()
{
    make include/event2/event-config.h
    make -j"$jobs" libevent.la libevent_core.la libevent_extra.la libevent_pthreads.la
    make install-libLTLIBRARIES install-data
}

programs()
{
    make -j"$jobs" test/regress test/test-changelist test/test-eof test/test-closed \
        test/test-fdleak test/test-init test/test-time test/test-weof test/test-ratelim
}

tests()
{
    # A process for each, as its own program has them by fork(). What is left out is in
    # docs/packages.md.
    test/regress --list-tests | sed -n 's|^ *\([a-z]*/[^ ]*\)$|\1|p' |
        grep -vx -e main/mm_functions -e main/fork -e util/log -e thread/forking \
            -e http/bad_request -e main/event_pending -e main/gettimeofday_cached \
            -e main/gettimeofday_cached_sleep -e bufferevent/bufferevent_zlib >"$results/tests"
    while read -r name; do
        try "$(echo "$name" | tr / .)" own_test "$name"
    done <"$results/tests"
    for method in EPOLL POLL SELECT; do
        for program in changelist closed eof fdleak init time weof; do
            try "$method.$program" with_method $method "test/test-$program"
        done
    done
}

# own_test NAME: some measure a time to 50 ms, which a busy machine misses now and then
own_test()
{
    for attempt in first second last; do
        echo "$attempt attempt"
        ! test/regress --no-fork "$1" || return 0
    done
    return 1
}

# with_method METHOD PROGRAM: with that one of libevent's methods of waiting alone
with_method()
(
    for other in EPOLL POLL SELECT; do
        [ $other = "$1" ] || export "EVENT_NO$other=yes"
    done
    exec "$2"
)
