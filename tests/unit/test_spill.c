/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/spill.c: the compact form and its page, as docs/spill-page.md describes them.
 */

#include "requests.h"

#include <arm/smccc.h>

static const struct get_registers names = {
    .header = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 } },
    .names = { HV_REGISTER_VP_INDEX, HV_REGISTER_SVERSION, HV_REGISTER_SINT0,
               HV_REGISTER_GUEST_OS_ID },
};

static void attach_accepts_a_page_and_zero(void **state)
{
    struct world *world = *state;

    assert_int_equal(guest_spill_attach(world, GPA(PAGE_SPILL) | 1), 0);
    assert_int_equal(guest_spill_attach(world, GPA(PAGE_SPILL) | 1), 0); /* twice */
    assert_int_equal(guest_spill_attach(world, GPA(PAGE_LAST) | 1), 0);  /* another one */
    assert_int_equal(guest_spill_attach(world, 0), 0);
    assert_int_equal(guest_spill_attach(world, 0), 0); /* none to detach */
}

/* SP1: unaligned, reserved bits, not RAM. The page attached before stays. */
static void attach_refuses_what_is_no_page(void **state)
{
    static const uint64_t bad[] = {
        GPA(PAGE_SPILL), /* no bit 0 */
        GPA(PAGE_HOLE) | 1,
        GPA(PAGE_DEVICE) | 1,
        1, /* GPA 0: nothing there on this host */
        (GPA(PAGE_LAST) + HV_PAGE_SIZE) | 1,
        UINT64_C(0xfffffffffffff001),
        UINT64_MAX,
    };
    struct world *world = *state;

    guest_spill_attach(world, GPA(PAGE_SPILL) | 1);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(guest_spill_attach(world, bad[i]), SMCCC_INVALID_PARAMETER);
    }
    for (unsigned bit = 1; bit < 12; bit++) {
        assert_int_equal(guest_spill_attach(world, GPA(PAGE_LAST) | 1 | UINT64_C(1) << bit),
                         SMCCC_INVALID_PARAMETER);
    }
    for (unsigned bit = 36; bit < 64; bit++) { /* C8: no bit of the address is dropped */
        assert_int_equal(guest_spill_attach(world, GPA(PAGE_LAST) | 1 | UINT64_C(1) << bit),
                         SMCCC_INVALID_PARAMETER);
    }
    assert_int_equal(world->vps[0].spill_page, GPA(PAGE_SPILL) | 1);
}

/* Attaching changes X0 and nothing else, neither registers nor memory; before GuestOsId as well. */
static void attach_changes_x0_alone(void **state)
{
    struct world *world = *state;
    static struct snapshot snapshot;
    uint64_t before[SHIM_REGISTERS];
    uint64_t x[SHIM_REGISTERS];

    assert_true(world_init(world, 0));
    registers_fill(before);
    before[0] = UINT64_C(0x5555555500000000) | HV_SMCCC_SPILL_ATTACH | SMCCC_SVE_HINT;
    before[1] = GPA(PAGE_SPILL) | 1;
    memcpy(x, before, sizeof x);
    snapshot_take(&snapshot, world);
    assert_int_equal(shim_hvc(&world->vps[0], 0, x), SHIM_DONE);
    assert_int_equal(x[0], 0);
    before[0] = 0;
    assert_memory_equal(before, x, sizeof x);
    snapshot_expect_same_memory(&snapshot, world);
    snapshot.vps[0].spill_page = GPA(PAGE_SPILL) | 1;
    snapshot_expect_same_state(&snapshot, world);
}

