#!/bin/sh
# The projects of configure_scripts.sh by plain ./configure CC=x86_64-hermit-clang, which knows of no other
# machine: it runs what it compiles, looks at the files that this leaves, and libtool finds out by itself that
# there are no shared libraries. --prefix of the sysroot leads it to config.site, which spares it questions.
# gzip's configure asks as much as all others together: a run of ci/test has it here and popt and mhash
# in configure_scripts.sh, or the other way round.
. "$(dirname "$0")/common.sh"

PATH=$prefix/bin:$PATH
export PATH

# plain NAME FOLDER [OPTION…]: configure and make
plain()
{
    name=$1
    folder=$2
    shift 2
    (cd "$folder" && ./configure CC=x86_64-hermit-clang --disable-nls "$@" >configure.log 2>&1) ||
        fail "$folder: configure: $(tail -n 40 "$folder/configure.log")"
    made "$folder"
    echo "$folder: built"
}

# made FOLDER [ARGUMENT…]: make
made()
{
    make -C "$@" >"$1/make.log" 2>&1 || fail "$1: make: $(tail -n 40 "$1/make.log")"
}

# answered FOLDER TEXT: configure said so
answered()
{
    grep -q "$2" "$1/configure.log" || fail "$1: configure did not say \"$2\""
}

names=hello
! drawn 0 2 || names="$names gzip"
! drawn 1 2 || names="$names popt mhash"
for name in $names; do
    unpack "$name"
done
unpack popt site

longest=
if [ -d gzip ]; then
    plain gzip gzip &
    longest=$!
fi
for name in $names; do
    [ "$name" = gzip ] || plain "$name" "$name"
done
plain popt site --prefix="$prefix/x86_64-hermit"
[ -z "$longest" ] || wait "$longest" || fail "gzip"

for name in $names; do
    answered "$name" "whether we are cross compiling... no"
    ! grep -q "^configure:.*loading site script $prefix" "$name/config.log" || fail "$name: read config.site"
done
grep -q "loading site script $prefix" site/config.log || fail "site: config.site was not read"
for name in site $names; do
    case $name in
    site | popt | mhash) answered "$name" "whether to build shared libraries... no" ;;
    esac
done

# Started by themselves, as a user would.
seen "Hello, world!" hello/hello
made hello install DESTDIR="$work/installed"
seen "Hello, world!" "$(find installed -type f -name hello)"
for folder in site popt; do
    [ -d "$folder" ] || continue
    made "$folder/tests" test1
    seen "arg1: 1 arg2: something" "$folder/tests/test1" --arg1 --arg2 something
    readelf -SW "$folder/tests/test1" | grep -qF .note.hermit || fail "$folder: test1 is no image"
done
if [ -d mhash ]; then
    # The program wrote the answer to a file.
    answered mhash "size of unsigned long int... 8"
    made mhash/src hmac_test
    mhash/src/hmac_test 2>report || fail "hmac_test: status $?"
    [ "$(cat report)" = "MD5 HMAC-Test: Ok" ] || fail "hmac_test: $(cat report)"
fi

[ -d gzip ] || exit 0
seq 20000 >numbers
gzip/gzip -c <numbers | gzip -dc | cmp - numbers || fail "gzip made something else of it"
cp -p numbers kept
gzip/gzip numbers
[ ! -e numbers ] || fail "gzip left what it has packed"
gzip/gzip -d numbers.gz
cmp numbers kept || fail "gzip did not bring the file back"
