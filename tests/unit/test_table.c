/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/table.c: the table as a whole, and the rows that are served. */

#include "harness.h"

#include <hv/message.h>

#include "dispatch/call.h"

#define OFFICIAL_CALLS 155u

static bool is_row(const struct hv_call *row)
{
    return row->name != NULL;
}

static void every_official_call_has_one_row(void **state)
{
    uint32_t rows = 0;

    (void)state;
    for (uint32_t slot = 0; slot < HV_CALL_SLOTS; slot++) {
        rows += is_row(&hv_calls[slot]);
    }
    assert_int_equal(rows, OFFICIAL_CALLS);
}

/* Slots and codes agree: a row is found by its code, in the slot that the code names. */
static void rows_are_found_by_their_codes(void **state)
{
    uint32_t found = 0;

    (void)state;
    for (uint32_t code = 0; code <= UINT16_MAX; code++) {
        const struct hv_call *row = call_find((uint16_t)code);

        if (is_row(row)) {
            assert_int_equal(row->code, code);
            assert_ptr_equal(row, &hv_calls[HV_CALL_SLOT(code)]);
            found++;
        } else {
            assert_null(row->handler);
            assert_int_equal(row->rights, 0);
        }
    }
    assert_int_equal(found, OFFICIAL_CALLS);
}

static void rows_ascend(void **state)
{
    uint32_t last = 0; /* code 0 is no call */

    (void)state;
    for (uint32_t slot = 0; slot < HV_CALL_SLOTS; slot++) {
        if (is_row(&hv_calls[slot])) {
            assert_true(hv_calls[slot].code > last);
            last = hv_calls[slot].code;
        }
    }
}

static void names_are_unique_and_official(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < HV_CALL_SLOTS; i++) {
        if (!is_row(&hv_calls[i])) {
            continue;
        }
        assert_true(strncmp(hv_calls[i].name, "HvCall", 6) == 0 ||
                    strncmp(hv_calls[i].name, "HvExtCall", 9) == 0);
        for (uint32_t j = i + 1; j < HV_CALL_SLOTS; j++) {
            assert_true(!is_row(&hv_calls[j]) || strcmp(hv_calls[i].name, hv_calls[j].name) != 0);
        }
    }
}

/* Sizes that the engine's arithmetic and its buffers take; blocks are padded to 8 bytes, and only
 * elements may be smaller. */
static void sizes_are_sane(void **state)
{
    (void)state;
    for (uint32_t slot = 0; slot < HV_CALL_SLOTS; slot++) {
        const struct hv_call *row = &hv_calls[slot];

        assert_int_equal(row->header_size % 8, 0);
        assert_true(row->header_size <= HV_PAGE_SIZE);
        assert_in_range(row->class, HV_CALL_SIMPLE, HV_CALL_VTL);
        assert_in_range(row->audience, HV_AUDIENCE_GUEST, HV_AUDIENCE_BOTH);
        if (row->class == HV_CALL_REP) {
            assert_true(row->element_in <= 128 && row->element_out <= 128);
            assert_true(row->element_in % 8 == 0 || row->element_in == 4);
        } else {
            assert_int_equal(row->element_in, 0);
            assert_int_equal(row->element_out % 8, 0);
        }
    }
}

/* A row with a handler has a layout that fits a page, and an element of it fits at least once. */
static void served_rows_fit(void **state)
{
    (void)state;
    for (uint32_t slot = 0; slot < HV_CALL_SLOTS; slot++) {
        const struct hv_call *row = &hv_calls[slot];

        if (row->handler != NULL) {
            assert_true(row->header_size + row->element_in <= HV_PAGE_SIZE);
            assert_true(row->element_out <= HV_PAGE_SIZE);
            assert_int_not_equal(row->class, HV_CALL_VTL);
        }
    }
}

