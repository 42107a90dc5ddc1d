#!/bin/sh
# The program's sections stay, as on Linux, although nothing refers to them; the kernel's and musl's
# that nothing refers to go. With -Wl,--gc-sections the program's go as well.
. "$(dirname "$0")/common.sh"

source=$tests/programs/tables.c
flags="-O2 -ffunction-sections -fdata-sections"
# shellcheck disable=SC2086 # a list of options
clang-19 $flags "$source" -o linux
expected=$(./linux)
echo "on Linux: $expected"

# carries IMAGE SYMBOL
carries()
{
    llvm-nm-19 "$1" | grep -q " $2\$"
}

same_as_linux()
{
    [ "$(hermit_runs "$1")" = "$expected" ] || fail "$2: $(hermit_runs "$1" 2>&1)"
    carries "$1" nobody_calls_this || fail "$2: a function of the program was dropped"
    for symbol in sys_socket sys_timer_create sys_mount __hermit_sys_clone setlocale; do
        ! carries "$1" $symbol || fail "$2: $symbol was not collected"
    done
    echo "$2: as on Linux, $(stat -c %s "$1") bytes"
}

for options in "" -O0 -no-pie "-fno-pie -no-pie" "-Wl,--gc-sections -Wl,--no-gc-sections"; do
    # shellcheck disable=SC2086 # lists of options
    hermit_clang $flags $options "$source" -o image || fail "$options does not link"
    same_as_linux image "options '$options'"
done

# An object by its absolute path, by one with two slashes, in an archive, and beside a folder's script.
# shellcheck disable=SC2086
hermit_clang $flags -c "$source" -o tables.o
for object in "$PWD/tables.o" "/$PWD/tables.o" ./tables.o; do
    hermit_clang "$object" -o image
    same_as_linux image "$object"
done
"$prefix/bin/x86_64-hermit-ar" rcs libtables.a tables.o
hermit_clang -u main -L. -ltables -o image
same_as_linux image "in an archive"
hermit_clang tables.o -Wl,-T,"$prefix/lib/hermit/hermit.lds" -o image
same_as_linux image "a script of the user's"

# shellcheck disable=SC2086
hermit_clang $flags -Wl,--gc-sections -Wl,-z,nostart-stop-gc "$source" -o image
! carries image nobody_calls_this || fail "--gc-sections does not collect"
HERMIT_LINK=host-shim hermit_clang tables.o -o shim
[ "$(./shim)" = "$expected" ] || fail "host shim: $(./shim)"

hermit_clang -O2 "$top/examples/hello.c" -o hello
hermit_clang -O2 -Wl,--gc-sections "$top/examples/hello.c" -o collected
for image in hello collected; do
    "$prefix/bin/x86_64-hermit-strip" $image
done
echo "hello: $(stat -c %s hello) bytes, with --gc-sections $(stat -c %s collected)"
[ "$(stat -c %s hello)" -eq "$(stat -c %s collected)" ] || fail "hello has grown"
