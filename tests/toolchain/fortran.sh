#!/bin/sh
# Fortran: by each of the commands and by Debian's flang-new-19, with gfortran's options as builds
# pass them; the note of instruction sets is in the objects; the status of stop.
. "$(dirname "$0")/common.sh"

[ -f "$prefix/x86_64-hermit/.parts/fortran" ] || {
    echo "this prefix is built without Fortran (ci/build --with fortran)"
    exit 77
}
cp "$tests/programs/sum.f90" "$tests/programs/fixed.f" .
says="4 threads, sum 21097.455887  4"
export HERMIT_CPUS=2

commands="x86_64-hermit-flang x86_64-hermit-gfortran x86_64-hermit-linux-musl-gfortran"
for options in "-O2" "-O0 -g" "-O3 -march=x86-64-v3" "-O2 -flto" "-O2 -no-pie" \
    "-O2 -ffree-line-length-none -fallow-argument-mismatch -fbacktrace -Wall -Wno-unused -std=legacy" \
    "-Os -pipe -funroll-loops -ftree-vectorize -fno-strict-aliasing -mavx2 -mfma" \
    "-Og -ggdb -static-libgfortran -static-libgcc -lgfortran -lquadmath -lm -L/usr/lib/x86_64-linux-gnu"; do
    command=${commands%% *} commands="${commands#* } ${commands%% *}"
    # shellcheck disable=SC2086 # a list of options
    "$prefix/bin/$command" -fopenmp sum.f90 $options -o x || fail "$command $options"
    seen "$says" hermit_runs x
    # shellcheck disable=SC2086
    "$prefix/bin/$command" -fopenmp $options -c sum.f90 || fail "$command $options -c"
    "$prefix/bin/$command" -fopenmp sum.o -o x || fail "$command: link"
    seen "$says" hermit_runs x
    echo "$command $options"
done
"$prefix/bin/x86_64-hermit-gfortran" -fopenmp fixed.f -o x
seen "fixed form" hermit_runs x

# note OPTION…: the words of the instruction-set note in an object compiled with these
note()
{
    "$prefix/bin/x86_64-hermit-$compiler" "$@" -o noted.o
    llvm-objcopy-19 -O binary --only-section=.hermit_isa noted.o noted
    od -An -tx4 noted
}
echo 'int f(void) { return 1; }' >c.c
for isa in -march=x86-64-v2 -march=x86-64-v3 -march=x86-64-v4 -mavx2; do
    compiler=clang
    wanted=$(note "$isa" -c c.c)
    compiler=flang
    got=$(note "$isa" -c sum.f90)
    [ -n "$got" ] && [ "$got" = "$wanted" ] || fail "$isa is noted as $got, not $wanted"
done
if "$prefix/bin/x86_64-hermit-flang" -march=native -c sum.f90 2>log; then
    fail "-march=native was taken"
fi
grep -q 'the machine that compiles' log || fail "-march=native: $(cat log)"
if "$prefix/bin/x86_64-hermit-flang" -fsecond-underscore -c sum.f90 2>log; then
    fail "names by another rule were promised"
fi

# Plain flang, told where the configuration and the link driver are.
mkdir config
echo "@$prefix/lib/hermit/x86_64-unknown-hermit-flang.cfg" >config/x86_64-unknown-hermit-flang.cfg
PATH=$prefix/lib/hermit/driver:$PATH flang-new-19 --config-user-dir="$PWD/config" \
    --target=x86_64-hermit -fopenmp sum.f90 -o x
seen "$says" hermit_runs x

printf 'stop 3\nend\n' >stop.f90
"$prefix/bin/x86_64-hermit-flang" stop.f90 -o x
status=0
hermit_runs x || status=$?
[ $status = 3 ] || fail "stop 3 ended with $status"
