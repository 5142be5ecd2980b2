/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls as fast as a processor can make them, boot argument calls=N of them on each: what whoever
 * reads the trace has to keep up with, or to say that it did not (tests/tools/flood). */

#include "hypercall.h"
#include "psci.h"

#define CALLS 20000u

static uint64_t calls;
static volatile uint64_t spoilt[CPUS_MAX]; /* answers that were not the expected ones */

/* Refused for want of a connection: the shortest call that has an input. */
static void flood(void *argument)
{
    uint64_t connection = 0x55555;

    (void)argument;
    for (uint64_t i = 0; i < calls; i++) {
        uint64_t status =
            call_fast(&native, CONTROL_FAST(HV_CALL_SIGNAL_EVENT), &connection, 1, NULL);
        spoilt[this_cpu()->index] += status != HV_STATUS_INVALID_CONNECTION_ID;
    }
}

static void all_processors_call(void)
{
    uint64_t start;

    guest_os_id_set();
    calls = boot_argument("calls=", CALLS);
    start = now();
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, flood, NULL), PSCI_SUCCESS);
    }
    flood(NULL);
    for (uint32_t i = 1; i < machine.cpus; i++) {
        while (!cpu_wait_off(i)) {
        }
    }
    note("microseconds", (now() - start) / microseconds(1));
    for (uint32_t i = 0; i < machine.cpus; i++) {
        expect_context("processor", i);
        EXPECT_EQ(spoilt[i], 0);
    }
}

const struct test tests[] = {
    { "all processors call as fast as they can", all_processors_call },
    { NULL, NULL },
};
