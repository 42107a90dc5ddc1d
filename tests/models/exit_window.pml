/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The way out of a system call, with interrupts on, against work that another core
 * gives the task: hermit_call_exit in kernel/arch/x86_64/entry.S, trap_dispatch().
 *
 * Invariant: once the interrupt that announces work has been served, the task does
 * not run application code before the work is done.
 */
/* mistake: NO_RESTART the interrupt leaves the window as it is */
/* mistake: SHORT_WINDOW the window ends before the switch of stacks */
/* mistake: INTERRUPT_FIRST the bit of work is set after the interrupt was sent */

mtype = { look, load_stack, switch_stack, work, application };
mtype at = look; /* the next instruction of the task */
bool to_do, interrupt, served, looked;

#ifdef SHORT_WINDOW
#define IN_WINDOW (at == look || at == load_stack)
#else
#define IN_WINDOW (at == look || at == load_stack || at == switch_stack)
#endif

active proctype task()
{
end:
    do
    :: atomic { at == look -> at = (to_do -> work : load_stack) }
    :: atomic { at == load_stack -> at = switch_stack }
    :: atomic { at == switch_stack -> at = application }
    :: atomic { at == work -> to_do = false; at = look }
    :: atomic { at == application && served -> assert(!to_do); break }
    od
}

active proctype interrupts()
{
    interrupt;
    atomic {
        interrupt = false;
        served = true;
        if
        :: at == application -> to_do = false /* the trap's own way out does it */
#ifndef NO_RESTART
        :: IN_WINDOW -> at = look
#endif
        :: else
        fi
    }
}

active proctype other_core()
{
#ifdef INTERRUPT_FIRST
    interrupt = true;
    to_do = true
#else
    to_do = true;
    interrupt = true
#endif
}
