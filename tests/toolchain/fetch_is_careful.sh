#!/bin/sh
# toolchain/fetch takes archives from a folder and refuses what is not in the lock file.
. "$(dirname "$0")/common.sh"

cache=${HERMIT_CACHE:-$HOME/.cache/hermit}
archive=$(cd "$cache/tarballs" && ls musl_*.tar.*)
mkdir given
cp "$cache/tarballs/$archive" given/
HERMIT_CACHE=$work/empty "$top/toolchain/fetch" --sources given musl
# With the folder behind an equals sign what follows counts as well.
seen=$(HERMIT_CACHE=$work/empty4 "$top/toolchain/fetch" --sources=given musl)
[ "$seen" = "$work/empty4/tarballs/$archive" ] || fail "--sources=: $seen"
if HERMIT_CACHE=$work/empty5 "$top/toolchain/fetch" --sources=given nothing 2>refusal; then
    fail "a package that is not in the lock file was taken"
fi
grep -q 'nothing is not in .*sources.lock' refusal || fail "$(cat refusal)"
echo damaged >>"given/$archive"
if HERMIT_CACHE=$work/empty2 "$top/toolchain/fetch" --sources given musl 2>refusal; then
    fail "a damaged archive was taken"
fi
cat refusal
if HERMIT_CACHE=$work/empty3 "$top/toolchain/fetch" --sources "$work" musl 2>refusal; then
    fail "an absent archive was found"
fi
cat refusal
