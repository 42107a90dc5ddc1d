# SPDX-License-Identifier: BSD-3-Clause
#
# Runs one step of a recipe, which is this script's argument:
#
#     configure compile    make libraries and all else that does not hold the kernel
#     programs             links the programs of the tests (anew if kernel or libraries are others)
#     tests                runs them, and says by the functions below how each of them ended
#
# in the package's build folder, with these variables set: system (hermit or native), source (the
# unpacked archive, not to be written to), out (where to install), results, jobs, cpus, prefix (the
# toolchain), CC, CXX, FC, AR, RANLIB, PKG_CONFIG.

results=$folder/results
out=$folder/out

if [ "$system" = hermit ]; then
    # By way of a link: another clone's prefix may take over what is built.
    ln -sfn "$prefix" "$folder/prefix"
    bin=$folder/prefix/bin
    for setting in CC=clang CXX=clang++ FC=flang AR=ar RANLIB=ranlib PKG_CONFIG=pkg-config; do
        export "${setting%%=*}=$bin/x86_64-hermit-${setting#*=}"
    done
else
    export CC=clang-19 CXX=clang++-19 FC=flang-new-19 AR=llvm-ar-19 RANLIB=llvm-ranlib-19
    export PKG_CONFIG=pkgconf
fi
export HERMIT_CPUS="$cpus" HERMIT_MEM="$memory" HERMIT_QUIET=1 LC_ALL=C
# As many threads on both systems; there may be fewer processors, so those that wait shall not spin.
export OMP_NUM_THREADS="$cpus" OMP_WAIT_POLICY=passive
for dependency in $dependencies; do
    PKG_CONFIG_PATH=$dependency/$system/out/lib/pkgconfig${PKG_CONFIG_PATH+:$PKG_CONFIG_PATH}
    CMAKE_PREFIX_PATH=$dependency/$system/out${CMAKE_PREFIX_PATH+:$CMAKE_PREFIX_PATH}
    export PKG_CONFIG_PATH CMAKE_PREFIX_PATH
done

# --- building

# of NAME: where a package that this one depends on was installed
of()
{
    for dependency in $dependencies; do
        case $dependency in
        */packages/"$1"-*) echo "$dependency/$system/out" ;;
        esac
    done
}

# copy_source: for packages that can be built in their own folder only
copy_source()
{
    cp -r "$source/." .
}

# run_configure OPTION…: the package's configure
run_configure()
{
    if [ "$system" = hermit ]; then
        "$bin/x86_64-hermit-configure" "$source/configure" --prefix="$out" "$@"
    else
        "$source/configure" --prefix="$out" --disable-shared "$@"
    fi
}

# run_cmake OPTION…
run_cmake()
{
    toolchain=$folder/prefix/share/cmake/Hermit/toolchain.cmake
    [ "$system" = native ] || set -- -DCMAKE_TOOLCHAIN_FILE="$toolchain" "$@"
    cmake -G Ninja -S "$source" -B . -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_INSTALL_PREFIX="$out" "$@"
}

# --- testing

# run_in FOLDER PROGRAM [ARGUMENT…]: runs a program with FOLDER, or a copy of it, as its working
# folder. PROGRAM is a path from here or an absolute one.
run_in()
(
    place=$1
    program=$(readlink -f "$2")
    shift 2
    [ "$system" = native ] || exec "$bin/hermit" run --root "$place" -- "$program" "$@"
    cd "$place" && exec "$program" "$@"
)

# run_in_copy FOLDER PROGRAM [ARGUMENT…]: the same with a fresh copy, for programs that write there
run_in_copy()
{
    rm -rf "$results/files"
    cp -r "$1" "$results/files"
    shift
    run_in "$results/files" "$@"
}

# run_sharing FOLDER PROGRAM [ARGUMENT…]: with FOLDER itself: what is written stays there. Under
# Hermit $via says by which protocol.
run_sharing()
(
    place=$1
    program=$(readlink -f "$2")
    shift 2
    [ "$system" = native ] ||
        exec "$bin/hermit" run --share "$place${via:+,via=$via}" --cwd "$place" -- "$program" "$@"
    cd "$place" && exec "$program" "$@"
)

