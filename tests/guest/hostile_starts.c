/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Processors that start and stop each other at the same time: of many who start one, one wins; each
 * start that succeeded is one life, with the entry and the context of who won. */

#include <hv/processor.h>

#include "hypercall.h"
#include "internal.h"
#include "psci.h"
#include "vp_state.h"

#define RACE_ROUNDS 60u

extern uint64_t pagetable[];

static uint64_t good_entry(void)
{
    return gpa((const void *)(uintptr_t)secondary_start);
}

static bool is_alone(void)
{
    if (machine.cpus == 1) {
        test_skip("one processor: there is no other to start");
    }
    return machine.cpus == 1;
}

static volatile uint64_t race_round, race_done[CPUS_MAX];
static volatile uint64_t race_won[CPUS_MAX], race_other[CPUS_MAX], race_runs;

static void race_target(void *argument)
{
    (void)argument;
    __atomic_add_fetch(&race_runs, 1, __ATOMIC_SEQ_CST);
}

/* Tries to start the last processor once a round. */
static void race_once(void)
{
    uint32_t target = machine.cpus - 1;
    uint64_t result = psci(PSCI_CPU_ON_64, cpus[target].mpidr, good_entry(), gpa(&cpus[target]));

    if (result == PSCI_SUCCESS) {
        __atomic_add_fetch(&race_won[this_cpu()->index], 1, __ATOMIC_SEQ_CST);
    } else if (result != (uint64_t)PSCI_ALREADY_ON && result != (uint64_t)PSCI_ON_PENDING) {
        race_other[this_cpu()->index]++;
    }
}

static void racer(void *argument)
{
    uint64_t seen = 0;

    (void)argument;
    while (seen < RACE_ROUNDS) {
        if (race_round != seen) {
            seen = race_round;
            race_once();
            __atomic_store_n(&race_done[this_cpu()->index], seen, __ATOMIC_RELEASE);
        }
    }
}

static uint64_t races_won(void)
{
    uint64_t won = 0;

    for (uint32_t i = 0; i < machine.cpus; i++) {
        won += race_won[i];
    }
    return won;
}

static void wait_for_racers(uint64_t round)
{
    for (uint32_t i = 1; i < machine.cpus - 1; i++) {
        while (__atomic_load_n(&race_done[i], __ATOMIC_ACQUIRE) != round) {
        }
    }
}

/* Exactly one start succeeds each time the target was off, and the target runs once for each. */
static void one_of_many_starts_wins(void)
{
    uint32_t target = machine.cpus - 1;

    if (is_alone()) {
        return;
    }
    cpus[target].entry = race_target;
    for (uint32_t i = 1; i < target; i++) {
        EXPECT_EQ(cpu_start(i, racer, NULL), PSCI_SUCCESS);
    }
    for (uint64_t round = 1; round <= RACE_ROUNDS; round++) {
        uint64_t before = races_won();

        cpus[target].finished = false;
        race_round = round;
        race_once();
        wait_for_racers(round);
        EXPECT(races_won() > before);
        EXPECT(cpu_wait_off(target));
    }
    for (uint32_t i = 1; i < target; i++) {
        EXPECT(cpu_wait_off(i));
        EXPECT_EQ(race_other[i], 0);
    }
    EXPECT(cpu_wait_off(target));
    EXPECT_EQ(race_runs, races_won());
    note("starts that won", races_won());
}

/* ---- Everybody starts and stops everybody ---- */

#define CHAOS_MICROSECONDS 400000u

static volatile bool calm;
static volatile uint64_t lives[CPUS_MAX], starts[CPUS_MAX], strange[CPUS_MAX];
static uint64_t chaos_random[CPUS_MAX];

static bool is_expected(uint64_t result)
{
    return result == PSCI_SUCCESS || result == (uint64_t)PSCI_ALREADY_ON ||
           result == (uint64_t)PSCI_ON_PENDING;
}

static uint64_t start_by_hypercall(uint32_t other)
{
    const struct hv_start_virtual_processor request = {
        .partition_id = HV_PARTITION_ID_SELF,
        .vp_index = other,
        .context = { .pc = gpa((const void *)(uintptr_t)vp_adopt_stub),
                     .sctlr_el1 = GUEST_SCTLR,
                     .mair_el1 = GUEST_MAIR,
                     .tcr_el1 = GUEST_TCR,
                     .vbar_el1 = READ_SYSREG(vbar_el1),
                     .sp_elh = cpus[other].stack_top,
                     .ttbr0_el1 = gpa((const void *)(uintptr_t)pagetable),
                     .x18 = gpa(&cpus[other]) },
    };

    return call_fast(&native, CONTROL_FAST(HV_CALL_START_VIRTUAL_PROCESSOR),
                     (const uint64_t *)(const void *)&request, sizeof(request) / 8, NULL);
}

/* One attempt on another processor than the first: by PSCI, or by a hypercall with the same end. */
static void start_somebody(void)
{
    uint32_t me = this_cpu()->index;
    uint64_t random = random_next(&chaos_random[me]);
    uint32_t other = 1 + (uint32_t)(random >> 8) % (machine.cpus - 1);
    uint64_t result;

    if ((random & 7) == 1) {
        result = start_by_hypercall(other);
        strange[me] += result != HV_STATUS_SUCCESS && result != HV_STATUS_INVALID_VP_STATE &&
                       (other != me || result != HV_STATUS_INVALID_VP_INDEX);
        starts[me] += result == HV_STATUS_SUCCESS;
        return;
    }
    if ((random & 3) == 0) {
        result = psci(PSCI_AFFINITY_INFO_64, cpus[other].mpidr, 0, 0);
        strange[me] += result > PSCI_AFFINITY_ON_PENDING;
        return;
    }
    result = psci(PSCI_CPU_ON_64, cpus[other].mpidr, good_entry(), gpa(&cpus[other]));
    strange[me] += !is_expected(result);
    starts[me] += result == PSCI_SUCCESS;
}

/* A short life: some attempts on others, and off again. */
static void live(void *argument)
{
    (void)argument;
    __atomic_add_fetch(&lives[this_cpu()->index], 1, __ATOMIC_SEQ_CST);
    for (uint32_t i = 0; i < 4 && !calm; i++) {
        start_somebody();
    }
}

static uint64_t sum(const volatile uint64_t *of)
{
    uint64_t total = 0;

    for (uint32_t i = 0; i < machine.cpus; i++) {
        total += of[i];
    }
    return total;
}

/* Each start that succeeded is one life, no more and no less. */
static void everybody_starts_everybody(void)
{
    uint64_t end = now() + microseconds(CHAOS_MICROSECONDS);

    if (is_alone()) {
        return;
    }
    for (uint32_t i = 0; i < machine.cpus; i++) {
        chaos_random[i] = i + 1;
        cpus[i].entry = live;
    }
    calm = false;
    while (now() < end) {
        start_somebody();
    }
    calm = true;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        expect_context("processor", i);
        EXPECT(cpu_wait_off(i));
    }
    EXPECT_EQ(sum(lives), sum(starts));
    EXPECT_EQ(sum(strange), 0);
    EXPECT(sum(lives) > 0);
    note("lives", sum(lives));
}

static void setup(void)
{
    guest_os_id_set();
}

const struct test tests[] = {
    { "GuestOsId is set", setup },
    { "one of many starts wins", one_of_many_starts_wins },
    { "everybody starts everybody", everybody_starts_everybody },
    { NULL, NULL },
};
