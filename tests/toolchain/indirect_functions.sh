#!/bin/sh
# Indirect functions (ifunc, target_clones, those of a compiler for Linux too) are bound before the
# first constructor, however the program is linked; others pay nothing, and no clone raises what the
# image needs of the processor.
. "$(dirname "$0")/common.sh"

programs=$tests/programs
says="10 15 10 15
one address, 41
30"
for options in -O0 -O2 "-O2 -no-pie" "-O2 -fno-pie -no-pie" "-O2 -s" "-O1 -Wl,--gc-sections"; do
    # shellcheck disable=SC2086 # a list of options
    hermit_clang $options "$programs/indirect.c" "$programs/clones.c" -o image
    seen "$says" hermit_runs image
    echo "$options: bound"
done
seen "$(echo "$says" | sed 's/10/15/g')" env THRICE=1 "$prefix/bin/hermit" run image
hermit_clang -O2 "$programs/indirect.c" "$programs/clones.c" -Wl,--hermit-host-shim -o linux
seen "$says" ./linux

# As C++; the prefix need not have its library.
hermit_clang -x c++ -O2 "$programs/indirect.c" "$programs/clones.c" -o image
seen "$says" hermit_runs image

# Clang makes an indirect function of clones for glibc, for musl a function that chooses each time.
clang-19 --target=x86_64-linux-gnu -O2 -fPIE -c "$programs/clones.c" -o clones.o
llvm-readelf-19 -s clones.o | grep -q 'IFUNC .* sum_of_squares' || fail "no indirect function"
hermit_clang -O2 "$programs/indirect.c" clones.o -o image
seen "$says" hermit_runs image
seen "$says" hermit_runs --qemu-arg -cpu --qemu-arg max,avx=off image
llvm-objcopy-19 -O binary --only-section=.hermit_isa image note
[ ! -s note ] || fail "clones raise the image's note: $(od -An -tx4 note)"

hermit_clang -O2 "$programs/hello.c" -o hello
if "$prefix/bin/x86_64-hermit-nm" hello | grep __hermit_bind_indirect; then
    fail "a program without indirect functions holds what binds them"
fi
