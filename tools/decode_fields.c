/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls whose blocks are plain structures, one row per field, and for rep calls one for the first
 * elements. Offsets and sizes come from the structures themselves. */

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include <shim/shim.h>

#include <hv/calls.h>
#include <hv/direct.h>
#include <hv/extended.h>
#include <hv/hypercall.h>
#include <hv/processor.h>

#include "tools/decode_flags.h"

#define ELEMENTS_SHOWN 4u

static const struct decode_flag flush_flags[] = {
    { HV_FLUSH_ALL_PROCESSORS, "ALL_PROCESSORS" },
    { HV_FLUSH_ALL_VIRTUAL_ADDRESS_SPACES, "ALL_VIRTUAL_ADDRESS_SPACES" },
    { HV_FLUSH_NON_GLOBAL_MAPPINGS_ONLY, "NON_GLOBAL_MAPPINGS_ONLY" },
    { 0, NULL },
};

static const struct decode_flag translate_flags[] = {
    { HV_TRANSLATE_GVA_VALIDATE_READ, "READ" },
    { HV_TRANSLATE_GVA_VALIDATE_WRITE, "WRITE" },
    { HV_TRANSLATE_GVA_VALIDATE_EXECUTE, "EXECUTE" },
    { HV_TRANSLATE_GVA_SET_PAGE_TABLE_BITS, "SET_PAGE_TABLE_BITS" },
    { HV_TRANSLATE_GVA_TLB_FLUSH_INHIBIT, "TLB_FLUSH_INHIBIT" },
    { HV_TRANSLATE_GVA_SUPERVISOR_ACCESS, "SUPERVISOR" },
    { HV_TRANSLATE_GVA_USER_ACCESS, "USER" },
    { HV_TRANSLATE_GVA_PAN_SET, "PAN_SET" },
    { HV_TRANSLATE_GVA_PAN_CLEAR, "PAN_CLEAR" },
    { UINT64_C(0xff) << HV_TRANSLATE_GVA_INPUT_VTL_SHIFT, "vtl" },
    { 0, NULL },
};

static const struct decode_flag capabilities[] = {
    { HV_EXT_CAPABILITY_GET_BOOT_ZEROED_MEMORY, "GET_BOOT_ZEROED_MEMORY" },
    { HV_EXT_CAPABILITY_MEMORY_HEAT_HINT, "MEMORY_HEAT_HINT" },
    { HV_EXT_CAPABILITY_MEMORY_COLD_DISCARD_HINT, "MEMORY_COLD_DISCARD_HINT" },
    { 0, NULL },
};

enum place { INPUT, OUTPUT, ELEMENTS_IN, ELEMENTS_OUT };

struct field {
    uint16_t code;
    uint8_t place; /* enum place */
    uint8_t offset;
    uint8_t size;
    const char *name;
    const struct decode_flag *flags; /* NULL: a number */
};

#define FIELD(call, block, type, member, label, words)                                             \
    {                                                                                              \
        HV_CALL_##call, block, offsetof(struct type, member), sizeof(((struct type *)0)->member),  \
            label, words                                                                           \
    }

