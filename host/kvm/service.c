/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The service thread: does the rounds of host/common/service.c, sends the interrupts that come of
 * them, and sleeps until somebody rings or there is something to do. */

#include "host/kvm/monitor.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define COURIER_AGAIN 1000u /* 100 us: an interrupt that must wait for its handler's end */

static int timer;     /* fires at the deadline, or at once when somebody rings */
static uint64_t rung; /* shared: set before that, cleared before a round looks around */

/* The service thread's round is wanted then. It is never as far away as a second. */
static void timer_set(uint64_t deadline)
{
    uint64_t now = clock_reference();
    long nanoseconds = deadline > now ? (long)(deadline - now) * 100 : 1;
    struct itimerspec time = { .it_value.tv_nsec = nanoseconds };
    (void)timerfd_settime(timer, 0, &time, NULL);
}

void service_wake(void)
{
    if (__atomic_exchange_n(&rung, 1, __ATOMIC_SEQ_CST) == 0) {
        timer_set(0);
    }
}

/* By any thread: whoever asserted an interrupt sends it once it is out of the library, and with it
 * what others have asserted meanwhile; one at a time, so that what this thread asserted is on its
 * way when this returns. What it is about was written before it was asserted. */
uint64_t interrupts_send(void)
{
    static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;
    uint64_t next = UINT64_MAX;

    pthread_mutex_lock(&sending);
    for (uint32_t n = 0; n < guest.vp_count; n++) {
        struct thread *thread = &monitor.threads[n];
        uint64_t intids = shim_atomic_load(&thread->asserted);
        if (intids == 0) {
            continue;
        }
        intids = __atomic_exchange_n(&thread->asserted, 0, __ATOMIC_ACQUIRE);
        intids = vp_is_on(&thread->vp) ? courier_pend(thread, intids) : 0;
        if (intids != 0) {
            __atomic_fetch_or(&thread->asserted, intids, __ATOMIC_RELEASE);
            next = clock_reference() + COURIER_AGAIN;
        }
    }
    pthread_mutex_unlock(&sending);
    return next;
}

/* Who rang before the timer was set is seen in `rung`. */
void *service_main(void *unused)
{
    (void)unused;
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (timer < 0) {
        fail(11, "a timer: %s", strerror(errno));
    }
    for (;;) {
        uint64_t round = service_round(), courier = interrupts_send(), fired;
        timer_set(round < courier ? round : courier);
        if (shim_atomic_load(&rung) == 0) {
            (void)!read(timer, &fired, sizeof fired);
        }
        (void)__atomic_exchange_n(&rung, 0, __ATOMIC_SEQ_CST);
    }
    return NULL;
}
