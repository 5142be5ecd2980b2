/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The service core: the last processor, kept at EL2 and hidden from the guest. It runs the host's
 * side of VMBus and delivers messages; it is the delivery context of every VP. It lives on nothing
 * that a guest owns: no lock, no interrupt taken, its own redistributor and timer. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#include <string.h>

/* Messages that guests posted, in order: a bounded queue of many producers and one consumer. A
 * place is free for its n-th use when `turn` is 2n, and filled when it is 2n + 1. */
#define INBOX_PLACES 64u
#define INBOX_TRIES 64u /* other VPs won so often in between; the guest may try again */

struct place {
    uint64_t turn; /* shared: by turns of producer and consumer */
    struct hv_post_message message;
};

static struct {
    struct place places[INBOX_PLACES];
    uint64_t posted; /* shared: any VP, by compare-and-swap */
    uint64_t taken;  /* the service core's */
} inbox;

static uint64_t turn_of(uint64_t number)
{
    return number / INBOX_PLACES * 2;
}

hv_status_t service_post(const struct hv_post_message *message)
{
    for (uint32_t n = 0; n < INBOX_TRIES; n++) {
        uint64_t number = shim_atomic_load(&inbox.posted);
        struct place *place = &inbox.places[number % INBOX_PLACES];
        uint64_t turn = shim_atomic_load_acquire(&place->turn);

        if (turn != turn_of(number)) {
            if (shim_atomic_load(&inbox.posted) == number) {
                return HV_STATUS_INSUFFICIENT_BUFFERS; /* not yet taken since the last round */
            }
        } else if (__atomic_compare_exchange_n(&inbox.posted, &number, number + 1, false,
                                               __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            memcpy(&place->message, message, sizeof *message);
            shim_atomic_store_release(&place->turn, turn + 1);
            service_wake();
            return HV_STATUS_SUCCESS;
        }
    }
    return HV_STATUS_INSUFFICIENT_BUFFERS;
}

static const struct hv_post_message *inbox_oldest(void)
{
    struct place *place = &inbox.places[inbox.taken % INBOX_PLACES];
    bool filled = shim_atomic_load_acquire(&place->turn) == turn_of(inbox.taken) + 1;
    return filled ? &place->message : NULL;
}

static void inbox_remove(void)
{
    struct place *place = &inbox.places[inbox.taken % INBOX_PLACES];
    shim_atomic_store_release(&place->turn, turn_of(inbox.taken) + 2);
    inbox.taken++;
}

static void serve_vmbus(void)
{
    const struct hv_post_message *message;

    vmbus_poll(&virt.vmbus);
    while ((message = inbox_oldest()) != NULL && vmbus_receive(&virt.vmbus, message)) {
        inbox_remove();
    }
}

/* Off or on: a page that a VP left behind is still a page of the guest's. */
static void poll_vps(void)
{
    for (uint32_t n = 0; n < virt.vp_count; n++) {
        struct cpu *cpu = &virt.cpus[n];
        if (shim_atomic_load(&cpu->poll) != 0) {
            shim_atomic_store(&cpu->poll, 0);
            shim_atomic_fence(); /* a VP that asks after this asks again */
            shim_vp_poll(cpu->vp);
        }
    }
}

void service_wake(void)
{
    gic_pend(service_cpu(), GIC_DOORBELL_INTID);
}

/* Until the doorbell rings, or `ms` have passed; 0 means for ever. Pending interrupts end WFI
 * although they are masked. */
static void wait(const struct cpu *cpu, uint32_t ms)
{
    if (ms != 0) {
        write_sysreg(cnthp_tval_el2, clock_ticks_per_ms() * ms);
        write_sysreg(cnthp_ctl_el2, 1);
        isb();
    }
    wfi();
    write_sysreg(cnthp_ctl_el2, 0);
    isb();
    gic_service_acknowledge(cpu);
}

void service_main(struct cpu *cpu)
{
    gic_service_init(cpu);
    shim_atomic_store_release(&cpu->state, CPU_ON);
    for (;;) {
        bool leaving = psci_serve();
        poll_vps();
        serve_vmbus();
        wait(cpu, leaving ? 1 : 0);
    }
}