/* The compact form has no memory addresses: a clear fast bit asks for them. */
static void clear_fast_bit_is_refused(void **state)
{
    struct world *world = *state;
    struct request request = request_partition_id();

    for (enum form form = FORM_COMPACT; form <= FORM_COMPACT_SPILLED; form++) {
        uint64_t x[SHIM_REGISTERS];

        guest_prepare(world, form, &request, x);
        x[1] &= ~HV_CONTROL_FAST;
        assert_int_equal(guest_enter(world, form, &request, x), SHIM_DONE);
        assert_int_equal(x[0], HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
}

/* 24 bytes in, 32 out: the input fits the registers, the output does not. And the reverse. */
static void call_that_needs_the_page_is_refused_without_one(void **state)
{
    struct world *world = *state;
    const struct set_registers set = { .header = header_self,
                                       .elements = { { .name = HV_REGISTER_GUEST_CRASH_P0 } } };
    const struct hv_post_message post = { .connection_id = TEST_MESSAGE_CONNECTION,
                                          .message_type = 1 };
    struct request requests[] = { request_get(&names, 2), request_set(&set, 1),
                                  request_post(&post) };

    for (unsigned i = 0; i < 3; i++) {
        expect_refusal(world, FORM_COMPACT, &requests[i], HV_STATUS_INVALID_HYPERCALL_INPUT);
        assert_int_equal(world->host.accesses, 0);
        assert_int_equal(guest_call(world, FORM_COMPACT_SPILLED, &requests[i]).status,
                         HV_STATUS_SUCCESS);
    }
}

/* Half a page each way: 128 registers to get are 2048 bytes out, 63 to set are 2032 bytes in. */
static void blocks_over_half_a_page_are_refused(void **state)
{
    struct world *world = *state;
    struct request request = request_get(&names, 4);

    request.count = 128;
    request.output_size = 2048;
    assert_int_equal(guest_call(world, FORM_COMPACT_SPILLED, &request).reps, 4);
    request.count = 129;
    expect_refusal(world, FORM_COMPACT_SPILLED, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);

    struct request set = { .code = HV_CALL_SET_VP_REGISTERS,
                           .rep = true,
                           .count = 63,
                           .input = &names.header,
                           .input_size = sizeof names.header,
                           .changes_state = true };
    assert_int_equal(guest_call(world, FORM_COMPACT_SPILLED, &set).status,
                     HV_STATUS_INVALID_PARAMETER); /* what is in the page names no register */
    set.count = 64;
    expect_refusal(world, FORM_COMPACT_SPILLED, &set, HV_STATUS_INVALID_HYPERCALL_INPUT);
}

/* PostMessage, 256 bytes, works in this form alone among the fast ones. */
static void post_message_spills(void **state)
{
    struct world *world = *state;
    struct hv_post_message post = { .connection_id = TEST_MESSAGE_CONNECTION,
                                    .message_type = 1,
                                    .payload_size = 240 };
    struct request request = request_post(&post);

    memset(post.payload, 0x77, sizeof post.payload);
    assert_int_equal(guest_call(world, FORM_COMPACT_SPILLED, &request).status, HV_STATUS_SUCCESS);
    assert_memory_equal(&world->host.posted, &post, sizeof post);
    /* The page's first 40 bytes are ignored; the rest is read in one go. */
    assert_int_equal(world->host.accesses, 1);
    assert_int_equal(world->host.log[0].gpa, GPA(PAGE_SPILL) + 40);
    assert_int_equal(world->host.log[0].size, 216);
}

/* Output also goes to the page when it fits X2, X3; both show the same. */
static void output_is_in_registers_and_page(void **state)
{
    struct world *world = *state;

    for (uint32_t count = 1; count <= 4; count++) {
        struct request request = request_get(&names, count);
        uint64_t x[SHIM_REGISTERS];

        guest_prepare(world, FORM_COMPACT_SPILLED, &request, x);
        assert_int_equal(guest_enter(world, FORM_COMPACT_SPILLED, &request, x), SHIM_DONE);
        assert_int_equal(x[0], hv_result(HV_STATUS_SUCCESS, count));
        assert_memory_equal(&x[2], &world->host.memory[PAGE_SPILL][2048], 16);
        assert_int_equal(x[2], 0); /* VpIndex */
    }
}

/* A continued call: X2..X6 are input until it completes, then X2, X3 hold the first output bytes.
 */
static void continued_call_returns_the_first_bytes_at_its_end(void **state)
{
    struct world *world = *state;
    struct request request = request_get(&names, 4);
    uint64_t x[SHIM_REGISTERS];
    uint64_t before[SHIM_REGISTERS];

    world->vp = 2;
    world->host.budget = 1;
    guest_prepare(world, FORM_COMPACT_SPILLED, &request, x);
    memcpy(before, x, sizeof x);
    for (request.start = 0; request.start < 3; request.start++) {
        assert_int_equal(guest_enter(world, FORM_COMPACT_SPILLED, &request, x), SHIM_AGAIN);
        assert_memory_equal(&x[2], &before[2], 16 * sizeof x[0]);
        assert_int_equal(x[0], before[0]);
    }
    assert_int_equal(guest_enter(world, FORM_COMPACT_SPILLED, &request, x), SHIM_DONE);
    assert_int_equal(x[2], 2);
    assert_int_equal(x[3], 0);
    assert_memory_equal(&x[4], &before[4], 14 * sizeof x[0]);
}

/* The page becomes unreadable between entries: the answer stands, the first bytes are not to be
 * had. */
static void lost_first_bytes_leave_the_registers(void **state)
{
    struct world *world = *state;
    struct request request = request_get(&names, 2);
    uint64_t x[SHIM_REGISTERS];
    uint64_t before[SHIM_REGISTERS];

    world->host.budget = 1;
    guest_prepare(world, FORM_COMPACT_SPILLED, &request, x);
    memcpy(before, x, sizeof x);
    assert_int_equal(guest_enter(world, FORM_COMPACT_SPILLED, &request, x), SHIM_AGAIN);
    request.start = 1;
    world->host.fail_access = 2; /* the write of element 1, then the reading back */
    assert_int_equal(guest_enter(world, FORM_COMPACT_SPILLED, &request, x), SHIM_DONE);
    assert_int_equal(x[0], hv_result(HV_STATUS_SUCCESS, 2));
    assert_memory_equal(&x[2], &before[2], 16 * sizeof x[0]);
}

static void detached_between_entries_is_refused(void **state)
{
    struct world *world = *state;
    struct request request = request_get(&names, 2);
    uint64_t x[SHIM_REGISTERS];

    world->host.budget = 1;
    guest_prepare(world, FORM_COMPACT_SPILLED, &request, x);
    assert_int_equal(guest_enter(world, FORM_COMPACT_SPILLED, &request, x), SHIM_AGAIN);
    guest_spill_attach(world, 0);
    request.start = 1;
    assert_int_equal(guest_enter(world, FORM_COMPACT_SPILLED, &request, x), SHIM_DONE);
    assert_int_equal(x[0], hv_result(HV_STATUS_INVALID_HYPERCALL_INPUT, 1));
}

/* Attaching promises nothing: each call asks the host again. */
static void page_that_cannot_be_written_refuses_the_call(void **state)
{
    struct world *world = *state;
    struct request request = request_partition_id();
    uint64_t x[SHIM_REGISTERS];
    uint64_t before[SHIM_REGISTERS];

    assert_int_equal(guest_spill_attach(world, GPA(PAGE_ROM) | 1), 0); /* readable, that is */
    registers_fill(x);
    x[0] = HV_SMCCC_SPILLED_HYPERCALL;
    x[1] = HV_CALL_GET_PARTITION_ID | HV_CONTROL_FAST;
    memcpy(before, x, sizeof x);
    assert_int_equal(guest_enter(world, FORM_COMPACT, &request, x), SHIM_DONE);
    assert_int_equal(x[0], HV_STATUS_INVALID_ALIGNMENT);
    assert_memory_equal(&x[1], &before[1], 17 * sizeof x[0]);
}

static void page_that_cannot_be_read_refuses_the_call(void **state)
{
    struct world *world = *state;
    const struct hv_post_message post = { .connection_id = TEST_MESSAGE_CONNECTION,
                                          .message_type = 1 };
    struct request request = request_post(&post);

    guest_spill_attach(world, GPA(PAGE_SPILL) | 1);
    world->host.fail_access = 1;
    expect_refusal(world, FORM_COMPACT_SPILLED, &request, HV_STATUS_INVALID_ALIGNMENT);
}

/* C1: the spilled part of the input is copied once. */
static void spilled_input_is_read_once(void **state)
{
    struct world *world = *state;
    struct hv_post_message post = { .connection_id = TEST_MESSAGE_CONNECTION,
                                    .message_type = 1,
                                    .payload_size = 240 };
    struct request request = request_post(&post);

    memset(post.payload, 0x33, sizeof post.payload);
    guest_spill_attach(world, GPA(PAGE_SPILL) | 1);
    world->host.change_after_read = true;
    assert_int_equal(guest_call(world, FORM_COMPACT_SPILLED, &request).status, HV_STATUS_SUCCESS);
    assert_memory_equal(&world->host.posted, &post, sizeof post);
}

/* State is per VP: what one attaches, another has not; pages may be shared. */
static void page_belongs_to_one_vp(void **state)
{
    struct world *world = *state;
    struct request request = request_get(&names, 2);

    assert_int_equal(guest_call(world, FORM_COMPACT_SPILLED, &request).status, HV_STATUS_SUCCESS);
    world->vp = 1;
    assert_int_equal(world->vps[1].spill_page, 0);
    expect_refusal(world, FORM_COMPACT, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
    assert_int_equal(guest_call(world, FORM_COMPACT_SPILLED, &request).status, HV_STATUS_SUCCESS);
}

/* S2: it dies with VP reset, and is never written again. */
static void page_is_forgotten_at_vp_reset(void **state)
{
    struct world *world = *state;
    struct request request = request_partition_id();

    assert_int_equal(guest_call(world, FORM_COMPACT_SPILLED, &request).status, HV_STATUS_SUCCESS);
    assert_int_equal(world->host.writes, 1);
    shim_vp_reset(&world->vps[0]);
    assert_int_equal(world->vps[0].spill_page, 0);
    assert_int_equal(guest_call(world, FORM_COMPACT, &request).status, HV_STATUS_SUCCESS);
    assert_int_equal(world->host.writes, 0);
}

/* A pinned page is let go at each attach and at VP reset, as often as it was taken. */
static void page_is_pinned_while_attached(void **state)
{
    struct world *world = *state;

    world->ops.page_pin = fake_page_pin;
    assert_int_equal(guest_spill_attach(world, GPA(PAGE_SPILL) | 1), 0);
    assert_int_equal(guest_spill_attach(world, GPA(PAGE_SPILL) | 1), 0);
    assert_int_equal(world->host.pins, 1);
    assert_int_equal(guest_spill_attach(world, GPA(PAGE_ROM) | 1), SMCCC_INVALID_PARAMETER);
    assert_int_equal(guest_spill_attach(world, GPA(PAGE_HOLE) | 1), SMCCC_INVALID_PARAMETER);
    assert_int_equal(world->host.pins, 1);
    assert_ptr_equal(world->vps[0].spill_pinned, world->host.memory[PAGE_SPILL]);
    assert_int_equal(guest_spill_attach(world, 0), 0);
    assert_int_equal(world->host.pins, 0);
    assert_int_equal(guest_spill_attach(world, GPA(PAGE_LAST) | 1), 0);
    shim_vp_reset(&world->vps[0]);
    assert_int_equal(world->host.pins, 0);
    assert_null(world->vps[0].spill_pinned);
}

/* Where pages never move, nobody need be told that one is not used any more. */
static void page_unpin_is_optional(void **state)
{
    struct world *world = *state;

    world->ops.page_pin = fake_page_pin;
    world->ops.page_unpin = NULL;
    assert_int_equal(guest_spill_attach(world, GPA(PAGE_SPILL) | 1), 0);
    assert_int_equal(guest_spill_attach(world, 0), 0);
    assert_int_equal(world->host.pins, 1);
    assert_null(world->vps[0].spill_pinned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(page_is_pinned_while_attached),
        UNIT_TEST(page_unpin_is_optional),
        UNIT_TEST(attach_accepts_a_page_and_zero),
        UNIT_TEST(attach_refuses_what_is_no_page),
        UNIT_TEST(attach_changes_x0_alone),
        UNIT_TEST(clear_fast_bit_is_refused),
        UNIT_TEST(call_that_needs_the_page_is_refused_without_one),
        UNIT_TEST(blocks_over_half_a_page_are_refused),
        UNIT_TEST(post_message_spills),
        UNIT_TEST(output_is_in_registers_and_page),
        UNIT_TEST(continued_call_returns_the_first_bytes_at_its_end),
        UNIT_TEST(lost_first_bytes_leave_the_registers),
        UNIT_TEST(detached_between_entries_is_refused),
        UNIT_TEST(page_that_cannot_be_written_refuses_the_call),
        UNIT_TEST(page_that_cannot_be_read_refuses_the_call),
        UNIT_TEST(spilled_input_is_read_once),
        UNIT_TEST(page_belongs_to_one_vp),
        UNIT_TEST(page_is_forgotten_at_vp_reset),
    };

    return cmocka_run_group_tests_name("spill", tests, NULL, NULL);
}
