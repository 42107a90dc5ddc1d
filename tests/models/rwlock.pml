/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The reader/writer lock and its hand-over: rwlock_*() in kernel/sched/mutex.c.
 *
 * Two writers and two readers use an object once each under its lock; who unlocks it
 * last frees it. Invariants: a writer is alone; who comes while others wait goes behind
 * them, unless all read; nobody waits for a lock that he could have; a waiter is not
 * touched once it was told, nor the lock once it was freed; everybody gets it (else: an
 * invalid end state).
 *
 * Without store buffers: all but `granted` is under the spin lock, whose unlock is seen
 * before `granted` is. How a waiter sleeps until then is in mutex.pml.
 */
/* mistake: OVERTAKE a reader comes in beside readers while a writer waits */
/* mistake: PASS_WRITER the hand-over takes readers from behind a writer, too */
/* mistake: ONE_READER the hand-over takes the first reader alone */
/* mistake: FORGET_READERS several readers are counted as one at the hand-over */
/* mistake: COUNT_SELF a waiter counts itself once it is told */
/* mistake: NEXT_LATE of those to tell, the next is looked for in the one that was told */
/* mistake: LOOK_AGAIN the unlocker looks at the list again after it has told one */

#define USERS   4
#define WRITER1 0
#define WRITER2 1
#define READER1 2
#define READER2 3
#define WRITES(me) ((me) <= WRITER2)
#define BIT(me)    (1 << (me))
#define WRITERS    (BIT(WRITER1) | BIT(WRITER2))

/* The lock. */
bool spin;
short readers; /* -1: a writer */
chan waiters = [USERS] of { byte };

bool granted[USERS];
bool freed;
bool gone[USERS]; /* the waiter, on its task's stack */

byte queued; /* who is on the list */
byte been;   /* who has had the lock */
byte users = USERS, inside, writing;

#define TOUCH       assert(!freed)
#define IS_FREE(me) (WRITES(me) -> readers == 0 : readers >= 0)

inline spin_lock()
{
    atomic { !spin -> TOUCH; spin = true }
}

inline spin_unlock()
{
    atomic {
        TOUCH;
        if
        :: waiters?[to] -> waiters?<to>; assert(!IS_FREE(to))
        :: else
        fi;
        spin = false
    }
}

inline count(who)
{
    readers = readers + (WRITES(who) -> -1 : 1)
}

inline rwlock_lock(me)
{
    spin_lock();
    atomic {
        before_me = queued & (WRITES(me) -> BIT(USERS) - 1 : WRITERS);
        if
#ifdef OVERTAKE
        :: (queued == 0 || !WRITES(me)) && IS_FREE(me) -> count(me); wait = false
#else
        :: queued == 0 && IS_FREE(me) -> count(me); wait = false
#endif
        :: else -> waiters!me; queued = queued | BIT(me); wait = true
        fi
    }
    spin_unlock();
    if
    :: wait ->
        granted[me];
        gone[me] = true;
#ifdef COUNT_SELF
        spin_lock();
        count(me);
        spin_unlock()
#endif
    :: else
    fi
}

/* Moves those who can have the lock to a list of the unlocker's own. */
inline take_owners()
{
    left = len(waiters);
    do
    :: left == 0 -> break
    :: else ->
        left--;
        waiters?<to>;
        if
        :: IS_FREE(to) ->
            waiters?to;
            queued = queued & ~BIT(to);
            owners!to;
#ifdef FORGET_READERS
            if
            :: len(owners) > 1
            :: else -> count(to)
            fi
#elif !defined(COUNT_SELF)
            count(to)
#endif
#ifdef ONE_READER
            ;
            break
#endif
        :: else ->
#ifdef PASS_WRITER
            waiters?to;
            waiters!to
#else
            break
#endif
        fi
    od;
    left = 0
}

inline grant()
{
    do
    :: owners?to ->
        assert(!gone[to]); /* its link to the next, its task */
        granted[to] = true;
#ifdef NEXT_LATE
        assert(!gone[to]);
#endif
#ifdef LOOK_AGAIN
        spin_lock();
        atomic { take_owners() }
        spin_unlock()
#endif
    :: empty(owners) -> break
    od
}

inline rwlock_unlock(me)
{
    spin_lock();
    atomic {
        assert(WRITES(me) -> readers == -1 : readers > 0);
        readers = readers + (WRITES(me) -> 1 : -1);
        users--;
        last = users == 0;
        take_owners()
    }
    spin_unlock();
    grant()
}

proctype user(byte me)
{
    byte to, left, before_me;
    bool wait, last;
    chan owners = [USERS] of { byte };

    rwlock_lock(me);
    atomic {
        inside++;
        writing = writing + (WRITES(me) -> 1 : 0);
        assert(writing == 0 || inside == 1);
        been = been | BIT(me);
        assert((before_me & ~been) == 0)
    }
    atomic {
        inside--;
        writing = writing - (WRITES(me) -> 1 : 0)
    }
    rwlock_unlock(me);
    if
    :: last -> freed = true
    :: else
    fi
}

init
{
    atomic {
        run user(WRITER1);
        run user(WRITER2);
        run user(READER1);
        run user(READER2)
    }
}
