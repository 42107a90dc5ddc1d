# SPDX-License-Identifier: BSD-3-Clause
#
# What the toolchain's tests share. Each test is called with the prefix under test as its only
# argument, works in a folder of its own outside the tree, prints what it saw, and fails at the first
# thing that is not as promised.

set -eu

tests=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
top=$(dirname "$(dirname "$tests")")
prefix=$(CDPATH= cd -- "${1:-$top/build/prefix}" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hermit-toolchain.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

# Files that a program leaves are nothing to talk about here.
export HERMIT_QUIET=1

# What bare `clang-19 --target=x86_64-hermit` does once toolchain/install-config was run; here with
# the configuration named, so that the machine's Clang is left as it is.
hermit_clang()
{
    "$prefix/bin/x86_64-hermit-clang" "$@"
}

# Clang for Linux with musl, seeing the same headers (by the same names, for debug information): what Hermit's is compared with.
linux_clang()
{
    clang-19 --target=x86_64-linux-musl -nostdlibinc -nobuiltininc \
        -Xclang -internal-externc-isystem -Xclang "$prefix/lib/hermit/../../x86_64-hermit/include" \
        -Xclang -internal-isystem -Xclang "$(clang-19 -print-resource-dir)/include" "$@"
}

# hermit_runs IMAGE [ARGUMENT…]: boots it on two CPUs
hermit_runs()
{
    "$prefix/bin/hermit" run --cpus 2 --mem 256M --timeout 120 "$@"
}

# drawn N OF: with HERMIT_SAMPLE_SEED, as ci/test sets it, true for one N of 0 to OF - 1; without it
# for all. What is not drawn in a run is in another.
drawn()
{
    [ -z "${HERMIT_SAMPLE_SEED-}" ] || [ $((HERMIT_SAMPLE_SEED % $2)) -eq "$1" ] ||
        { echo "not drawn by HERMIT_SAMPLE_SEED=$HERMIT_SAMPLE_SEED: $1 of $2" && false; }
}

fail()
{
    echo "FAILED: $*"
    exit 1
}

# unpack NAME [FOLDER]: a project of sources.lock, into that folder, or one of that name
unpack()
{
    archive=$("$top/toolchain/fetch" --lock "$tests/sources.lock" "$1")
    mkdir "${2:-$1}"
    tar xf "$archive" -C "${2:-$1}" --strip-components=1
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