# drawn N OF: with HERMIT_SAMPLE_SEED, as ci/test sets it, true for one N of 0 to OF - 1; without it
# for all. What is not drawn in a run is in another.
drawn()
{
    [ -z "${HERMIT_SAMPLE_SEED-}" ] || [ $((HERMIT_SAMPLE_SEED % $2)) -eq "$1" ]
}

# state passed|failed|skipped NAME
state()
{
    echo "$1 $2" >>"$results/states"
}

# ended NAME STATUS: notes how a test ended; 77 is Automake's number for one that cannot be run here
ended()
{
    echo "status $2" >>"$results/$1.log"
    case $2 in
    0) state passed "$1" ;;
    77) state skipped "$1" ;;
    *) state failed "$1" ;;
    esac
}

# try NAME COMMAND…: a test that passes if the command succeeds
try()
{
    test=$1
    shift
    status=0
    "$@" >"$results/$test.log" 2>&1 || status=$?
    ended "$test" "$status"
}

# same NAME COMMAND…: a test whose standard output must be the same on both systems, too
same()
{
    test=$1
    shift
    status=0
    "$@" >"$results/$test.out" 2>"$results/$test.log" || status=$?
    sed -i "s|$folder/||g" "$results/$test.out"
    ended "$test" "$status"
}

# --- testing servers

# free_port: one that nobody has on this machine's loopback
free_port()
{
    PYTHONPATH="$here" python3 -Bc 'import client; print(client.free_port())'
}

# start_server FOLDER PROGRAM [ARGUMENT…]: with FOLDER, or a copy of it, as its working folder; it
# listens at $port, which under Hermit is one of this machine's loopback address, too
start_server()
{
    place=$1
    program=$(readlink -f "$2")
    shift 2
    if [ "$system" = hermit ]; then
        "$bin/hermit" run --root "$place" --net user --publish "$port:$port" \
            --publish "$port:$port/udp" -- "$program" "$@" >>"$results/server.log" 2>&1 &
    else
        (cd "$place" && exec "$program" "$@") >>"$results/server.log" 2>&1 &
    fi
    server=$!
    # shellcheck disable=SC2154 # the server may have ended by itself
    trap 'kill "$server" 2>/dev/null || true' EXIT
}

# ask NAME…: the recipe's client puts these tests to the server, which shall answer alike
ask()
{
    for question; do
        same "$question" env PYTHONPATH="$here" \
            python3 -B "$here/recipes/$package/check.py" "$port" "$question"
    done
}

# end_server: a test that the server ends well when SIGTERM asks it to
end_server()
{
    kill "$server"
    status=0
    wait "$server" || status=$?
    trap - EXIT
    ended end "$status"
}

# make_check [ARGUMENT…]: Automake's tests, each by its .trs file
make_check()
{
    make check "$@" || true
    find . -name '*.trs' | while read -r file; do
        test=$(echo "${file#./}" | tr / .)
        case $(sed -n 's/^:global-test-result: //p' "$file") in
        PASS | XFAIL) state passed "${test%.trs}" ;;
        SKIP) state skipped "${test%.trs}" ;;
        *) state failed "${test%.trs}" ;;
        esac
    done
}

# ctest_check FOLDER [ARGUMENT…]: CTest's tests, each by its line of CTest's output
ctest_check()
{
    place=$1
    shift
    ctest --test-dir "$place" --output-on-failure "$@" | tee "$results/$place.ctest" || true
    sed -n 's/^.* Test *#[0-9]*: \([^ ]*\) [ .]*\(.*\)/\1 \2/p' "$results/$place.ctest" |
        while read -r test end; do
            case $end in
            Passed*) state passed "$place.$test" ;;
            *Skipped*) state skipped "$place.$test" ;;
            *) state failed "$place.$test" ;;
            esac
        done
}

programs()
{
    :
}

# shellcheck source=/dev/null
. "$here/recipes/$package.sh"
cd "$folder/build" || exit 1
"$1"
