/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The SynIC of a processor as a guest uses it, see synic.h. */

#include "synic.h"

#include <string.h>

struct synic synics[CPUS_MAX] __attribute__((aligned(4096)));

struct synic *synic(void)
{
    return &synics[this_cpu()->index];
}

static void set(uint32_t name, uint64_t value)
{
    EXPECT_EQ(register_set(&smccc, name, value), DONE);
}

void synic_on(void)
{
    struct synic *mine = synic();

    set(HV_REGISTER_SIPP, gpa(mine->slots) | HV_SYNIC_ENABLE);
    set(HV_REGISTER_SIFP, gpa(mine->flags) | HV_SYNIC_ENABLE);
    memset(mine, 0, sizeof(*mine));
    set(HV_REGISTER_SCONTROL, HV_SYNIC_ENABLE);
}

void synic_off(void)
{
    set(HV_REGISTER_SCONTROL, 0);
    set(HV_REGISTER_SIPP, 0);
    set(HV_REGISTER_SIFP, 0);
}

void sint_set(uint32_t sint, uint64_t value)
{
    set(HV_REGISTER_SINT0 + sint, value);
}

bool message_take(uint32_t sint, struct hv_message *message)
{
    volatile struct hv_message *slot = &synic()->slots[sint];

    if (slot->type == HV_MESSAGE_TYPE_NONE) {
        return false;
    }
    __asm__ volatile("dmb ish" ::: "memory");
    memcpy(message, &synic()->slots[sint], sizeof(*message));
    __asm__ volatile("dmb ish" ::: "memory");
    slot->type = HV_MESSAGE_TYPE_NONE;
    __asm__ volatile("dmb sy" ::: "memory");
    if ((slot->flags & HV_MESSAGE_FLAG_PENDING) != 0) {
        set(HV_REGISTER_EOM, 0);
    }
    return true;
}

bool event_take(uint32_t sint, uint32_t flag)
{
    uint64_t bit = UINT64_C(1) << flag % 64;

    return (__atomic_fetch_and(&synic()->flags[sint][flag / 64], ~bit, __ATOMIC_ACQ_REL) & bit) !=
           0;
}

uint64_t reference_time(void)
{
    struct hv_register_value value;

    register_get(&native, HV_REGISTER_TIME_REF_COUNT, &value);
    return value.low;
}

uint64_t timer_config_set(uint32_t index, uint64_t config)
{
    return register_set(&native, HV_REGISTER_STIMER0_CONFIG + 2 * index, config);
}

uint64_t timer_count_set(uint32_t index, uint64_t count)
{
    return register_set(&native, HV_REGISTER_STIMER0_COUNT + 2 * index, count);
}

uint64_t timer_config_get(uint32_t index)
{
    struct hv_register_value value = { 0, 0 };

    EXPECT_EQ(register_get(&native, HV_REGISTER_STIMER0_CONFIG + 2 * index, &value), DONE);
    return value.low;
}
