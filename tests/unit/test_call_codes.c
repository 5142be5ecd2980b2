/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Every call code in every form, against a model of admission: 65,536 codes, each fast and slow, in
 * three conventions, before and after GuestOsId, with all that a host can have and with the
 * mandatory ops only. */

#include "harness.h"

#include "dispatch/call.h"

/* What the calls that are served answer to an input block of zeroes, no reps, in each form. */
enum { NATIVE_FAST, NATIVE_SLOW, SMCCC_FAST, SMCCC_SLOW, COMPACT_FAST, COMPACT_SLOW, FORM_COUNT };

static const struct {
    uint16_t code;
    bool early;
    bool optional; /* wants what a host need not have */
    hv_status_t fast, slow, compact;
} served[] = {
#define OK HV_STATUS_SUCCESS
#define INPUT HV_STATUS_INVALID_HYPERCALL_INPUT /* no reps, or a block that does not fit */
#define PARTITION HV_STATUS_INVALID_PARTITION_ID
#define CONNECTION HV_STATUS_INVALID_CONNECTION_ID
#define PARAMETER HV_STATUS_INVALID_PARAMETER
    { 0x0002, false, true, OK, OK, OK },
    { 0x0003, false, true, INPUT, INPUT, INPUT },
    { 0x0008, false, false, OK, OK, OK },
    { 0x000b, false, true, OK, OK, OK },
    { 0x0013, false, true, OK, OK, OK },
    { 0x0014, false, true, INPUT, INPUT, INPUT },
    { 0x0015, false, true, OK, OK, OK },
    { 0x0046, false, false, OK, OK, OK },
    { 0x0050, true, false, INPUT, INPUT, INPUT },
    { 0x0051, true, false, INPUT, INPUT, INPUT },
    { 0x0052, false, true, PARTITION, PARTITION, PARTITION },
    { 0x005c, false, true, INPUT, PARAMETER, INPUT },
    { 0x005d, false, true, CONNECTION, CONNECTION, CONNECTION },
    { 0x0071, false, true, OK, OK, OK },
    { 0x0094, false, true, PARTITION, PARTITION, PARTITION },
    { 0x0099, false, true, PARTITION, PARTITION, INPUT },
    { 0x009a, false, true, INPUT, INPUT, INPUT },
    { 0x00ac, false, true, PARTITION, PARTITION, PARTITION },
    { 0x00af, false, true, OK, OK, OK },
    { 0x00b0, false, true, INPUT, INPUT, INPUT },
    { 0x00c0, false, true, PARAMETER, PARAMETER, PARAMETER },
    { 0x00c1, false, true, INPUT, PARAMETER, INPUT },
    { 0x8001, false, false, OK, OK, OK },
    { 0x8002, false, true, INPUT, OK, INPUT },
    { 0x8003, false, true, INPUT, INPUT, INPUT },
#undef OK
#undef INPUT
#undef PARTITION
#undef CONNECTION
#undef PARAMETER
};
#define SERVED (sizeof served / sizeof served[0])

struct situation {
    bool guest_os_id_set;
    bool all_ops;
};

static hv_status_t served_status(unsigned i, unsigned form)
{
    if (form == COMPACT_SLOW) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT; /* that form has no memory */
    }
    if (form == COMPACT_FAST) {
        return served[i].compact;
    }
    return form == NATIVE_FAST || form == SMCCC_FAST ? served[i].fast : served[i].slow;
}

/* Privileges that a guest has here at most, and on a host of the mandatory ops. */
#define GRANTED_ALWAYS                                                                             \
    (HV_PRIV_ACCESS_PARTITION_REFERENCE_COUNTER | HV_PRIV_ACCESS_HYPERCALL_MSRS |                  \
     HV_PRIV_ACCESS_VP_INDEX | HV_PRIV_ACCESS_PARTITION_ID | HV_PRIV_ENABLE_EXTENDED_HYPERCALLS)
#define GRANTED                                                                                    \
    (GRANTED_ALWAYS | HV_PRIV_ACCESS_VP_RUN_TIME_REG | HV_PRIV_ACCESS_SYNIC_REGS |                 \
     HV_PRIV_POST_MESSAGES | HV_PRIV_SIGNAL_EVENTS | HV_PRIV_DEBUGGING |                           \
     HV_PRIV_START_VIRTUAL_PROCESSOR)

/* The order of admission, written down a second time: GuestOsId, privilege, handler, form. Rows
 * that are not served want a privilege that no guest has, or fail for want of a handler. */
