# SPDX-License-Identifier: BSD-3-Clause
#
# memcached 1.6 on libevent: the server, asked by its protocols over TCP and UDP

# shellcheck disable=SC2034 # common.sh reads it
depends=libevent

configure()
{
    CFLAGS=-O2 run_configure --with-libevent="$(of libevent)" --disable-dependency-tracking \
        --disable-docs --disable-coverage
}

compile()
{
    :
}

programs()
{
    make -j"$jobs" memcached
}

tests()
{
    port=$(free_port)
    mkdir "$results/empty"
    # As root it wants to be told a user. 16 MiB, so that something has to go.
    start_server "$results/empty" ./memcached -u root -p "$port" -U "$port" -t 4 -m 16
    ask ready text meta binary values connections threads expiry stats udp eviction
    end_server
}
