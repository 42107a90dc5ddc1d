#!/bin/sh
# A project with ./configure --host=x86_64-hermit and make, the way cross builds usually go: tools
# with the prefix on PATH, checks by compiling and linking.
. "$(dirname "$0")/common.sh"

mkdir project
cp "$tests/programs/parallel.c" project/
cat >project/configure <<'EOF'
#!/bin/sh
# What a generated configure does with --host, in a few lines.
for option; do
    case $option in --host=*) host=${option#*=} ;; esac
done
CC=${CC:-$host-clang} AR=$host-ar RANLIB=$host-ranlib
check() { printf '%s\n' "$2" >conftest.c; $CC conftest.c -o conftest $3 2>>config.log &&
    echo "checking for $1... yes" || { echo "checking for $1... no"; return 1; }; }
check "a working compiler" 'int main(void) { return 0; }' || exit 1
check "sqrt in -lm" 'double sqrt(double); int main(int c, char **v) { return sqrt(c); }' -lm || exit 1
check "pthread_create" 'char pthread_create(); int main(void) { return pthread_create(); }' -pthread ||
    exit 1
check "__linux__" '#ifndef __linux__
#error
#endif
int main(void) { return 0; }' || exit 1
! check "a function that is nowhere" 'char nowhere(); int main(void) { return nowhere(); }' || exit 1
sed "s|@CC@|$CC|; s|@AR@|$AR|; s|@RANLIB@|$RANLIB|" Makefile.in >Makefile
EOF
cat >project/Makefile.in <<'EOF'
all: parallel
libpart.a: part.o
	@AR@ rc $@ part.o
	@RANLIB@ $@
parallel: parallel.o libpart.a
	@CC@ -fopenmp parallel.o -o $@ -L. -lpart -lm
.c.o:
	@CC@ -O2 -fopenmp -c $< -o $@
EOF
echo 'int part(void) { return 1; }' >project/part.c
chmod +x project/configure
cd project
PATH=$prefix/bin:$PATH
export PATH
./configure --host=x86_64-hermit
make >log 2>&1 || fail "make: $(cat log)"
x86_64-hermit-strip -o stripped parallel
for image in parallel stripped; do
    seen=$(hermit_runs $image)
    echo "$image: $seen"
    [ "$seen" = "4 threads, sum 21065.833111" ] || fail "wrong result"
done