static hv_status_t model(uint16_t code, unsigned form, const struct situation *situation)
{
    for (unsigned i = 0; i < SERVED; i++) {
        if (served[i].code != code) {
            continue;
        }
        if (!situation->guest_os_id_set && !served[i].early) {
            return HV_STATUS_ACCESS_DENIED;
        }
        if (!situation->all_ops && served[i].optional) {
            return HV_STATUS_ACCESS_DENIED;
        }
        return served_status(i, form);
    }
    if (!situation->guest_os_id_set ||
        (call_find(code)->rights & ~(situation->all_ops ? GRANTED : GRANTED_ALWAYS) &
         ~SHIM_NEEDS_GUEST_OS_ID) != 0) {
        return HV_STATUS_ACCESS_DENIED;
    }
    return HV_STATUS_INVALID_HYPERCALL_CODE;
}

/* One call; everything but X0 (and a successful call's output) stays as it is. */
static void check_code(struct world *world, uint16_t code, unsigned form, hv_status_t status)
{
    static const uint32_t ids[] = { 0, 0x46000001, 0x46005302 };
    struct shim_vp *vp = &world->vps[0];
    uint64_t before[SHIM_REGISTERS] = { 0 }; /* the input block, too */
    uint64_t x[SHIM_REGISTERS];
    unsigned control = form / 2 == 0 ? 0 : 1;

    before[17] = control == 0 ? CANARY : 0;
    before[0] = ids[form / 2];
    before[control] = code | (form % 2 == 0 ? HV_CONTROL_FAST : 0);
    if (form % 2 != 0) {
        before[control + 1] = GPA(PAGE_INPUT);
        before[control + 2] = GPA(PAGE_OUTPUT);
    }
    memcpy(x, before, sizeof x);
    world->host.writes = 0;

    enum shim_verdict verdict = shim_hvc(vp, control == 0 ? 1 : 0, x);
    if (verdict != SHIM_DONE || x[0] != status) {
        fail_msg("code 0x%04x form %u: verdict %d, X0 0x%llx, expected 0x%x", code, form, verdict,
                 (unsigned long long)x[0], status);
    }
    if (status != HV_STATUS_SUCCESS) {
        before[0] = x[0];
        assert_memory_equal(before, x, sizeof x);
        assert_int_equal(world->host.writes, 0);
    }
}

static void check_all_codes(struct world *world, const struct situation *situation)
{
    static struct shim_vp vp_before;
    struct shim_partition partition_before = world->partition;

    vp_before = world->vps[0];
    for (uint32_t code = 0; code <= UINT16_MAX; code++) {
        for (unsigned form = 0; form < FORM_COUNT; form++) {
            check_code(world, (uint16_t)code, form, model((uint16_t)code, form, situation));
        }
    }
    assert_memory_equal(&partition_before, &world->partition, sizeof partition_before);
    assert_memory_equal(&vp_before, &world->vps[0], offsetof(struct shim_vp, fetched));
    assert_memory_equal(&vp_before.queue, &world->vps[0].queue, sizeof vp_before.queue);
}

static void prepare(struct world *world, const struct situation *situation)
{
    fake_host_init(&world->host);
    memset(world->host.memory[PAGE_INPUT], 0, HV_PAGE_SIZE);
    if (!situation->all_ops) {
        world->ops = (struct shim_host_ops) { .gpa_read = fake_ops.gpa_read,
                                              .gpa_write = fake_ops.gpa_write,
                                              .reference_time = fake_ops.reference_time };
        world->config.connections = NULL;
    }
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    if (situation->guest_os_id_set) {
        assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 1), HV_STATUS_SUCCESS);
    }
}

static void every_code_answers_what_the_table_says(void **state)
{
    const struct situation situation = { .guest_os_id_set = true, .all_ops = true };

    prepare(*state, &situation);
    check_all_codes(*state, &situation);
}

static void every_code_before_guest_os_id(void **state)
{
    const struct situation situation = { .guest_os_id_set = false, .all_ops = true };

    prepare(*state, &situation);
    check_all_codes(*state, &situation);
}

static void every_code_on_a_host_without_optional_ops(void **state)
{
    const struct situation situation = { .guest_os_id_set = true, .all_ops = false };

    prepare(*state, &situation);
    check_all_codes(*state, &situation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(every_code_answers_what_the_table_says),
        UNIT_TEST(every_code_before_guest_os_id),
        UNIT_TEST(every_code_on_a_host_without_optional_ops),
    };

    return cmocka_run_group_tests_name("call codes", tests, NULL, NULL);
}
