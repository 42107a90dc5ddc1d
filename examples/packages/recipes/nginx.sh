# SPDX-License-Identifier: BSD-3-Clause
#
# nginx 1.22: its server as one process, asked for files, ranges, by 1,000 clients, as a proxy
#
# Without the module for rewriting, which wants PCRE.

# shellcheck disable=SC2034 # common.sh reads it
depends=zlib

configure()
{
    copy_source
    # It runs what it compiles, which images do by themselves. musl's CMSG_NXTHDR compares numbers
    # with and without a sign, which is an error with the package's own options.
    ./configure --crossbuild=Linux:6.1:x86_64 --with-cc="$CC" --prefix=. --conf-path=nginx.conf \
        --error-log-path=stderr --with-cc-opt="-O2 -Wno-sign-compare -I$(of zlib)/include" \
        --with-ld-opt="-L$(of zlib)/lib" --with-threads --with-stream --with-http_v2_module \
        --with-http_stub_status_module --without-http_rewrite_module
}

compile()
{
    :
}

programs()
{
    make -j"$jobs"
}

tests()
{
    port=$(free_port)
    make_site "$results/site"
    start_server "$results/site" objs/nginx -p . -c nginx.conf
    ask ready files copied threads proxy local packed answers broken ranges keep_alive connections \
        many_large rate half_closed idle
    end_server
    same access_log access_log
}

# make_site FOLDER: configuration, and files of many sizes
make_site()
{
    mkdir -p "$1/files/small"
    sed "s/PORT/$port/" "$here/recipes/nginx/nginx.conf" >"$1/nginx.conf"
    for size in 0 1 1023 1460 4096 65536 100000 1048577 5000000; do
        PYTHONPATH="$here" python3 -Bc "import client, sys
sys.stdout.buffer.write(client.made_bytes($size, $size))" >"$1/files/size$size"
    done
    for i in $(seq 0 49); do
        echo "file $i" >"$1/files/small/$i"
    done
}

# access_log: what was logged of each request, but for those that were left and those that the
# machine's speed decides
access_log()
{
    sed -n 's/^access //p' "$results/server.log" | grep -v 5000000 | sort | uniq -c
}
