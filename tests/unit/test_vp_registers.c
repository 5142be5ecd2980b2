/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/vp_registers.c: the two register calls, their header, and every register
 * name against a model of who may read and write what. */

#include "requests.h"

static hv_status_t get_with_header(struct world *world, enum form form,
                                   const struct hv_vp_registers_header *header, uint64_t *value)
{
    struct get_registers input = { .header = *header, .names = { HV_REGISTER_VP_INDEX } };
    struct request request = request_get(&input, 1);
    struct answer answer = guest_call(world, form, &request);

    memcpy(value, answer.output, sizeof *value);
    return answer.status;
}

/* SELF, the own index, and the partition by its number all mean the same VP. */
static void ways_to_say_self(struct world *world, enum form form)
{
    struct hv_vp_registers_header header = header_self;
    uint64_t value;

    world->vp = 2;
    for (unsigned way = 0; way < 4; way++) {
        header.partition_id = (way & 1) != 0 ? TEST_PARTITION_ID : HV_PARTITION_ID_SELF;
        header.vp_index = (way & 2) != 0 ? 2 : HV_VP_INDEX_SELF;
        assert_int_equal(get_with_header(world, form, &header, &value), HV_STATUS_SUCCESS);
        assert_int_equal(value, 2);
    }
}

static void self_has_two_names(void **state)
{
    for_each_convention(state, ways_to_say_self);
}

static void other_vps(struct world *world, enum form form)
{
    struct hv_vp_registers_header header = header_self;
    uint64_t value;

    for (uint32_t vp = 0; vp < FAKE_VPS; vp++) {
        header.vp_index = vp;
        assert_int_equal(get_with_header(world, form, &header, &value), HV_STATUS_SUCCESS);
        assert_int_equal(value, vp);
    }
}

static void other_vps_of_the_partition_are_reached(void **state)
{
    for_each_convention(state, other_vps);
}

/* V1: no number reaches past the array. */
static void bad_vp_index(struct world *world, enum form form)
{
    static const uint32_t bad[] = { FAKE_VPS, 63,         64,         65,         4095,
                                    4096,     0x7fffffff, 0x80000000, UINT32_MAX, UINT32_MAX - 2 };
    struct get_registers input = { .header = header_self, .names = { HV_REGISTER_VP_INDEX } };

    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct request request = request_get(&input, 1);

        input.header.vp_index = bad[i];
        expect_refusal(world, form, &request, HV_STATUS_INVALID_VP_INDEX);
    }
}

static void vp_beyond_the_partition_is_refused(void **state)
{
    for_each_convention(state, bad_vp_index);
}

static void bad_partition(struct world *world, enum form form)
{
    static const uint64_t bad[] = { 0, 1, TEST_PARTITION_ID + 1, HV_PARTITION_ID_SELF - 1 };
    struct get_registers input = { .header = header_self, .names = { HV_REGISTER_VP_INDEX } };

    for (unsigned i = 0; i < 4; i++) {
        struct request request = request_get(&input, 1);

        input.header.partition_id = bad[i];
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARTITION_ID);
    }
}

static void other_partitions_are_refused(void **state)
{
    for_each_convention(state, bad_partition);
}

/* RsvdZ bytes, and the reserved bits of HV_INPUT_VTL. */
static void reserved_bytes(struct world *world, enum form form)
{
    struct get_registers get = { .header = header_self, .names = { HV_REGISTER_VP_INDEX } };
    struct set_registers set = { .header = header_self };

    set.elements[0].name = HV_REGISTER_GUEST_CRASH_P0;
    for (unsigned bit = 0; bit < 24; bit++) {
        struct request requests[] = { request_get(&get, 1), request_set(&set, 1) };

        get.header.reserved[bit / 8] = (uint8_t)(1u << bit % 8);
        set.header = get.header;
        expect_refusal(world, form, &requests[0], HV_STATUS_INVALID_PARAMETER);
        if (form_fits(form, &requests[1])) {
            expect_refusal(world, form, &requests[1], HV_STATUS_INVALID_PARAMETER);
        }
        get.header.reserved[bit / 8] = 0;
    }
}

static void reserved_header_bytes_are_refused(void **state)
{
    for_each_convention(state, reserved_bytes);
}

/* There is VTL 0 only: 1 and 2 could exist and are denied; 3..15 and bits 7:5 mean nothing. */
static void every_input_vtl(struct world *world, enum form form)
{
    struct get_registers input = { .header = header_self, .names = { HV_REGISTER_VP_INDEX } };

    for (unsigned vtl = 0; vtl < 256; vtl++) {
        struct request request = request_get(&input, 1);
        bool used = (vtl & HV_INPUT_VTL_USE_TARGET) != 0;
        unsigned target = vtl & HV_INPUT_VTL_TARGET;

        input.header.input_vtl = (uint8_t)vtl;
        if ((vtl & HV_INPUT_VTL_RESERVED) != 0 || (used && target > HV_VTL_MAX)) {
            expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
        } else if (used && target != 0) {
            expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
        } else {
            assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        }
    }
}

static void input_vtl_above_zero_is_refused(void **state)
{
    for_each_convention(state, every_input_vtl);
}

