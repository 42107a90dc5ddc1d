#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Builds a part of the sysroot that not every prefix has, at its first use:
#
#     add-part cxx
#
# from the source tree that the prefix was built from. Compilers and the link driver run this, maybe
# many at once.
set -eu

source=@TOP@
prefix=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
[ -x "$source/toolchain/build" ] || {
    echo "hermit: the run-time libraries for $1 are not built; run toolchain/build --with $1" \
        "--prefix $prefix in Hermit's source tree" >&2
    exit 1
}
exec 9>"$prefix/lib/hermit/.lock"
flock 9
# With the tools that the prefix was made with, which its commands name: a user's may come and go.
[ -f "$prefix/x86_64-hermit/.parts/$1" ] ||
    env PATH='@PATH@' "$source/toolchain/build" --prefix "$prefix" --with "$1" >&2
