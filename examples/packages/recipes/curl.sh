# SPDX-License-Identifier: BSD-3-Clause
#
# curl 7.88 with Mbed TLS: fetches by HTTP and TLS from a server of the test's on this machine
#
# Its own tests are Perl scripts that start servers; check.py has a server of its own.

# shellcheck disable=SC2034 # common.sh reads them
depends="zlib mbedtls"
# shellcheck disable=SC2034
tools="python3 openssl ip unshare"

# IPv6 is named, for its test of that is no C that Clang 19 takes.
configure()
{
    CFLAGS=-O1 run_configure --disable-dependency-tracking --disable-manual --disable-ldap \
        --disable-ntlm-wb --enable-ipv6 --with-mbedtls="$(of mbedtls)" --with-zlib="$(of zlib)" \
        --without-ca-bundle --without-ca-path --without-libpsl --without-libidn2 \
        --without-brotli --without-zstd --without-nghttp2 --without-librtmp --without-libssh2
}

compile()
{
    make -C lib -j"$jobs"
}

programs()
{
    make -C src -j"$jobs" curl
}

tests()
{
    curl=$PWD/src/curl
    for test in version files large upload ranges resume redirect parallel headers resolve names \
        ipv6 tls tls_large tls_upload tls_parallel errors tls_errors timeouts; do
        same $test env PYTHONPATH="$here" python3 -B "$here/recipes/curl/check.py" \
            "$system" "$results/files" "$prefix/bin/hermit" "$curl" $test
    done
}
