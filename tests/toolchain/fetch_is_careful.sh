#!/bin/sh
# toolchain/fetch takes archives from a folder and refuses what is not in the lock file.
. "$(dirname "$0")/common.sh"

cache=${HERMIT_CACHE:-$HOME/.cache/hermit}
archive=$(cd "$cache/tarballs" && ls musl_*.tar.*)
mkdir given
cp "$cache/tarballs/$archive" given/
HERMIT_CACHE=$work/empty "$top/toolchain/fetch" --sources given musl
echo damaged >>"given/$archive"
if HERMIT_CACHE=$work/empty2 "$top/toolchain/fetch" --sources given musl 2>refusal; then
    fail "a damaged archive was taken"
fi
cat refusal
if HERMIT_CACHE=$work/empty3 "$top/toolchain/fetch" --sources "$work" musl 2>refusal; then
    fail "an absent archive was found"
fi
cat refusal
