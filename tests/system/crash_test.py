#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Whom a crash report names: the calls of programs that are compiled without frame pointers."""

import re

from hermit import check, expect, main, run

START = ["libc_start_main_stage2", "_start"]
GUESS = "found by looking through the stack"


def crash(way, status=139):
    """Crashes the program in one of its ways; returns the run and the report's lines of calls."""
    result = expect(run("chains", way), status, b"")
    return result, re.findall(r"^  #\d+ 0x[0-9a-f]{16} (.+)$", result.err.decode(), re.M)


def names(lines):
    """The functions of the lines, without those that were inlined."""
    return [re.sub(r"\+0x[0-9a-f]+( \(.*\))?$", "", line) for line in lines
            if ", inlined" not in line]


def expect_calls(way, calls, status=139, guess=None):
    """Checks all calls up to the start, and from which one on they are guesses."""
    result, lines = crash(way, status)
    check(names(lines) == calls, f"{way}: {calls} was promised, not {names(lines)}", result)
    text = result.err.decode()
    where = re.search(rf"calls from #(\d+) on {GUESS}", text)
    check((where and int(where.group(1))) == guess, f"{way}: guesses from {guess} on", result)
    check("would return" not in text and "cannot be read" not in text, f"{way}: all calls", result)
    return lines


def test_calls_are_followed_without_frame_pointers():
    lines = expect_calls("first", ["fault", "second", "first", "main", *START])
    check(re.search(r"\(chains\.c:\d+\)$", lines[0]), f"file and line: {lines[0]}")


def test_signal_handlers_are_followed_to_the_interrupted_code():
    inside = ["fault", "second", "handler", "__restore_rt"]
    expect_calls("in_handler", [*inside, "raise", "in_handler", "main", *START])
    expect_calls("on_other_stack", [*inside, "fault", "second", "first", "on_other_stack", "main",
                                    *START])


def test_callbacks_are_followed_through_the_library():
    result, lines = crash("in_qsort")
    calls = names(lines)
    check(calls[:4] == ["fault", "second", "first", "compare"] and "qsort_r" in calls and
          calls[-4:] == ["in_qsort", "main", *START] and GUESS not in result.err.decode(),
          f"{calls}", result)


def test_abort_in_a_thread():
    expect_calls("in_thread", ["raise", "abort", "give_up", "thread", "start", "__clone"], 134)


def test_calls_by_number():
    expect_calls("by_number", ["syscall", "by_number", "main", *START], 134)


def test_calls_that_never_return():
    expect_calls("at_the_end", ["raise", "abort", "give_up", "at_the_end", "main", *START], 134)


def test_a_smashed_stack_ends_the_calls():
    result, lines = crash("smash")
    check(names(lines) == ["smash"], f"{lines}", result)
    check("(#0 would return to 0x4141414141414141, which follows no call)" in result.err.decode(),
          "the report says why", result)
    result, lines = crash("smash_and_return")
    check(lines and lines[0] in ("??", "smash_and_return+0x"), "the report ends", result)


def test_a_call_of_a_null_pointer_names_the_caller():
    expect_calls("call_nothing", ["??", "call_nothing", "main", *START])


def test_large_frames_are_passed_over():
    expect_calls("with_large_array", ["fault", "second", "with_large_array", "main", *START])


def test_names_of_cxx_are_demangled():
    expect_calls("with_cxx", ["fault", "second", "first", "outer::inner(int)", "with_cxx", "main",
                              *START])


def test_inlined_functions_are_named():
    lines = expect_calls("with_inlined", ["with_inlined", "main", *START])
    check(re.match(r"in_the_same_place, inlined \(chains\.c:\d+\)$", lines[0]), f"{lines}")


def test_code_without_tables():
    expect_calls("in_assembler", ["fault", "second", "first", "through_frame_pointer",
                                  "in_assembler", "main", *START])
    expect_calls("in_assembler_without", ["fault", "second", "first", "through_nothing",
                                          "in_assembler_without", "main", *START], guess=4)


def test_endless_recursion_is_shown_in_part():
    result, lines = crash("too_deep")
    check(len(lines) == 128 and set(names(lines)) == {"forever"} and
          "  (there are more calls)\n" in result.err.decode(), f"{len(lines)} calls", result)


if __name__ == "__main__":
    main(globals())
