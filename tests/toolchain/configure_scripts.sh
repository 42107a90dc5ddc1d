#!/bin/sh
# Projects as Debian has them, their configure scripts unchanged (made by autoconf 2.61, 2.69 and
# 2.71, with libtool 1.5, 2.4 and without), built through x86_64-hermit-configure; what they make runs.
# One of them is built the plain way as well, by a configure that knows of no other machine.
. "$(dirname "$0")/common.sh"

# unpack NAME [FOLDER]: into that folder, or one of that name
unpack()
{
    archive=$("$top/toolchain/fetch" --lock "$tests/sources.lock" "$1")
    mkdir "${2:-$1}"
    tar xf "$archive" -C "${2:-$1}" --strip-components=1
}

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

# seen TEXT COMMAND…: the command prints TEXT
seen()
{
    text=$1
    shift
    output=$("$@") || fail "$*: status $?"
    [ "$output" = "$text" ] || fail "$*: printed: $output"
    echo "$output"
}

build hello --disable-nls
seen "Hello, world!" hermit_runs hello/hello
make -C hello install DESTDIR="$work/installed" >install.log 2>&1 || fail "$(cat install.log)"
seen "Hello, world!" hermit_runs "$(find installed -type f -name hello)"

build popt --disable-nls
make -C popt/tests test1 >popt/make.log 2>&1 || fail "$(cat popt/make.log)"
seen "arg1: 1 arg2: something" hermit_runs popt/tests/test1 --arg1 --arg2 something

build gzip
mkdir root
seq 20000 >root/numbers
hermit_runs --root root gzip/gzip -c /numbers >numbers.gz
gzip -dc numbers.gz | cmp - root/numbers || fail "gzip made something else of it"
echo "gzip: $(wc -c <root/numbers) bytes there and back"

build mhash
make -C mhash/src hmac_test >mhash/make.log 2>&1 || fail "$(cat mhash/make.log)"
hermit_runs mhash/src/hmac_test 2>report || fail "hmac_test: status $?"
cat report
[ "$(cat report)" = "MD5 HMAC-Test: Ok" ] || fail "hmac_test: wrong result"

# Without --host configure runs what it compiles: images start themselves.
unpack popt plain
(
    PATH=$prefix/bin:$PATH
    cd plain
    ./configure CC=x86_64-hermit-clang --disable-nls --disable-shared >configure.log 2>&1 ||
        fail "plain: configure: $(tail -n 40 configure.log)"
    grep -q "whether we are cross compiling... no" configure.log ||
        fail "plain: configure could not run its programs: $(cat configure.log)"
    { make && make -C tests test1; } >make.log 2>&1 || fail "plain: make: $(tail -n 40 make.log)"
)
seen "arg1: 1 arg2: something" plain/tests/test1 --arg1 --arg2 something
readelf -SW plain/tests/test1 | grep -qF .note.hermit || fail "plain: test1 is no image"

hermit_clang -O1 "$tests/programs/site_answers.c" -o site_answers
seen "0 wrong answers" hermit_runs site_answers
for name in hello popt gzip mhash; do
    grep -q "^ac_cv_func_fork=no" $name/config.log || fail "$name: config.site was not read"
done
