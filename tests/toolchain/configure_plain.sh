#!/bin/sh
# The projects of configure_scripts.sh by plain ./configure CC=x86_64-hermit-clang, which knows of no other
# machine. --prefix leads it to the sysroot's config.site, as installing there does anyway. Without
# that, it runs what it compiles, and libtool finds out by itself that there are no shared libraries.
. "$(dirname "$0")/common.sh"

PATH=$prefix/bin:$PATH
export PATH

# plain NAME FOLDER [OPTION…]: configure
plain()
{
    name=$1
    folder=$2
    shift 2
    unpack "$name" "$folder"
    (cd "$folder" && ./configure CC=x86_64-hermit-clang "$@" >configure.log 2>&1) ||
        fail "$folder: configure: $(tail -n 40 "$folder/configure.log")"
}

# made FOLDER [ARGUMENT…]: make
made()
{
    make -C "$@" >make.log 2>&1 || fail "$1: make: $(tail -n 40 make.log)"
}

# answered FOLDER TEXT: configure said so
answered()
{
    grep -q "$2" "$1/configure.log" || fail "$1: configure did not say \"$2\""
}

site=--prefix=$prefix/x86_64-hermit
for name in hello popt gzip mhash; do
    plain "$name" "$name" "$site" --disable-nls
    made "$name"
    echo "$name: built"
done
made popt/tests test1
made mhash/src hmac_test

# Started by themselves, as a user would.
seen "Hello, world!" hello/hello
seen "arg1: 1 arg2: something" popt/tests/test1 --arg1 --arg2 something
seq 20000 >numbers
gzip/gzip -c <numbers | gzip -dc | cmp - numbers || fail "gzip made something else of it"
mhash/src/hmac_test 2>report || fail "hmac_test: status $?"
[ "$(cat report)" = "MD5 HMAC-Test: Ok" ] || fail "hmac_test: $(cat report)"
made hello install DESTDIR="$work/installed"
seen "Hello, world!" "$(find installed -type f -name hello)"

plain popt native --disable-nls
answered native "whether we are cross compiling... no"
answered native "whether to build shared libraries... no"
made native
made native/tests test1
seen "arg1: 1 arg2: something" native/tests/test1 --arg1 --arg2 something
readelf -SW native/tests/test1 | grep -qF .note.hermit || fail "native: test1 is no image"
