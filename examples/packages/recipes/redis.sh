# SPDX-License-Identifier: BSD-3-Clause
#
# redis 7.0: its server, asked by a client and by redis-benchmark, files written by SAVE and AOF

configure()
{
    copy_source
}

# redis_make TARGET…: with the C library's malloc; jemalloc is what it would take on Linux
redis_make()
{
    make -C src -j"$jobs" CC="$CC" AR="$AR" RANLIB="$RANLIB" MALLOC=libc USE_SYSTEMD=no \
        BUILD_TLS=no OPTIMIZATION=-O1 DEBUG= "$@"
}

compile()
{
    :
}

programs()
{
    # Its lists of headers name the prefix's own, which another tree may have had elsewhere.
    find . \( -name '*.d' -o -name Makefile.dep \) -type f -delete
    # The clients are programs of this machine.
    redis_make redis-server
    [ "$system" = hermit ] || redis_make redis-benchmark redis-cli
}

tests()
{
    port=$(free_port)
    mkdir "$results/empty"
    start_server "$results/empty" src/redis-server --port "$port" --save "" --appendonly yes \
        --protected-mode no --enable-debug-command yes
    ask ready commands values pipeline waiting clients files
    try benchmark "$folder/../native/build/src/redis-benchmark" -p "$port" -n 5000 -c 10 -P 8 -q \
        -t set,get,incr,lpush,zadd,mset
    end_server
}
