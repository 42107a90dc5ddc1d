#!/bin/sh
# C++: by each of the commands and by Debian's clang++-19, with the options that builds pass; the
# run-time libraries are built at the first use of a prefix without them, by many compilers at once.
. "$(dirname "$0")/common.sh"

cp "$tests/programs/exceptions.cpp" x.cpp
says="from below, from below"
export HERMIT_CPUS=2

commands="x86_64-hermit-clang++ x86_64-hermit-c++ x86_64-hermit-g++ x86_64-hermit-linux-musl-g++"
for options in "-O2" "-O0" "-O2 -flto" "-O2 -flto=thin" "-O2 -no-pie" "-O3 -march=x86-64-v3" \
    "-O2 -stdlib=libc++" "-O2 -static-libstdc++ -static-libgcc -lstdc++ -lsupc++ -lstdc++fs -lc++abi" \
    "-O2 -L/usr/lib/gcc/x86_64-linux-gnu/12 -L/usr/lib/x86_64-linux-gnu -lstdc++ -lgcc_eh -lgcc_s" \
    "-O2 -nostdlib++ -lc++"; do
    command=${commands%% *} commands="${commands#* } ${commands%% *}"
    # shellcheck disable=SC2086 # a list of options
    "$prefix/bin/$command" -fopenmp x.cpp $options -o x || fail "$command $options"
    seen "$says" hermit_runs x
    echo "$command $options"
done

# The run-time libraries call the kernel directly: an image carries the calls that it makes.
"$prefix/bin/x86_64-hermit-clang++" -O2 "$top/examples/hello.cpp" -o hello
! llvm-nm-19 hello | grep ' __hermit_syscall$' || fail "C++ brings the table of all system calls"

# Plain Clang, told where the configuration is: also the C driver, which wants the library named.
mkdir config
for driver in clang clang++; do
    echo "@$prefix/lib/hermit/x86_64-unknown-hermit-$driver.cfg" \
        >config/x86_64-unknown-hermit-$driver.cfg
done
clang++-19 --config-user-dir="$PWD/config" --target=x86_64-hermit -fopenmp x.cpp -o x
seen "$says" hermit_runs x
clang-19 --config-user-dir="$PWD/config" --target=x86_64-hermit -fopenmp x.cpp -o x -lstdc++
seen "$says" hermit_runs x

if "$prefix/bin/x86_64-hermit-clang++" -fopenmp x.cpp -nostdlib++ -o x 2>log; then
    fail "-nostdlib++ links libc++"
fi
grep -q 'undefined symbol: std::' log || fail "-nostdlib++: $(cat log)"

# A prefix without C++, four compilers at once: each waits for the one that builds. Another Clang comes
# first on their PATH, for a while: the commands stay as they were.
mkdir fake
printf '#!/bin/sh\nexec %s "$@"\n' "$(command -v clang-19)" >fake/clang-19
chmod 755 fake/clang-19
cp -R "$prefix" other
rm -rf other/x86_64-hermit/.parts/cxx other/x86_64-hermit/include/c++ other/x86_64-hermit/lib/libc++*
compilers=
for i in 1 2 3 4; do
    PATH=$PWD/fake:$PATH other/bin/x86_64-hermit-clang++ -fopenmp -O1 x.cpp -o "first$i" 2>"log$i" &
    compilers="$compilers $!"
done
for compiler in $compilers; do
    wait "$compiler" || fail "at first use: $(cat log?)"
done
[ "$(cat log? | grep -c 'toolchain: ready in')" = 1 ] || fail "at first use: $(cat log?)"
seen "$says" hermit_runs first3
cmp other/bin/x86_64-hermit-clang "$prefix/bin/x86_64-hermit-clang" || fail "the commands have changed"

# The source tree is not there any more.
rm other/x86_64-hermit/.parts/cxx
sed -i "s|^source=.*|source=$PWD/absent|" other/lib/hermit/add-part
if other/bin/x86_64-hermit-clang++ -c x.cpp 2>log; then
    fail "compiled without run-time libraries"
fi
grep -q -- '--with cxx' log || fail "without the source tree: $(cat log)"