static const struct field fields[] = {
    FIELD(FLUSH_VIRTUAL_ADDRESS_SPACE, INPUT, hv_flush_virtual, address_space, "space", NULL),
    FIELD(FLUSH_VIRTUAL_ADDRESS_SPACE, INPUT, hv_flush_virtual, flags, "flags", flush_flags),
    FIELD(FLUSH_VIRTUAL_ADDRESS_SPACE, INPUT, hv_flush_virtual, processor_mask, "vps", NULL),
    FIELD(FLUSH_VIRTUAL_ADDRESS_LIST, INPUT, hv_flush_virtual, address_space, "space", NULL),
    FIELD(FLUSH_VIRTUAL_ADDRESS_LIST, INPUT, hv_flush_virtual, flags, "flags", flush_flags),
    FIELD(FLUSH_VIRTUAL_ADDRESS_LIST, INPUT, hv_flush_virtual, processor_mask, "vps", NULL),
    { HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST, ELEMENTS_IN, sizeof(struct hv_flush_virtual), 8, "gva",
      NULL },
    FIELD(FLUSH_VIRTUAL_ADDRESS_SPACE_EX, INPUT, hv_flush_virtual_ex, address_space, "space", NULL),
    FIELD(FLUSH_VIRTUAL_ADDRESS_SPACE_EX, INPUT, hv_flush_virtual_ex, flags, "flags", flush_flags),
    FIELD(FLUSH_VIRTUAL_ADDRESS_SPACE_EX, INPUT, hv_flush_virtual_ex, set.format, "format", NULL),
    FIELD(FLUSH_VIRTUAL_ADDRESS_SPACE_EX, INPUT, hv_flush_virtual_ex, set.valid_banks, "banks",
          NULL),
    FIELD(FLUSH_VIRTUAL_ADDRESS_LIST_EX, INPUT, hv_flush_virtual_ex, address_space, "space", NULL),
    FIELD(FLUSH_VIRTUAL_ADDRESS_LIST_EX, INPUT, hv_flush_virtual_ex, flags, "flags", flush_flags),
    FIELD(FLUSH_VIRTUAL_ADDRESS_LIST_EX, INPUT, hv_flush_virtual_ex, set.format, "format", NULL),
    FIELD(FLUSH_VIRTUAL_ADDRESS_LIST_EX, INPUT, hv_flush_virtual_ex, set.valid_banks, "banks",
          NULL),
    { HV_CALL_NOTIFY_LONG_SPIN_WAIT, INPUT, 0, 8, "spins", NULL },
    FIELD(SEND_SYNTHETIC_CLUSTER_IPI, INPUT, hv_send_ipi, vector, "intid", NULL),
    FIELD(SEND_SYNTHETIC_CLUSTER_IPI, INPUT, hv_send_ipi, processor_mask, "vps", NULL),
    FIELD(SEND_SYNTHETIC_CLUSTER_IPI_EX, INPUT, hv_send_ipi_ex, vector, "intid", NULL),
    FIELD(SEND_SYNTHETIC_CLUSTER_IPI_EX, INPUT, hv_send_ipi_ex, set.format, "format", NULL),
    FIELD(SEND_SYNTHETIC_CLUSTER_IPI_EX, INPUT, hv_send_ipi_ex, set.valid_banks, "banks", NULL),
    { HV_CALL_GET_PARTITION_ID, OUTPUT, 0, 8, "partition", NULL },
    FIELD(TRANSLATE_VIRTUAL_ADDRESS, INPUT, hv_translate_virtual_address, vp_index, "vp", NULL),
    FIELD(TRANSLATE_VIRTUAL_ADDRESS, INPUT, hv_translate_virtual_address, flags, "flags",
          translate_flags),
    FIELD(TRANSLATE_VIRTUAL_ADDRESS, INPUT, hv_translate_virtual_address, gva_page, "gva page",
          NULL),
    FIELD(TRANSLATE_VIRTUAL_ADDRESS, OUTPUT, hv_translate_gva_result, result_code, "code", NULL),
    FIELD(TRANSLATE_VIRTUAL_ADDRESS, OUTPUT, hv_translate_gva_result, gpa_page, "gpa page", NULL),
    FIELD(START_VIRTUAL_PROCESSOR, INPUT, hv_start_virtual_processor, vp_index, "vp", NULL),
    FIELD(START_VIRTUAL_PROCESSOR, INPUT, hv_start_virtual_processor, context.pc, "pc", NULL),
    FIELD(START_VIRTUAL_PROCESSOR, INPUT, hv_start_virtual_processor, context.sp_elh, "sp", NULL),
    FIELD(START_VIRTUAL_PROCESSOR, INPUT, hv_start_virtual_processor, context.x18, "x18", NULL),
    { HV_CALL_GET_VP_INDEX_FROM_APIC_ID, ELEMENTS_IN, sizeof(struct hv_get_vp_index_from_apic_id),
      8, "mpidr", NULL },
    { HV_CALL_GET_VP_INDEX_FROM_APIC_ID, ELEMENTS_OUT, 0, 4, "vp", NULL },
    FIELD(ASSERT_VIRTUAL_INTERRUPT, INPUT, hv_assert_virtual_interrupt, requested_vector, "intid",
          NULL),
    FIELD(ASSERT_VIRTUAL_INTERRUPT, INPUT, hv_assert_virtual_interrupt, destination_address,
          "mpidr", NULL),
    FIELD(SIGNAL_EVENT_DIRECT, INPUT, hv_signal_event_direct, vp_index, "vp", NULL),
    FIELD(SIGNAL_EVENT_DIRECT, INPUT, hv_signal_event_direct, sint, "sint", NULL),
    FIELD(SIGNAL_EVENT_DIRECT, INPUT, hv_signal_event_direct, flag_number, "flag", NULL),
    FIELD(POST_MESSAGE_DIRECT, INPUT, hv_post_message_direct, vp_index, "vp", NULL),
    FIELD(POST_MESSAGE_DIRECT, INPUT, hv_post_message_direct, sint, "sint", NULL),
    { HV_CALL_OUTPUT_DEBUG_CHARACTER, INPUT, 0, 1, "character", NULL },
    { HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE, INPUT, 0, 8, "space", NULL },
    { HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST, INPUT, 0, 8, "space", NULL },
    { HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST, ELEMENTS_IN,
      sizeof(struct hv_flush_guest_physical), 8, "range", NULL },
    { HV_EXT_CALL_QUERY_CAPABILITIES, OUTPUT, 0, 8, "capabilities", capabilities },
    { HV_EXT_CALL_MEMORY_HEAT_HINT, INPUT, 0, 8, "type", NULL },
    { HV_EXT_CALL_MEMORY_HEAT_HINT, ELEMENTS_IN, 8, 8, "range", NULL },
};

