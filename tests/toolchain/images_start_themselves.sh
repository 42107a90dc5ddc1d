#!/bin/sh
# ./image on Linux is `hermit run image`: the launcher is found in the prefix that the image was linked
# from, whatever way it was linked; not in one that is gone; make and CTest run it so.
. "$(dirname "$0")/common.sh"

source=$tests/programs/parallel.c
expected="4 threads, sum 21065.833111"
unset HERMIT_LAUNCHER
for options in -O2 "-O2 -no-pie" "-O2 -fno-pie -no-pie" "-O2 -flto" "-O2 -s" "-O2 -Wl,--gc-sections"; do
    # shellcheck disable=SC2086 # a list of options
    hermit_clang $options -fopenmp "$source" -o image -lm
    seen=$(PATH=/usr/bin:/bin ./image) || fail "$options: status $?"
    [ "$seen" = "$expected" ] || fail "$options: $seen"
    echo "$options: $seen"
done

# A prefix that has gone: what is on PATH.
mkdir gone
cp -r "$prefix/lib" "$prefix/x86_64-hermit" gone/
mkdir gone/bin
cp "$prefix/bin/x86_64-hermit-clang" gone/bin/
gone/bin/x86_64-hermit-clang -O2 -fopenmp "$source" -o image -lm
rm -r gone
if PATH=/usr/bin:/bin ./image 2>refusal; then
    fail "a launcher was found"
else
    status=$?
fi
echo "without a launcher: status $status, $(cat refusal)"
[ "$status" = 127 ] || fail "127 was promised"
[ "$(PATH=$prefix/bin:/usr/bin:/bin ./image)" = "$expected" ] || fail "not found on PATH"

# With a script of the user's own the prefix is not in the image.
hermit_clang -O2 -fopenmp "$source" -Wl,-T,"$prefix/lib/hermit/hermit.lds" -o image -lm
[ "$(PATH=$prefix/bin:/usr/bin:/bin ./image)" = "$expected" ] || fail "with the user's own script"

cat >Makefile <<END
CC = $prefix/bin/x86_64-hermit-clang
CFLAGS = -O2 -fopenmp
check: parallel
	./parallel | grep -c threads
parallel: $source
	\$(CC) \$(CFLAGS) \$< -o \$@ -lm
END
make check >log 2>&1 || fail "make check: $(cat log)"
echo "make check: $(tail -n 1 log)"
