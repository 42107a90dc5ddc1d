# SPDX-License-Identifier: BSD-3-Clause
#
# FFTW 3.3: Fourier transforms in double precision with SSE2 and OpenMP; its bench verifies them
#
# FFTW's `make check` starts bench again and again with sizes drawn at random; here it verifies a list
# that has all that check.pl draws: sizes of each kind, complex and real, forward and backward, in
# place and not, split and interleaved, in one to four dimensions, vectors, sine and cosine transforms.

configure()
{
    run_configure --enable-openmp --enable-sse2 --disable-fortran --disable-doc
}

compile()
{
    # All but what links programs.
    for folder in support kernel simd-support dft rdft reodft api libbench2; do
        make -C $folder -j"$jobs"
    done
    make libfftw3.la
    make -C threads -j"$jobs"
    make -C api install
    make -C threads install
    make install-exec-am install-data-am
}

programs()
{
    make -C tests -j"$jobs" bench
}

tests()
{
    same small transforms -oestimate $(seq 1 32) 37 41 64 81 97 100
    same powers_of_two transforms -oestimate 128 256 512 1024 2048 4096
    same composite transforms -oestimate 60 105 143 210 360 1000 1001 2310
    same large_primes transforms -oestimate 101 131 257 499 1009
    same two_dimensions transforms -oestimate 4x6 8x8 13x15 16x32 31x7 30x30 9x100
    same more_dimensions transforms -oestimate 3x4x5 8x8x8 12x10x6 2x3x5x7
    same vectors transforms -oestimate "16*5" 15v7 "8x6*3" 6x8v4
    same measured transforms "" 15 30 64 100 131 8x6 "16*5"
    same patient transforms -opatient 12 64 8x8
    # With more threads than processors each transform takes a time slice: no plan is measured.
    threads="-oestimate --verify-rounds=3 -onthreads"
    same four_threads transforms "$threads=4" 64 1000 1009 4096 64x64 8x16x32 "256*16"
    same threads_by_callback transforms "$threads=3 -othreads_callback" 1000 64x64
    for kind in f b h e00 e01 e10 e11 o00 o01 o10 o11; do
        same "kind_$kind" real_to_real $kind
    done
    try speed tests/bench -oestimate -onthreads=4 --speed of4096 --speed orf64x64
}

# transforms OPTIONS SIZE…: what check.pl's do_size makes of each size
transforms()
{
    options=$1
    shift
    for size; do
        for kind in c r; do
            for geometry in if of ib ob //if //of //ib //ob; do
                case $geometry$kind$size in
                # Real ones with real and imaginary parts apart: these are not defined.
                //ifr*x* | //ibr*x* | //*r*v* | //*r*[*]*) ;;
                *) echo "$geometry$kind$size" ;;
                esac
            done
        done
    done | verify
}

# real_to_real KIND: in sizes of each sort, alone, in two dimensions, of vectors, with another kind
real_to_real()
{
    options=-oestimate
    for size in 2 3 4 5 7 8 9 12 15 16 17 31 32 48 63 64 65 100 127 128 210; do
        echo "ik$size$1"
        echo "ok$size$1"
    done >"$results/sizes"
    for shape in "6${1}x9$1" "8${1}x5e10" "7o11x8$1" "12$1*5" "10${1}v3"; do
        echo "ok$shape"
    done | cat "$results/sizes" - | verify
}

# verify: the problems on standard input; prints those that bench has found to be right
verify()
(
    set -f
    # shellcheck disable=SC2046,SC2086 # lists
    tests/bench $options --verbose $(sed 's/^/--verify /') >"$results/verified" </dev/null || return
    cut -d' ' -f1 "$results/verified"
)
