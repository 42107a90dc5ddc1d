#!/bin/sh
# Projects as Debian has them, their configure scripts unchanged (made by autoconf 2.61, 2.69 and
# 2.71, with libtool 1.5, 2.4 and without), built through x86_64-hermit-configure; what they make runs.
# A run of ci/test has hello, and either gzip or the two others; configure_plain.sh has what is left.
. "$(dirname "$0")/common.sh"

# build NAME [OPTION…]: configure and make
build()
{
    name=$1
    shift
    unpack "$name"
    (cd "$name" && "$prefix/bin/x86_64-hermit-configure" "$@" >configure.log 2>&1) ||
        fail "$name: configure: $(tail -n 40 "$name/configure.log")"
    make -C "$name" >"$name/make.log" 2>&1 || fail "$name: make: $(tail -n 40 "$name/make.log")"
    # The host's compiler would have done, too, and made something for Linux.
    ! grep -q "tool prefix is not as expected\|using cross tools not prefixed" "$name/config.log" ||
        fail "$name: took the host's tools"
    echo "$name: built"
}

build hello --disable-nls
seen "Hello, world!" hermit_runs hello/hello
make -C hello install DESTDIR="$work/installed" >install.log 2>&1 || fail "$(cat install.log)"
seen "Hello, world!" hermit_runs "$(find installed -type f -name hello)"

hermit_clang -O1 "$tests/programs/site_answers.c" -o site_answers
seen "0 wrong answers" hermit_runs site_answers

if drawn 0 2; then
    build popt --disable-nls
    make -C popt/tests test1 >popt/make.log 2>&1 || fail "$(cat popt/make.log)"
    seen "arg1: 1 arg2: something" hermit_runs popt/tests/test1 --arg1 --arg2 something

    build mhash
    make -C mhash/src hmac_test >mhash/make.log 2>&1 || fail "$(cat mhash/make.log)"
    hermit_runs mhash/src/hmac_test 2>report || fail "hmac_test: status $?"
    cat report
    [ "$(cat report)" = "MD5 HMAC-Test: Ok" ] || fail "hmac_test: wrong result"
fi

if drawn 1 2; then
    build gzip
    mkdir root
    seq 20000 >root/numbers
    hermit_runs --root root gzip/gzip -c /numbers >numbers.gz
    gzip -dc numbers.gz | cmp - root/numbers || fail "gzip made something else of it"
    echo "gzip: $(wc -c <root/numbers) bytes there and back"
fi

for log in */config.log; do
    grep -q "^ac_cv_func_fork=no" "$log" || fail "$log: config.site was not read"
done
