#!/bin/sh
# Every image has the marks by which binfmt_misc tells it, and keeps them when it is stripped or
# copied; nothing else gets them.
. "$(dirname "$0")/common.sh"

# marks FILE: EI_OSABI and EI_ABIVERSION
marks()
{
    od -An -tx1 -j7 -N2 "$1" | tr -d ' '
}

# marked FILE, unmarked FILE
marked() { [ "$(marks "$1")" = ff48 ] || fail "$1 has no marks: $(marks "$1")"; }
unmarked() { [ "$(marks "$1")" = 0000 ] || fail "$1 has marks: $(marks "$1")"; }

echo 'int main(void) { return 7; }' >seven.c
for options in "-O1" "-no-pie" "-flto" "-s -Wl,--gc-sections" "-Wl,--strip-debug"; do
    # shellcheck disable=SC2086 # a list of options
    hermit_clang $options seven.c -o "image$options"
    marked "image$options"
    echo "$options: marked"
done
hermit_clang seven.c # a.out
marked a.out

for tool in "$prefix/bin/x86_64-hermit-strip -o" "$prefix/bin/x86_64-hermit-objcopy" strip\ -o objcopy; do
    program=${tool%% *}
    command -v "$program" >/dev/null || continue
    rm -f copy
    case $tool in
    *\ -o) "$program" -o copy image-O1 ;;
    *) "$program" image-O1 copy ;;
    esac
    marked copy
    if "$prefix/bin/hermit" run copy; then
        fail "$program: the status is lost"
    else
        status=$?
    fi
    [ "$status" = 7 ] || fail "$program: status $status"
    echo "$program: kept"
done

hermit_clang -r -nostdlib seven.c -o part.o
unmarked part.o
hermit_clang -Wl,--hermit-host-shim seven.c -o linux
unmarked linux
hermit_clang seven.c -o /dev/null # configure scripts do so
hermit_clang seven.c -Wl,--oformat=binary -o flat 2>/dev/null || true

# The linker was only asked for its version: what lies there is not its work.
cp linux a.out
hermit_clang -Wl,--version >version
unmarked a.out
cp image-O1 kept
hermit_clang -Wl,--no-such-option seven.c -o kept 2>/dev/null && fail "the linker's failure is lost"
echo "nothing else is marked"
