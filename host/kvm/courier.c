/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The courier. KVM lets user space drive lines, and a PPI of its interrupt controller is always a
 * level: it would come again and again until the monitor knew that the guest has taken it, which
 * nobody tells. A write to GICR_ISPENDR0 is what is wanted, once for each interrupt; but KVM takes
 * that from user space only while no VP runs. So a VP does it, one that the guest does not know of,
 * as the service core does in host/virt.
 *
 * One trap remains: KVM drops the pending bit of a PPI when its handler ends, also one that was set
 * while the handler ran. So a PPI that is active waits. One that was not active when it was asked
 * about, after the memory that it is about had been written, is lost by nobody: a handler that
 * starts later sees that memory. */

#include "host/kvm/monitor.h"

#include <linux/kvm.h>
#include <string.h>

#include <arm/gic.h>

#include "host/common/board.h"

#define COURIER_SIZE 0x10000u
#define SGI_FRAME 0x10000u

extern const uint8_t courier_code[], courier_code_flush[], courier_code_end[];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* the courier's registers and run area */

void courier_init(void)
{
    static uint8_t page[COURIER_SIZE] SHIM_ALIGNED(COURIER_SIZE);
    memcpy(page, courier_code, (size_t)(courier_code_end - courier_code));
    __builtin___clear_cache((char *)page, (char *)page + sizeof page);
    /* The guest may find it, but not change it. */
    kvm_add_memory(1, KVM_MEM_READONLY, COURIER_GPA, page, sizeof page);
}

/* Under `lock`. Nothing interrupts the courier: it never enables interrupts. */
static void run(const uint8_t *from)
{
    struct thread *courier = thread_of(service_vp());

    reg_set(courier, REG_PC, COURIER_GPA + (uint64_t)(from - courier_code));
    while (!kvm_run(courier)) {
    }
    if (courier->run->exit_reason != KVM_EXIT_HYPERCALL) {
        fail(11, "the courier came back for another reason: %u", courier->run->exit_reason);
    }
}

uint64_t courier_pend(const struct thread *target, uint64_t intids)
{
    struct thread *courier = thread_of(service_vp());
    uint64_t waiting;

    pthread_mutex_lock(&lock);
    reg_set(courier, REG_GENERAL, BOARD_GICR + GICR_STRIDE * target->vp.index + SGI_FRAME);
    reg_set(courier, REG_GENERAL + 2, intids);
    run(courier_code);
    waiting = reg_get(courier, REG_GENERAL + UINT64_C(2) * 3);
    pthread_mutex_unlock(&lock);
    return waiting;
}

void courier_flush_tlb(void)
{
    pthread_mutex_lock(&lock);
    reg_set(thread_of(service_vp()), REG_GENERAL, 0); /* an id that comes to us */
    run(courier_code_flush);
    pthread_mutex_unlock(&lock);
}