/* Written from the TLFS and docs/conformance.md, not from the table. */
static const struct {
    uint16_t code, header, in, out;
    uint8_t class;
    bool early;
    bool variable;
    uint64_t privilege;
} served[] = {
#define SIMPLE HV_CALL_SIMPLE, false, false
#define REP HV_CALL_REP, false, false
    { 0x0002, 24, 0, 0, SIMPLE, SHIM_NEEDS_TLB_FLUSH },
    { 0x0003, 24, 8, 0, REP, SHIM_NEEDS_TLB_FLUSH },
    { 0x0008, 8, 0, 0, SIMPLE, 0 },
    { 0x000b, 16, 0, 0, SIMPLE, SHIM_NEEDS_INTERRUPTS },
    { 0x0013, 32, 0, 0, HV_CALL_SIMPLE, false, true, SHIM_NEEDS_TLB_FLUSH },
    { 0x0014, 32, 8, 0, HV_CALL_REP, false, true, SHIM_NEEDS_TLB_FLUSH },
    { 0x0015, 24, 0, 0, HV_CALL_SIMPLE, false, true, SHIM_NEEDS_INTERRUPTS },
    { 0x0046, 0, 0, 8, SIMPLE, HV_PRIV_ACCESS_PARTITION_ID },
    { 0x0050, 16, 4, 16, HV_CALL_REP, true, false, 0 },
    { 0x0051, 16, 32, 0, HV_CALL_REP, true, false, 0 },
    { 0x0052, 32, 0, 16, SIMPLE, SHIM_NEEDS_TRANSLATE },
    { 0x005c, 256, 0, 0, SIMPLE, HV_PRIV_POST_MESSAGES },
    { 0x005d, 8, 0, 0, SIMPLE, HV_PRIV_SIGNAL_EVENTS },
    { 0x0071, 8, 0, 0, SIMPLE, HV_PRIV_DEBUGGING },
    { 0x0094, 32, 0, 0, SIMPLE, SHIM_NEEDS_DIRECT | SHIM_NEEDS_MPIDR },
    { 0x0099, 88, 0, 0, SIMPLE, HV_PRIV_START_VIRTUAL_PROCESSOR },
    { 0x009a, 16, 8, 4, REP, SHIM_NEEDS_MPIDR },
    { 0x00ac, 32, 0, 16, SIMPLE, SHIM_NEEDS_TRANSLATE },
    { 0x00af, 16, 0, 0, SIMPLE, SHIM_NEEDS_TLB_FLUSH },
    { 0x00b0, 16, 8, 0, REP, SHIM_NEEDS_TLB_FLUSH },
    { 0x00c0, 16, 0, 8, SIMPLE, SHIM_NEEDS_DIRECT },
    { 0x00c1, 280, 0, 0, SIMPLE, SHIM_NEEDS_DIRECT },
    { 0x8001, 0, 0, 8, SIMPLE, HV_PRIV_ENABLE_EXTENDED_HYPERCALLS },
    { 0x8002, 0, 0, 4088, SIMPLE, HV_PRIV_ENABLE_EXTENDED_HYPERCALLS | SHIM_NEEDS_BOOT_ZEROED },
    { 0x8003, 8, 8, 0, REP, HV_PRIV_ENABLE_EXTENDED_HYPERCALLS | SHIM_NEEDS_MEMORY_HEAT },
#undef SIMPLE
#undef REP
};

static void served_rows_are_these(void **state)
{
    uint32_t next = 0;

    (void)state;
    for (uint32_t slot = 0; slot < HV_CALL_SLOTS; slot++) {
        const struct hv_call *row = &hv_calls[slot];

        if (row->handler == NULL) {
            assert_true(!is_row(row) || (row->rights & SHIM_NEEDS_GUEST_OS_ID) != 0);
            continue;
        }
        assert_true(next < sizeof served / sizeof served[0]);
        assert_int_equal(row->code, served[next].code);
        assert_int_equal(row->header_size, served[next].header);
        assert_int_equal(row->element_in, served[next].in);
        assert_int_equal(row->element_out, served[next].out);
        assert_int_equal(row->class, served[next].class);
        assert_int_equal(row->rights, served[next].privilege |
                                          (served[next].early ? 0 : SHIM_NEEDS_GUEST_OS_ID));
        assert_int_equal(row->variable_header, served[next].variable);
        next++;
    }
    assert_int_equal(next, sizeof served / sizeof served[0]);
}

/* The control word that a row is compared with: its own, where the call has such a form and is
 * served; else one that a low byte of its code never leads to this row with. */
static void forms_are_of_calls_that_fit(void **state)
{
    const uint64_t one = UINT64_C(1) << HV_CONTROL_REP_COUNT_SHIFT;

    (void)state;
    for (uint32_t slot = 0; slot < HV_CALL_SLOTS; slot++) {
        const struct hv_call *row = &hv_calls[slot];
        uint32_t in = row->header_size + row->element_in;
        uint32_t out = row->element_out;
        uint64_t control = row->code | (row->class == HV_CALL_REP ? one : 0);
        uint64_t fast = control | HV_CONTROL_FAST;
        bool fits = (in + 15) / 16 * 16 + (out + 15) / 16 * 16 <= 128;

        for (uint32_t form = 0; row->handler == NULL && form < HV_FORMS; form++) {
            assert_true(row->form[form] == 0 ? slot != 0
                                             : row->form[form] % HV_CALL_DIRECT_CODES != slot);
        }
        if (row->handler != NULL) {
            assert_int_equal(row->form[HV_FORM_MEMORY], control);
            assert_int_equal(row->form[HV_FORM_FAST] == fast, fits);
            assert_int_equal(row->form[HV_FORM_COMPACT] == fast, in <= 40 && out <= 16);
            assert_true(fits || (uint8_t)row->form[HV_FORM_FAST] != (uint8_t)row->code);
            assert_true((in <= 40 && out <= 16) ||
                        (uint8_t)row->form[HV_FORM_COMPACT] != (uint8_t)row->code);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_official_call_has_one_row),
        cmocka_unit_test(forms_are_of_calls_that_fit),
        cmocka_unit_test(rows_are_found_by_their_codes),
        cmocka_unit_test(rows_ascend),
        cmocka_unit_test(names_are_unique_and_official),
        cmocka_unit_test(sizes_are_sane),
        cmocka_unit_test(served_rows_fit),
        cmocka_unit_test(served_rows_are_these),
    };

    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
