/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lost output: kernel/drivers/console.c (take_trouble), launcher/session.c (check_loss, answer_told).
 *
 * A program writes pieces, which the launcher writes to the host later; any of them may fail there.
 * Invariant: at the end each lost piece was either followed by a write of the program that got an
 * error, or is reported by the launcher (status 125); and the launcher reports nothing of which the
 * program was told. The messages of each direction arrive in order; output and messages have
 * channels of their own, so either may be read first.
 */
/* mistake: NO_ANSWER the write that gets the error clears it itself and goes on at once */
/* mistake: ANSWER_FIRST the launcher answers before it has read the output written before */
/* mistake: FORGET_LATER errors after the first are kept for the next write although it was told */
/* mistake: NO_DRAIN the write tells the launcher while its output is still with the device */

#define WRITES 4

mtype = { ERROR, TOLD, ANSWER, EXIT };

chan device = [WRITES] of { byte };   /* submitted, not yet with the launcher's socket */
chan output = [WRITES] of { byte };   /* the socket */
chan to_launcher = [2] of { mtype };
chan to_machine = [2] of { mtype };

bool trouble;       /* port->trouble > 0 */
bool is_lost[WRITES], is_told[WRITES];
bool lost;          /* session->lost */
bool failed;        /* pump->error */
bool reported;      /* status 125 */

/* QEMU moves what was submitted to the socket. */
active proctype machine()
{
    byte piece;

end:
    do
    :: atomic { device?piece -> output!piece }
    od
}

/* The control port's interrupt handler. */
active proctype interrupt()
{
end:
    do
    :: to_machine?ERROR -> trouble = true
    :: to_machine?ANSWER -> trouble = false
    od
}

inline told_until(next)
{
    atomic {
        i = 0;
        do
        :: i < next -> is_told[i] = true; i++
        :: else -> break
        od
    }
}

active proctype program()
{
    byte next, i;

    do
    :: next == WRITES -> break
    :: next < WRITES ->
        if
        :: trouble ->
#ifndef NO_DRAIN
            empty(device);
#endif
            told_until(next);
#ifdef NO_ANSWER
            trouble = false;
            to_launcher!TOLD
#else
            to_launcher!TOLD;
            !trouble
#endif
        :: else ->
            device!next;
            next++
        fi
    :: break /* it may end at any time */
    od;
    empty(device);
    to_launcher!EXIT
}

inline take()
{
    output?piece;
    if
    :: skip
    :: is_lost[piece] = true; failed = true
    fi
}

/* check_loss() */
inline check()
{
    if
    :: failed && !lost -> to_machine!ERROR; lost = true; failed = false
#ifndef FORGET_LATER
    :: failed && lost -> failed = false
#endif
    :: else
    fi
}

inline take_all()
{
    do
    :: nempty(output) -> take()
    :: empty(output) -> break
    od
}

active proctype launcher()
{
    byte piece, i;

    do
    :: atomic { nempty(output) -> take(); check() }
    :: to_launcher?TOLD ->
#ifndef ANSWER_FIRST
        atomic { take_all(); check() }
#endif
        lost = false;
#ifndef NO_ANSWER
        to_machine!ANSWER
#endif
    :: to_launcher?EXIT ->
        atomic { take_all(); check() };
        reported = lost;
        break
    od;
    atomic {
        bool untold = false;
        i = 0;
        do
        :: i < WRITES -> untold = untold || (is_lost[i] && !is_told[i]); i++
        :: else -> break
        od;
        assert(untold == reported)
    }
}
