/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/interrupts.c: IPIs, AssertVirtualInterrupt, VPs found by MPIDR. Sets of
 * VPs by themselves are in test_vp_set.c. */

#include "harness.h"

#include <hv/processor.h>

static struct request request_ipi(const struct hv_send_ipi *ipi)
{
    return (struct request) { .code = HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI,
                              .input = ipi,
                              .input_size = sizeof *ipi };
}

struct ipi_ex {
    struct hv_send_ipi_ex header;
    uint64_t banks[8];
};

static struct request request_ipi_ex(const struct ipi_ex *ipi, uint32_t words)
{
    return (struct request) { .code = HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX,
                              .variable_words = words,
                              .input = ipi,
                              .input_size = sizeof ipi->header + 8 * words };
}

/* Exactly these VPs got this interrupt, each once. */
static void expect_interrupts(struct world *world, uint64_t vps, uint32_t intid)
{
    uint32_t next = 0;

    for (uint32_t vp = 0; vp < FAKE_VPS; vp++) {
        if ((vps >> vp & 1) != 0) {
            assert_int_equal(world->host.interrupt[next].vp, vp);
            assert_int_equal(world->host.interrupt[next].intid, intid);
            next++;
        }
    }
    assert_int_equal(world->host.interrupts, next);
}

static void ipi_masks(struct world *world, enum form form)
{
    struct hv_send_ipi ipi = { .vector = 20 };
    const struct request request = request_ipi(&ipi);

    world->vp = 1;
    for (ipi.processor_mask = 0; ipi.processor_mask < 16; ipi.processor_mask++) {
        assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
        expect_interrupts(world, ipi.processor_mask, 20);
    }
    ipi.processor_mask = UINT64_MAX; /* V1: those that do not exist are no mistake */
    assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
    expect_interrupts(world, 15, 20);
}

static void ipi_reaches_the_vps_of_its_mask(void **state)
{
    for_each_convention(state, ipi_masks);
}

/* V3: SGIs and PPIs; 16..255 in the TLFS are vectors of another architecture. */
static void ipi_vectors(struct world *world, enum form form)
{
    static const uint32_t bad[] = { 32, 33, 255, 256, 1019, 1023, 8192, 0x80000000, UINT32_MAX };
    struct hv_send_ipi ipi = { .processor_mask = 5 };
    struct ipi_ex ex = { .header = { .set = { .format = HV_VP_SET_ALL } } };
    const struct request request = request_ipi(&ipi);
    const struct request request_ex = request_ipi_ex(&ex, 0);

    for (uint32_t vector = 0; vector < 32; vector++) {
        ipi.vector = ex.header.vector = vector;
        assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
        expect_interrupts(world, 5, vector);
        assert_int_equal(guest_call(world, form, &request_ex).result, HV_STATUS_SUCCESS);
        expect_interrupts(world, 15, vector);
    }
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ipi.vector = ex.header.vector = bad[i];
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
        expect_refusal(world, form, &request_ex, HV_STATUS_INVALID_PARAMETER);
    }
}

static void ipi_vector_is_an_sgi_or_a_ppi(void **state)
{
    for_each_convention(state, ipi_vectors);
}

static void ipi_reserved(struct world *world, enum form form)
{
    for (unsigned bit = 0; bit < 32; bit++) {
        struct hv_send_ipi ipi = { .processor_mask = 1 };
        struct ipi_ex ex = { .header = { .set = { .format = HV_VP_SET_ALL } } };
        const struct request requests[] = { request_ipi(&ipi), request_ipi_ex(&ex, 0) };
        const uint32_t word = UINT32_C(1) << bit;
        /* Without bit 4 the VTL is the caller's own, whatever the number. */
        hv_status_t status = bit < 5 ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_PARAMETER;

        memcpy(&ipi.target_vtl, &word, sizeof word); /* VTL, flags, reserved */
        memcpy(&ex.header.target_vtl, &word, sizeof word);
        for (unsigned i = 0; i < 2; i++) {
            if (status == HV_STATUS_SUCCESS) {
                assert_int_equal(guest_call(world, form, &requests[i]).status, status);
            } else {
                expect_refusal(world, form, &requests[i], status);
            }
        }
        ipi.target_vtl = ex.header.target_vtl = 0x11;
        for (unsigned i = 0; i < 2; i++) {
            expect_refusal(world, form, &requests[i],
                           bit < 8 ? HV_STATUS_ACCESS_DENIED : HV_STATUS_INVALID_PARAMETER);
        }
    }
}

