/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Every register name 0..0xfffff, read and written, before and after GuestOsId, with every right
 * and with none, against a model of the register table. */

#include "dispatch/call.h"
#include "harness.h"

#include "dispatch/registers.h"

#define NAMES 0x100000u

/* Rights, as the test gives or withholds them. */
enum right { NO_RIGHT, RUNTIME, COUNTER, SYNIC, OS_ID, INDEX, CRASH, ASSIST, TSC, TIMERS };

static const struct {
    uint32_t first, last;
    bool early_get, early_set, writable;
    enum right right;
} model_rows[] = {
    { 0x00100, 0x00100, true, false, false, NO_RIGHT }, /* HypervisorVersion */
    { 0x00200, 0x00203, true, false, false, NO_RIGHT }, /* features, limits */
    { 0x00210, 0x00215, true, true, true, CRASH },      /* GuestCrashP0..P4, Ctl */
    { 0x90000, 0x90000, false, false, false, RUNTIME },
    { 0x90002, 0x90002, true, true, true, OS_ID },
    { 0x90003, 0x90003, false, false, false, INDEX },
    { 0x90004, 0x90004, true, false, false, COUNTER },
    { 0x90013, 0x90013, false, false, true, ASSIST },
    { 0x90017, 0x90017, false, false, true, TSC },
    { 0xa0000, 0xa000f, false, false, true, SYNIC },  /* SINTs */
    { 0xa0010, 0xa0010, false, false, true, SYNIC },  /* SCONTROL */
    { 0xa0011, 0xa0011, false, false, false, SYNIC }, /* SVERSION */
    { 0xa0012, 0xa0015, false, false, true, SYNIC },  /* SIEFP, SIMP, EOM, SIRBP */
    { 0xb0000, 0xb0007, false, false, true, TIMERS }, /* config and count of four timers */
};

struct situation {
    bool open;   /* GuestOsId is set */
    bool rights; /* all of them; else none */
};

static hv_status_t model(uint32_t name, bool set, const struct situation *situation)
{
    for (unsigned i = 0; i < sizeof model_rows / sizeof model_rows[0]; i++) {
        if (name < model_rows[i].first || name > model_rows[i].last) {
            continue;
        }
        if (!situation->open && !(set ? model_rows[i].early_set : model_rows[i].early_get)) {
            return HV_STATUS_ACCESS_DENIED;
        }
        if (!situation->rights && model_rows[i].right != NO_RIGHT) {
            return HV_STATUS_ACCESS_DENIED;
        }
        return set && !model_rows[i].writable ? HV_STATUS_INVALID_PARAMETER : HV_STATUS_SUCCESS;
    }
    return situation->open ? HV_STATUS_INVALID_PARAMETER : HV_STATUS_ACCESS_DENIED;
}

static void expect_result(uint32_t name, const char *what, uint64_t result, hv_status_t status)
{
    uint64_t expected = hv_result(status, status == HV_STATUS_SUCCESS ? 1 : 0);

    if (result != expected) {
        fail_msg("%s 0x%05x: X0 0x%llx, expected status 0x%x", what, name,
                 (unsigned long long)result, status);
    }
}

static uint64_t get(struct world *world, uint32_t name)
{
    uint64_t x[SHIM_REGISTERS] = { UINT64_C(0x0000000100010050), HV_PARTITION_ID_SELF,
                                   HV_VP_INDEX_SELF, name };

    x[15] = x[16] = CANARY;
    assert_int_equal(shim_hvc(&world->vps[0], 1, x), SHIM_DONE);
    if ((x[0] & HV_RESULT_STATUS) != HV_STATUS_SUCCESS) {
        assert_true(x[15] == CANARY && x[16] == CANARY);
    }
    return x[0];
}

/* A value that every writable register takes: a masked SINT, a disabled page, a timer that is off.
 */
static uint64_t set(struct world *world, uint32_t name)
{
    uint64_t x[SHIM_REGISTERS] = {
        UINT64_C(0x0000000100010051), HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, name, 0, 0x10000
    };

    assert_int_equal(shim_hvc(&world->vps[0], 1, x), SHIM_DONE);
    return x[0];
}

static void check_name(struct world *world, uint32_t name, const struct situation *situation)
{
    hv_status_t status;

    expect_result(name, "get", get(world, name), model(name, false, situation));
    status = model(name, true, situation);
    expect_result(name, "set", set(world, name), status);
    if (status == HV_STATUS_SUCCESS && !situation->open) {
        shim_partition_reset(&world->partition); /* GuestOsId was among them */
    }
}

static void check_all_names(void **state, bool open, bool rights)
{
    const struct situation situation = { .open = open, .rights = rights };
    struct world *world = *state;
    struct shim_vp before;

    if (!rights) {
        world->ops.guest_crash = NULL;
    }
    assert_true(world_init(world, rights ? SHIM_PRIVILEGES_ALL : 0));
    if (open) {
        world->partition.rights |= SHIM_NEEDS_GUEST_OS_ID; /* without the right, no guest can */
    }
    before = world->vps[0];
    for (uint32_t name = 0; name < NAMES; name++) {
        check_name(world, name, &situation);
    }
    for (uint32_t shift = 20; shift < 32; shift++) { /* above: nothing, whatever it aliases */
        for (uint32_t low = 0; low < 0x400; low++) {
            check_name(world, UINT32_C(1) << shift | low, &situation);
            check_name(world, UINT32_C(1) << shift | 0x90000u | low, &situation);
            check_name(world, UINT32_C(1) << shift | 0xa0000u | low, &situation);
            check_name(world, UINT32_C(1) << shift | 0xb0000u | low, &situation);
        }
    }
    if (!rights) {
        assert_memory_equal(&before, &world->vps[0], offsetof(struct shim_vp, fetched));
    }
}

static void every_name(void **state)
{
    check_all_names(state, true, true);
}

static void every_name_before_guest_os_id(void **state)
{
    check_all_names(state, false, true);
}

static void every_name_without_rights(void **state)
{
    check_all_names(state, true, false);
}

static void every_name_without_rights_before_guest_os_id(void **state)
{
    check_all_names(state, false, false);
}

/* Slots and names agree: a row that has the name that it was looked up by is served. */
static void rows_are_found_by_their_names(void **state)
{
    uint32_t rows = 0;

    (void)state;
    for (uint32_t name = 0; name < NAMES; name++) {
        const struct hv_register *row = register_find(name);

        if (row->name == name) {
            assert_non_null(row->get);
            rows++;
        }
    }
    assert_int_equal(rows, 47);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(rows_are_found_by_their_names),
        UNIT_TEST(every_name),
        UNIT_TEST(every_name_before_guest_os_id),
        UNIT_TEST(every_name_without_rights),
        UNIT_TEST(every_name_without_rights_before_guest_os_id),
    };

    return cmocka_run_group_tests_name("register names", tests, NULL, NULL);
}
