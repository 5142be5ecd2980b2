/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The service thread: the delivery context of every VP, and the host's side of VMBus. It goes in
 * rounds of bounded work and sleeps until somebody rings or the earliest deadline has come. */

#include "host/kvm/monitor.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define UNITS_PER_MS 10000u
#define LONGEST_SLEEP (100 * UNITS_PER_MS) /* requests from outside are looked at then */
#define COURIER_AGAIN (UNITS_PER_MS / 10)  /* an interrupt that must wait for its handler's end */

static int doorbell;

void service_init(void)
{
    doorbell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (doorbell < 0) {
        fail(11, "eventfd: %s", strerror(errno));
    }
}

void service_wake(void)
{
    uint64_t one = 1;
    (void)!write(doorbell, &one, sizeof one);
}

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* One VP's wish is taken for all: a kernel that panics empties the slots of its other processors,
 * and writes EOM on the one that it runs on. */
static bool take_polls(void)
{
    uint64_t wanted = 0;
    for (uint32_t n = 0; n < monitor.vp_count; n++) {
        wanted |= __atomic_exchange_n(&monitor.vps[n].poll, 0, __ATOMIC_SEQ_CST);
    }
    return wanted != 0;
}

static uint64_t poll_vps(void)
{
    bool wanted = take_polls();
    uint64_t next = UINT64_MAX;
    for (uint32_t n = 0; n < monitor.vp_count; n++) {
        struct vp *vp = &monitor.vps[n];
        bool on = vp_is_on(vp);
        if (wanted || (on && vp->deadline <= clock_reference())) {
            vp->deadline = shim_vp_poll(&monitor.shim_vps[n]);
        }
        next = on ? earlier(next, vp->deadline) : next;
    }
    return next;
}

/* By any thread: whoever asserted an interrupt sends it once it is out of the library, and with it
 * what others have asserted meanwhile; one at a time, so that what this thread asserted is on its
 * way when this returns. What it is about was written before it was asserted. */
uint64_t interrupts_send(void)
{
    static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;
    uint64_t next = UINT64_MAX;

    pthread_mutex_lock(&sending);
    for (uint32_t n = 0; n < monitor.vp_count; n++) {
        struct vp *vp = &monitor.vps[n];
        uint64_t intids = shim_atomic_load(&vp->asserted);
        if (intids == 0) {
            continue;
        }
        intids = __atomic_exchange_n(&vp->asserted, 0, __ATOMIC_ACQUIRE);
        intids = vp_is_on(vp) ? courier_pend(vp, intids) : 0;
        if (intids != 0) {
            __atomic_fetch_or(&vp->asserted, intids, __ATOMIC_RELEASE);
            next = clock_reference() + COURIER_AGAIN;
        }
    }
    pthread_mutex_unlock(&sending);
    return next;
}

static void take_request(void)
{
    int64_t argument = 0;
    enum shim_request request = ring_request(&argument);

    if (request == SHIM_REQUEST_SHUTDOWN ||
        __atomic_exchange_n(&power_off_wanted, 0, __ATOMIC_RELAXED) != 0) {
        vmbus_shutdown(&monitor.vmbus);
    } else if (request == SHIM_REQUEST_TIME_SYNC) {
        vmbus_time_sync(&monitor.vmbus);
    }
    if (request != SHIM_REQUEST_NONE) {
        ring_event(service_ring(), SHIM_EVENT_REQUEST, request, (uint64_t)argument);
    }
}

static uint64_t serve(void)
{
    uint64_t next;

    pthread_mutex_lock(&monitor.delivery);
    take_request();
    next = poll_vps();
    next = earlier(next, vmbus_serve());
    if (monitor.loopback && loopback_serve()) {
        next = 0;
    }
    pthread_mutex_unlock(&monitor.delivery);
    return earlier(next, interrupts_send());
}

static void sleep_until(uint64_t deadline)
{
    struct pollfd bell = { .fd = doorbell, .events = POLLIN };
    uint64_t now = clock_reference();
    uint64_t units = deadline <= now ? 0 : earlier(deadline - now, LONGEST_SLEEP);
    const struct timespec time = { .tv_nsec = (long)units * 100 }; /* below a second */
    uint64_t rings;

    if (ppoll(&bell, 1, &time, NULL) > 0) {
        (void)!read(doorbell, &rings, sizeof rings);
    }
}

void *service_main(void *unused)
{
    (void)unused;
    (void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    for (;;) {
        sleep_until(serve());
    }
    return NULL;
}
