#!/bin/sh
# What would link and then do nothing is refused in a sentence; what needs no library is taken.
. "$(dirname "$0")/common.sh"

source=$top/examples/hello.c
refused()
{
    # shellcheck disable=SC2086 # a list of options
    if hermit_clang -O1 $1 "$source" -o image 2>refusal; then
        fail "$1 was taken"
    fi
    grep -q "^\(ld.lld-19: error: \)\{0,1\}$2" refusal || fail "$1: $(cat refusal)"
    echo "$1: $(head -n 1 refusal)"
}
for option in -fxray-instrument -fmemory-profile -fsplit-stack \
    -fsanitize-coverage=trace-pc-guard; do
    refused $option "hermit: $option is not supported: it needs a run-time library"
done
refused -march=native "hermit: -march=native means the machine that compiles"
refused "-mfentry -fno-omit-frame-pointer -pg" "hermit: -pg is not supported"
for option in address thread memory leak hwaddress dataflow numerical safe-stack fuzzer; do
    refused -fsanitize=$option "clang-19: error: unsupported option '-fsanitize=$option'"
done

# Only compiled so: the linker sees it.
hermit_clang -O1 -fxray-instrument -fxray-instruction-threshold=1 -c "$source" -o object.o
if hermit_clang object.o -o image 2>refusal; then
    fail "an object compiled with -fxray-instrument was taken"
fi
grep -q 'hermit: .* not supported: .* needs\{0,1\} a run-time library' refusal ||
    fail "-fxray-instrument, object: $(cat refusal)"
hermit_clang -r object.o -o both.o || fail "-r with -fxray-instrument"
echo "objects compiled so: $(cat refusal)"

for options in "-fprofile-generate -fno-profile-generate" "-fxray-instrument -fno-xray-instrument" \
    "-fsanitize=undefined -fsanitize-trap=undefined" "-fsanitize=undefined -fno-sanitize=all" \
    "-fsanitize=bounds -fsanitize-trap" "-fsanitize=kcfi" \
    "-flto -fvisibility=hidden -fsanitize=cfi" -ftest-coverage; do
    # shellcheck disable=SC2086
    hermit_clang -O1 $options "$source" -o image 2>out || fail "$options: $(cat out)"
    hermit_runs image >out || fail "$options: $(cat out)"
    echo "$options: taken"
done