static void ipi_with_reserved_bits_or_a_higher_vtl_is_refused(void **state)
{
    for_each_convention(state, ipi_reserved);
}

static void ipi_sets(struct world *world, enum form form)
{
    struct ipi_ex ipi = { .header = { .vector = 16, .set = { .valid_banks = 1 } },
                          .banks = { 9, 9 } };
    const struct request one = request_ipi_ex(&ipi, 1);
    const struct request two = request_ipi_ex(&ipi, 2);

    assert_int_equal(guest_call(world, form, &one).result, HV_STATUS_SUCCESS);
    expect_interrupts(world, 9, 16);
    expect_refusal(world, form, &two, HV_STATUS_INVALID_HYPERCALL_INPUT);
    ipi.header.set.format = 2;
    expect_refusal(world, form, &one, HV_STATUS_INVALID_PARAMETER);
}

static void ipi_reaches_the_vps_of_its_set(void **state)
{
    for_each_convention(state, ipi_sets);
}

/* V2: fourteen banks and a header fill 136 bytes, which no registers hold. */
static void ipi_many_banks(struct world *world, enum form form)
{
    static const struct {
        struct hv_send_ipi_ex header;
        uint64_t banks[14];
    } ipi = { .header = { .vector = 3, .set = { .valid_banks = 0x3fff } }, .banks = { 6 } };
    const struct request request = { .code = HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX,
                                     .variable_words = 14,
                                     .input = &ipi,
                                     .input_size = sizeof ipi };

    if (form_fits(form, &request)) {
        assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
        expect_interrupts(world, 6, 3);
    } else {
        expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
}

static void set_that_does_not_fit_is_refused(void **state)
{
    for_each_convention(state, ipi_many_banks);
}

/* ---- VPs by MPIDR -----------------------------------------------------------------------------
 */

struct find_vps {
    struct hv_get_vp_index_from_apic_id header;
    uint64_t mpidr[4];
};

static struct request request_find(const struct find_vps *find, uint32_t count)
{
    return (struct request) { .code = HV_CALL_GET_VP_INDEX_FROM_APIC_ID,
                              .rep = true,
                              .count = count,
                              .input = find,
                              .input_size = sizeof find->header + count * 8,
                              .output_size = count * 4 };
}

/* RES1, MT and U are no part of the affinity; nor are the bits that Arm reserves. */
static void find_by_mpidr(struct world *world, enum form form)
{
    const struct find_vps find = {
        .header = { .partition_id = HV_PARTITION_ID_SELF },
        .mpidr = { 0x300, UINT64_C(0x80000200), UINT64_C(0xffffff00ff000100), 0 },
    };
    const struct request request = request_find(&find, 4);
    struct answer answer;
    uint32_t index[4];

    if (form_fits(form, &request)) {
        answer = guest_call(world, form, &request);
        assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, 4));
        memcpy(index, answer.output, sizeof index);
        for (uint32_t i = 0; i < 4; i++) {
            assert_int_equal(index[i], 3 - i);
        }
    }
}

static void vps_are_found_by_affinity(void **state)
{
    for_each_convention(state, find_by_mpidr);
}

/* P2: nobody, or only nearly somebody; elements before it are answered. */
static void find_nobody(struct world *world, enum form form)
{
    static const uint64_t bad[] = { 1, 0x400, UINT64_C(0x100000000), UINT64_C(0xff00ffffff) };
    struct find_vps find = { .header = { .partition_id = TEST_PARTITION_ID } };
    const struct request request = request_find(&find, 2);

    find.mpidr[0] = 0x100;
    for (unsigned i = 0; i < 4 && form_fits(form, &request); i++) {
        struct answer answer;

        find.mpidr[1] = bad[i];
        answer = guest_call(world, form, &request);
        assert_int_equal(answer.result, hv_result(HV_STATUS_INVALID_PARAMETER, 1));
        assert_int_equal(answer.output[0], 1);
    }
}