/* Before GuestOsId each element is judged by itself. */
static void early_mixed(struct world *world, enum form form)
{
    static const uint32_t early[] = { HV_REGISTER_GUEST_OS_ID, HV_REGISTER_HYPERVISOR_VERSION,
                                      HV_REGISTER_TIME_REF_COUNT, HV_REGISTER_GUEST_CRASH_CTL };

    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    for (uint32_t late = 0; late < 4; late++) {
        struct get_registers input = { .header = header_self };
        struct request request = request_get(&input, 4);

        memcpy(input.names, early, sizeof early);
        input.names[late] = HV_REGISTER_VP_INDEX;
        if (form_fits(form, &request)) {
            assert_int_equal(guest_call(world, form, &request).result,
                             hv_result(HV_STATUS_ACCESS_DENIED, late));
        }
    }
}

static void early_and_late_registers_are_judged_one_by_one(void **state)
{
    for_each_convention(state, early_mixed);
}

/* A list that opens the interface itself: what follows GuestOsId is late, and served. */
static void opening_list(struct world *world, enum form form)
{
    struct set_registers set = { .header = header_self };
    struct request request = request_set(&set, 3);

    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    set.elements[0].name = HV_REGISTER_SCONTROL;
    set.elements[1].name = HV_REGISTER_GUEST_OS_ID;
    set.elements[1].value.low = TEST_GUEST_OS_ID;
    if (!form_fits(form, &request)) {
        return;
    }
    assert_int_equal(guest_call(world, form, &request).result,
                     hv_result(HV_STATUS_ACCESS_DENIED, 0));
    set.elements[0] = set.elements[1];
    set.elements[1] = (struct hv_vp_register_assoc) { .name = HV_REGISTER_SCONTROL };
    set.elements[2] = (struct hv_vp_register_assoc) { .name = HV_REGISTER_GUEST_OS_ID };
    assert_int_equal(guest_call(world, form, &request).result, hv_result(HV_STATUS_SUCCESS, 3));
    assert_int_equal(world->partition.guest_os_id, 0);
}

static void guest_os_id_in_a_list_counts_at_once(void **state)
{
    for_each_convention(state, opening_list);
}

/* D7: rights come before all that a header can get wrong. */
static void denied_register(struct world *world, enum form form)
{
    struct get_registers get = { .header = header_self, .names = { HV_REGISTER_SINT0 } };
    struct set_registers set = { .header = header_self };

    set.elements[0].name = HV_REGISTER_SINT0;
    for (unsigned round = 0; round < 2; round++) {
        assert_true(world_init(world, SHIM_PRIVILEGES_ALL & ~HV_PRIV_ACCESS_SYNIC_REGS));
        if (round == 1) {
            assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 1), 0);
        }
        for (unsigned mistake = 0; mistake < 4; mistake++) {
            struct request requests[] = { request_get(&get, 1), request_set(&set, 1) };

            get.header = header_self;
            get.header.vp_index = mistake == 0 ? 77 : HV_VP_INDEX_SELF;
            get.header.partition_id = mistake == 1 ? 77 : HV_PARTITION_ID_SELF;
            get.header.reserved[0] = mistake == 2;
            get.header.input_vtl = mistake == 3 ? 0xff : 0;
            set.header = get.header;
            expect_refusal(world, form, &requests[0], HV_STATUS_ACCESS_DENIED);
            if (form_fits(form, &requests[1])) {
                expect_refusal(world, form, &requests[1], HV_STATUS_ACCESS_DENIED);
            }
        }
    }
}

static void missing_right_comes_before_a_bad_header(void **state)
{
    for_each_convention(state, denied_register);
}

/* The words beside name and value say nothing: OpenVMM reads neither, and no source fixes a status.
 */
static void element_padding(struct world *world, enum form form)
{
    struct set_registers set = { .header = header_self };
    struct request request = request_set(&set, 1);

    set.elements[0] = (struct hv_vp_register_assoc) {
        .name = HV_REGISTER_GUEST_CRASH_P1,
        .reserved = { 1, 2, 3 },
        .value = { .low = 0x1234, .high = UINT64_MAX },
    };
    if (form_fits(form, &request)) {
        assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        assert_int_equal(guest_register(world, HV_REGISTER_GUEST_CRASH_P1), 0x1234);
    }
}

static void padding_of_an_element_is_ignored(void **state)
{
    for_each_convention(state, element_padding);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(self_has_two_names),
        UNIT_TEST(other_vps_of_the_partition_are_reached),
        UNIT_TEST(vp_beyond_the_partition_is_refused),
        UNIT_TEST(other_partitions_are_refused),
        UNIT_TEST(reserved_header_bytes_are_refused),
        UNIT_TEST(input_vtl_above_zero_is_refused),
        UNIT_TEST(early_and_late_registers_are_judged_one_by_one),
        UNIT_TEST(guest_os_id_in_a_list_counts_at_once),
        UNIT_TEST(missing_right_comes_before_a_bad_header),
        UNIT_TEST(padding_of_an_element_is_ignored),
    };

    return cmocka_run_group_tests_name("vp_registers", tests, NULL, NULL);
}