/* One number of a block; false when the record does not hold it. */
static bool read_number(const struct shim_trace_record *record, bool output, size_t offset,
                        size_t size, uint64_t *number)
{
    const uint8_t *bytes = output ? record->output : record->input;
    size_t held = output ? record->output_held : record->input_held;
    size_t limit = output ? SHIM_TRACE_OUTPUT : SHIM_TRACE_INPUT;

    *number = 0;
    if (offset + size > held || held > limit) {
        return false;
    }
    memcpy(number, bytes + offset, size);
    return true;
}

static void put_number(FILE *out, const struct field *field, uint64_t number)
{
    if (field->flags != NULL) {
        decode_flags(out, number, field->flags);
    } else {
        fprintf(out, number < 10 ? "%" PRIu64 : "0x%" PRIx64, number);
    }
}

/* "gva=0x1000,0x2000 and 7 more". */
static void put_elements(FILE *out, const struct field *field,
                         const struct shim_trace_record *record)
{
    uint32_t count = hv_control_rep_count(record->control), shown = 0;
    uint64_t number;

    fprintf(out, "%s=", field->name);
    for (; shown < count && shown < ELEMENTS_SHOWN; shown++) {
        size_t offset = field->offset + (size_t)shown * field->size;
        if (!read_number(record, field->place == ELEMENTS_OUT, offset, field->size, &number)) {
            break;
        }
        fputs(shown == 0 ? "" : ",", out);
        put_number(out, field, number);
    }
    if (shown < count) {
        fprintf(out, "%s%" PRIu32 " more", shown == 0 ? "" : " and ", count - shown);
    }
}

static bool answered(const struct shim_trace_record *record)
{
    return record->verdict == SHIM_DONE && (record->result & HV_RESULT_STATUS) == HV_STATUS_SUCCESS;
}

static void put_field(FILE *out, const struct field *field, const struct shim_trace_record *record)
{
    uint64_t number;

    if (field->place == ELEMENTS_IN || field->place == ELEMENTS_OUT) {
        put_elements(out, field, record);
    } else if (read_number(record, field->place == OUTPUT, field->offset, field->size, &number)) {
        fprintf(out, "%s=", field->name);
        put_number(out, field, number);
    } else {
        fprintf(out, "%s=?", field->name);
    }
}

bool decode_fields(FILE *out, const struct shim_trace_record *record)
{
    uint16_t code = hv_control_code(record->control);
    bool known = false, answers = false;

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        const struct field *field = &fields[i];
        bool answer = field->place == OUTPUT || field->place == ELEMENTS_OUT;
        if (field->code != code) {
            continue;
        }
        if (!answer || answered(record)) {
            fputs(answer && !answers ? (known ? " -> " : "-> ") : (known ? ", " : ""), out);
            answers |= answer;
            put_field(out, field, record);
        }
        known = true;
    }
    return known;
}
