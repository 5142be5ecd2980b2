/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the monitor asks of KVM, the courier and the clock, by a KVM that is none: registers are an
 * array, time goes by when somebody looks. */

#include "tests/kvm/fake_kvm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REGISTERS 0x10000u /* by the low half of KVM's name */

uint64_t fake_aborts, fake_flushes;
const struct thread *fake_running;

static uint64_t registers[FAKE_VPS][REGISTERS];
static uint64_t now;

void fail(int status, const char *format, ...)
{
    (void)status;
    (void)fprintf(stderr, "the monitor gave up: %s\n", format);
    abort();
}

uint64_t reg_get(struct thread *thread, uint64_t id)
{
    return registers[thread->vp.index][id % REGISTERS];
}

void reg_set(struct thread *thread, uint64_t id, uint64_t value)
{
    if (fake_running != NULL && thread != fake_running) {
        fail(2, "an exit of VP %u changes a register of VP %u", fake_running->vp.index,
             thread->vp.index);
    }
    registers[thread->vp.index][id % REGISTERS] = value;
}

bool kvm_run(struct thread *thread)
{
    (void)thread;
    return false;
}

void kvm_reset_vp(struct thread *thread)
{
    memset(registers[thread->vp.index], 0, sizeof registers[0]);
}

void kvm_inject_abort(struct thread *thread)
{
    (void)thread;
    fake_aborts++;
}

void kvm_set_spi(uint32_t spi, bool level)
{
    (void)spi;
    (void)level;
}

uint64_t courier_pend(const struct thread *thread, uint64_t intids)
{
    return (thread->vp.index + now) % 4 == 0 ? intids & 0xffff0000 : 0;
}

void courier_flush_tlb(void)
{
    fake_flushes++;
}

uint64_t clock_counter(void)
{
    return now += 7;
}

uint64_t clock_reference(void)
{
    return timebase_reference(clock_counter());
}

uint64_t clock_utc(void)
{
    return clock_counter();
}
