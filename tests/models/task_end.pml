/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of a task against those that still know it: task_exit(), finish_switch(),
 * task_reap(), task_wake(); the joiner that the thread's word lets go on.
 *
 * A task ends; somebody with a reference wakes it late; its joiner waits for the
 * word that the kernel clears. The memory and the kernel stack go to the next task
 * with the last reference. Invariants: nobody touches them after that; no core runs
 * on the stack then; an ended task does not run again; the joiner goes on.
 */
/* mistake: REAP_EARLY the task gives its own reference back before the switch */
/* mistake: NO_REFERENCE the waker has none */
/* mistake: WAKE_ALL a wake-up does not look whether the task sleeps */
/* mistake: WAKE_BEFORE_WORD the joiner is woken before the word is cleared */

#define REFERENCES 2

bool freed, on_stack = true, on_queue = true, queue_locked, dead;
bool word = true, joiner_waits;
byte refs = REFERENCES;

#define TOUCH assert(!freed)

inline put()
{
    atomic {
        TOUCH;
        refs--;
        if
        :: refs == 0 -> assert(!on_stack); freed = true
        :: else
        fi
    }
}

inline queue_lock()
{
    atomic { !queue_locked -> queue_locked = true }
}

proctype task() /* ends, and, after the switch, who runs next on its core */
{
#ifdef WAKE_BEFORE_WORD
    joiner_waits = false;
    word = false;
#else
    word = false;
    joiner_waits = false; /* futex_wake(): a model of its own */
#endif
    dead = true;
#ifdef REAP_EARLY
    put();
#endif
    queue_lock();
    on_queue = false;
    on_stack = false; /* arch_switch() */
    TOUCH;            /* on_cpu */
    queue_locked = false;
#ifndef REAP_EARLY
    put()
#endif
}

proctype waker()
{
    TOUCH;
    queue_lock();
    TOUCH;
#ifdef WAKE_ALL
    if
    :: !on_queue -> on_queue = true
    :: else
    fi;
#endif
    assert(!(dead && !on_stack && on_queue));
    queue_locked = false;
#ifndef NO_REFERENCE
    put()
#endif
}

proctype joiner()
{
    do
    :: atomic { word -> joiner_waits = true } /* looks and queues under the bucket's lock */
        !joiner_waits
    :: !word -> break
    od
}

init
{
    atomic {
#ifdef NO_REFERENCE
        refs = 1;
#endif
        run task();
        run waker();
        run joiner()
    }
}
