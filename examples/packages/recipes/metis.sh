# SPDX-License-Identifier: BSD-3-Clause
#
# METIS 5.1: graphs and meshes partitioned and ordered by its programs
#
# METIS has no tests but its programs and graphs. They print how good the result is and how long it
# took; with its own random numbers (GKRAND) the former is the same everywhere.

configure()
{
    run_cmake -DGKLIB_PATH="$source/GKlib" -DGKRAND=ON
}

compile()
{
    ninja -j"$jobs" metis
}

programs()
{
    ninja -j"$jobs"
}

tests()
{
    for graph in 4elt.graph copter2.graph test.mgraph; do
        same "graphchk_$graph" quality graphchk $graph
    done
    for parts in 2 7 64; do
        for scheme in rb kway; do
            same "gpmetis_${scheme}_$parts" \
                quality gpmetis -nooutput -ptype=$scheme -seed=1 4elt.graph $parts
        done
    done
    same gpmetis_constraints quality gpmetis -nooutput -ptype=kway test.mgraph 8
    same gpmetis_volume quality gpmetis -nooutput -objtype=vol -contig -minconn 4elt.graph 16
    same mpmetis_dual quality mpmetis -nooutput -gtype=dual metis.mesh 10
    same mpmetis_nodal quality mpmetis -nooutput -gtype=nodal metis.mesh 10
    same ndmetis quality ndmetis -nooutput copter2.graph
    same m2gmetis graph_of_mesh
}

# quality PROGRAM ARGUMENT…: a program's output without its times
quality()
(
    program=$1
    shift
    run_in "$source/graphs" "programs/$program" "$@" >"$results/$program" || return
    grep -v 'Built on\|sec\|memory' "$results/$program"
)

# graph_of_mesh: m2gmetis writes nothing but into a file. By way of a pipe: a file that is standard
# output would be written to by two, each at its own place.
graph_of_mesh()
{
    run_in "$source/graphs" programs/m2gmetis metis.mesh /dev/stdout | grep '^[ 0-9]*$'
}
