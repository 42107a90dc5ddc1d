#!/bin/sh
# Linux's headers are those of sources.lock, for programs and for the kernel's own sources; the host's
# are not looked at.
. "$(dirname "$0")/common.sh"

version=$(sed -n 's/^linux-libc-dev \([0-9.]*\)-.*/\1/p' "$top/toolchain/sources.lock")
[ -n "$version" ] || fail "sources.lock does not pin linux-libc-dev"
cat >version.c <<'END'
#include <asm/unistd.h>
#include <linux/version.h>
#include <stdio.h>
int main(void)
{
    printf("%d.%d.%d\n", LINUX_VERSION_MAJOR, LINUX_VERSION_PATCHLEVEL, LINUX_VERSION_SUBLEVEL);
    return 0;
}
END
hermit_clang version.c -o version
seen=$(hermit_runs version)
echo "headers: $seen, sources.lock: $version"
[ "$seen" = "$version" ] || fail "not the pinned headers"
hermit_clang -M version.c | tr ' ' '\n' | grep '^/usr/include' && fail "a program sees the host's headers"

build=$(dirname "$prefix")
if [ -f "$build/build.ninja" ]; then
    ninja -C "$build" -t deps >deps
    sed -n '/^kernel\/CMakeFiles/,/^$/p' deps >kernel
    grep -q 'include/linux/errno.h\|uapi/linux/errno.h' kernel || fail "no dependencies of the kernel"
    while read -r file; do
        case $(readlink -f "$build/$file" 2>/dev/null) in
        /usr/include/*) fail "the kernel's sources see $file of the host's" ;;
        esac
    done <<END
$(sed -n 's/^ *\(uapi\/.*\)/\1/p' kernel | sort -u)
END
    ! grep '^ */usr/include' kernel || fail "the kernel's sources see the host's headers"
    echo "the kernel's sources see only those"
fi
