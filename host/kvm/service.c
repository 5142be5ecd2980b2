/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The service thread: does the rounds of host/common/service.c, sends the interrupts that come of
 * them, and sleeps until somebody rings or there is something to do. */

#include "host/kvm/monitor.h"

#include <sys/prctl.h>
#include <time.h>

#define COURIER_AGAIN 1000u /* 100 us: an interrupt that must wait for its handler's end */
#define NS_PER_SECOND 1000000000

static sem_t doorbell;
static uint64_t
    rung; /* shared: set with the doorbell's ring, cleared before a round looks around */

void service_wake(void)
{
    if (__atomic_exchange_n(&rung, 1, __ATOMIC_SEQ_CST) == 0) {
        (void)sem_post(&doorbell);
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

/* A deadline is below a second from now. */
static void sleep_until(uint64_t deadline)
{
    uint64_t now = clock_reference();
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_nsec += deadline <= now ? 0 : (long)(deadline - now) * 100;
    time.tv_sec += time.tv_nsec / NS_PER_SECOND;
    time.tv_nsec %= NS_PER_SECOND;
    (void)sem_clockwait(&doorbell, CLOCK_MONOTONIC, &time);
    (void)__atomic_exchange_n(&rung, 0, __ATOMIC_SEQ_CST);
}

void *service_main(void *unused)
{
    (void)unused;
    (void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    for (;;) {
        uint64_t round = service_round(), courier = interrupts_send();
        sleep_until(round < courier ? round : courier);
    }
    return NULL;
}