static void unknown_mpidr_is_refused(void **state)
{
    for_each_convention(state, find_nobody);
}

static void find_with_bad_header(struct world *world, enum form form)
{
    struct find_vps find = { .header = { .partition_id = 5 } };
    const struct request request = request_find(&find, 1);

    expect_refusal(world, form, &request, HV_STATUS_INVALID_PARTITION_ID);
    find.header.partition_id = HV_PARTITION_ID_SELF;
    for (uint32_t vtl = 1; vtl < 256; vtl += 5) {
        find.header.target_vtl = (uint8_t)vtl;
        expect_refusal(world, form, &request,
                       vtl <= 2 ? HV_STATUS_ACCESS_DENIED : HV_STATUS_INVALID_PARAMETER);
    }
    find.header.target_vtl = 0;
    for (unsigned i = 0; i < 7; i++) {
        find.header.reserved[i] = 1;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
        find.header.reserved[i] = 0;
    }
}

static void bad_header_finds_nobody(void **state)
{
    for_each_convention(state, find_with_bad_header);
}

/* ---- AssertVirtualInterrupt -------------------------------------------------------------------
 */

static const struct hv_assert_virtual_interrupt valid_assert = {
    .partition_id = HV_PARTITION_ID_SELF,
    .interrupt_control = HV_INTERRUPT_CONTROL_ASSERTED,
    .destination_address = 0x200,
    .requested_vector = 27,
};

static struct request request_assert(const struct hv_assert_virtual_interrupt *input)
{
    return (struct request) { .code = HV_CALL_ASSERT_VIRTUAL_INTERRUPT,
                              .input = input,
                              .input_size = sizeof *input };
}

static void assert_an_interrupt(struct world *world, enum form form)
{
    struct hv_assert_virtual_interrupt input = valid_assert;
    const struct request request = request_assert(&input);

    assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
    expect_interrupts(world, 4, 27);
    input.interrupt_control = 0; /* taking an edge back does nothing */
    assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
    expect_interrupts(world, 0, 0);
}

static void asserted_interrupt_is_an_edge(void **state)
{
    for_each_convention(state, assert_an_interrupt);
}

static void assert_badly(struct world *world, enum form form)
{
    static const uint32_t vectors[] = { 32, 255, 1020, UINT32_MAX };
    struct hv_assert_virtual_interrupt input = valid_assert;
    const struct request request = request_assert(&input);

    for (unsigned bit = 0; bit < 64; bit++) {
        if (bit != 34) { /* the type, and what is reserved */
            input.interrupt_control = HV_INTERRUPT_CONTROL_ASSERTED | UINT64_C(1) << bit;
            expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
        }
    }
    input = valid_assert;
    for (unsigned i = 0; i < 4; i++) {
        input.requested_vector = vectors[i];
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    }
    input = valid_assert;
    for (unsigned i = 0; i < 3; i++) {
        input.reserved[i] = 0x80;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
        input.reserved[i] = 0;
    }
    input.destination_address = 0x201;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    input.partition_id = 9;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_PARTITION_ID);
    input = valid_assert;
    input.target_vtl = 2;
    expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
    input.target_vtl = 3;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
}

static void interrupt_that_makes_no_sense_is_refused(void **state)
{
    for_each_convention(state, assert_badly);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(ipi_reaches_the_vps_of_its_mask),
        UNIT_TEST(ipi_vector_is_an_sgi_or_a_ppi),
        UNIT_TEST(ipi_with_reserved_bits_or_a_higher_vtl_is_refused),
        UNIT_TEST(ipi_reaches_the_vps_of_its_set),
        UNIT_TEST(set_that_does_not_fit_is_refused),
        UNIT_TEST(vps_are_found_by_affinity),
        UNIT_TEST(unknown_mpidr_is_refused),
        UNIT_TEST(bad_header_finds_nobody),
        UNIT_TEST(asserted_interrupt_is_an_edge),
        UNIT_TEST(interrupt_that_makes_no_sense_is_refused),
    };

    return cmocka_run_group_tests_name("interrupts", tests, NULL, NULL);
}
