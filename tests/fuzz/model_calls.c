/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the model's calls do, one element at a time. */

#include "model.h"

#include <string.h>

#include <hv/extended.h>

/* ---- Sets of VPs ---------------------------------------------------------------------------- */

static hv_status_t check_set(const struct model_call *call, const struct hv_vp_set *set)
{
    if (set->format > HV_VP_SET_ALL) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return (uint32_t)__builtin_popcountll(set->valid_banks) != call->variable_words
               ? HV_STATUS_INVALID_HYPERCALL_INPUT
               : HV_STATUS_SUCCESS;
}

static bool set_has(const struct model_call *call, const struct hv_vp_set *set, uint32_t vp)
{
    uint32_t bank = vp / 64;
    uint32_t word = 0;
    uint64_t mask;

    if (set->format == HV_VP_SET_ALL) {
        return true;
    }
    if ((set->valid_banks >> bank & 1) == 0) {
        return false;
    }
    for (uint32_t i = 0; i < bank; i++) {
        word += (uint32_t)(set->valid_banks >> i & 1);
    }
    memcpy(&mask, call->variable + word * 8, 8);
    return (mask >> vp % 64 & 1) != 0;
}

/* ---- Interrupts ----------------------------------------------------------------------------- */

static hv_status_t check_ipi(uint32_t vector, uint8_t vtl, uint8_t flags, uint16_t reserved)
{
    if (flags != 0 || reserved != 0 || vector > 31) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return model_input_vtl(vtl);
}

static hv_status_t send_ipi(struct model_call *call)
{
    struct model *model = call->model;
    struct hv_send_ipi ipi;
    hv_status_t status;

    MODEL_TAKE(ipi, call->header);
    status = check_ipi(ipi.vector, ipi.target_vtl, ipi.flags, ipi.reserved);
    for (uint32_t vp = 0; status == HV_STATUS_SUCCESS && vp < model->config.vps && vp < 64; vp++) {
        if ((ipi.processor_mask >> vp & 1) != 0) {
            model->effects.pended[vp] |= UINT32_C(1) << ipi.vector;
        }
    }
    return status;
}

static hv_status_t send_ipi_ex(struct model_call *call)
{
    struct model *model = call->model;
    struct hv_send_ipi_ex ipi;
    hv_status_t status;

    MODEL_TAKE(ipi, call->header);
    status = check_ipi(ipi.vector, ipi.target_vtl, ipi.flags, ipi.reserved);
    if (status == HV_STATUS_SUCCESS) {
        status = check_set(call, &ipi.set);
    }
    for (uint32_t vp = 0; status == HV_STATUS_SUCCESS && vp < model->config.vps; vp++) {
        if (set_has(call, &ipi.set, vp)) {
            model->effects.pended[vp] |= UINT32_C(1) << ipi.vector;
        }
    }
    return status;
}

static uint32_t vp_by_mpidr(const struct model *model, uint64_t mpidr)
{
    uint32_t vp = 0;

    while (vp < model->config.vps && ((FUZZ_MPIDR(vp) ^ mpidr) & HV_MPIDR_AFFINITY) != 0) {
        vp++;
    }
    return vp;
}

static hv_status_t get_vp_index(struct model_call *call)
{
    struct hv_get_vp_index_from_apic_id header;
    hv_status_t status;
    uint64_t mpidr;
    uint32_t vp;

    MODEL_TAKE(header, call->header);
    MODEL_TAKE(mpidr, call->element);
    for (uint32_t i = 0; i < sizeof header.reserved; i++) {
        if (header.reserved[i] != 0) {
            return HV_STATUS_INVALID_PARAMETER;
        }
    }
    status = model_plain_vtl(header.target_vtl);
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (!model_own_partition(header.partition_id)) {
        return HV_STATUS_INVALID_PARTITION_ID;
    }
    vp = vp_by_mpidr(call->model, mpidr);
    if (vp == call->model->config.vps) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    memcpy(call->output, &vp, sizeof vp);
    return HV_STATUS_SUCCESS;
}

static hv_status_t assert_interrupt(struct model_call *call)
{
    struct hv_assert_virtual_interrupt block;
    hv_status_t status;
    uint32_t vp;

    MODEL_TAKE(block, call->header);
    if (!model_own_partition(block.partition_id)) {
        return HV_STATUS_INVALID_PARTITION_ID;
    }
    status = model_plain_vtl(block.target_vtl);
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    vp = vp_by_mpidr(call->model, block.destination_address);
    if (block.reserved[0] != 0 || block.reserved[1] != 0 || block.reserved[2] != 0 ||
        (block.interrupt_control & ~HV_INTERRUPT_CONTROL_ASSERTED) != 0 ||
        block.requested_vector > 31 || vp == call->model->config.vps) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((block.interrupt_control & HV_INTERRUPT_CONTROL_ASSERTED) != 0) {
        call->model->effects.pended[vp] |= UINT32_C(1) << block.requested_vector;
    }
    return HV_STATUS_SUCCESS;
}

/* ---- Translations --------------------------------------------------------------------------- */

static hv_status_t flush(struct model_call *call)
{
    bool ex = call->row->code == HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX ||
              call->row->code == HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX;
    bool list = call->row->class == MODEL_REP;
    struct hv_flush_virtual_ex block = { 0 };
    uint64_t known = HV_FLUSH_ALL_PROCESSORS | HV_FLUSH_ALL_VIRTUAL_ADDRESS_SPACES |
                     (list ? 0 : HV_FLUSH_NON_GLOBAL_MAPPINGS_ONLY);

    memcpy(&block, call->header, ex ? sizeof block : sizeof(struct hv_flush_virtual));
    if (ex && check_set(call, &block.set) != HV_STATUS_SUCCESS) {
        return check_set(call, &block.set);
    }
    if ((block.flags & ~known) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    call->model->effects.flushed |= 1;
    return HV_STATUS_SUCCESS;
}

static hv_status_t flush_physical(struct model_call *call)
{
    struct hv_flush_guest_physical block;

    MODEL_TAKE(block, call->header);
    if (block.flags != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    call->model->effects.flushed |= 3;
    return HV_STATUS_SUCCESS;
}

static hv_status_t translate(struct model_call *call)
{
    const uint64_t known = UINT64_C(0x3f7) | UINT64_C(0xff) << 56;
    struct hv_translate_virtual_address block;
    hv_status_t status;

    MODEL_TAKE(block, call->header);
    if (!model_own_partition(block.partition_id)) {
        return HV_STATUS_INVALID_PARTITION_ID;
    }
    status = model_input_vtl((uint8_t)(block.flags >> 56));
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (block.vp_index != HV_VP_INDEX_SELF && block.vp_index >= call->model->config.vps) {
        return HV_STATUS_INVALID_VP_INDEX;
    }
    if ((block.vp_index != HV_VP_INDEX_SELF && block.vp_index != call->vp) || block.reserved != 0 ||
        (block.flags & ~known) != 0 || block.gva_page >> 52 != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    call->model->effects.translations++;
    call->model->effects.gva = block.gva_page << 12;
    memcpy(call->output, &call->model->manner.translation, 16);
    return HV_STATUS_SUCCESS;
}

/* ---- Processors ----------------------------------------------------------------------------- */

static hv_status_t start_vp(struct model_call *call)
{
    struct hv_start_virtual_processor block;
    struct model *model = call->model;
    hv_status_t status;

    MODEL_TAKE(block, call->header);
    status = model_plain_vtl(block.target_vtl);
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (!model_own_partition(block.partition_id)) {
        return HV_STATUS_INVALID_PARTITION_ID;
    }
    if (block.reserved[0] != 0 || block.reserved[1] != 0 || block.reserved[2] != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if (block.vp_index >= model->config.vps || block.vp_index == call->vp) {
        return HV_STATUS_INVALID_VP_INDEX;
    }
    model->effects.starts++;
    model->effects.start_vp = block.vp_index;
    model->effects.start_context = block.context;
    return model->manner.start_status;
}

/* ---- Others --------------------------------------------------------------------------------- */

static hv_status_t spin_wait(struct model_call *call)
{
    call->model->effects.yields += (call->model->config.ops & FUZZ_OP_YIELD) != 0;
    return HV_STATUS_SUCCESS;
}

static hv_status_t partition_id(struct model_call *call)
{
    uint64_t id = FUZZ_PARTITION;

    memcpy(call->output, &id, sizeof id);
    return HV_STATUS_SUCCESS;
}

static hv_status_t capabilities(struct model_call *call)
{
    uint32_t ops = call->model->config.ops;
    uint64_t value = (ops & FUZZ_OP_ZEROED ? 1 : 0) | (ops & FUZZ_OP_HEAT ? 0x102 : 0);

    memcpy(call->output, &value, sizeof value);
    return HV_STATUS_SUCCESS;
}

static hv_status_t boot_zeroed(struct model_call *call)
{
    struct hv_boot_zeroed_memory block = { .range_count = call->model->manner.zeroed };

    for (uint32_t i = 0; i < call->model->manner.zeroed; i++) {
        block.ranges[i] = fuzz_zeroed_range(i);
    }
    memcpy(call->output, &block, sizeof block);
    return HV_STATUS_SUCCESS;
}

static hv_status_t heat_hint(struct model_call *call)
{
    struct fuzz_effects *effects = &call->model->effects;
    uint64_t header, element, unit = 1;

    MODEL_TAKE(header, call->header);
    MODEL_TAKE(element, call->element);
    if (header > HV_MEMORY_HEAT_COLD_DISCARD) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((element & HV_GPA_RANGE_LARGE_PAGE) != 0) {
        unit = element & HV_GPA_RANGE_PAGE_SIZE_1G ? 0x40000 : 0x200;
    }
    effects->heats++;
    effects->heat = (uint32_t)header;
    effects->heat_pages = ((element & HV_GPA_RANGE_ADDITIONAL_PAGES) + 1) * unit;
    effects->heat_gpa = element & ~(unit * 4096 - 1);
    return HV_STATUS_SUCCESS;
}

static hv_status_t debug_character(struct model_call *call)
{
    uint64_t word;

    MODEL_TAKE(word, call->header);
    if (word > 0xff) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    call->model->effects.characters++;
    call->model->effects.character = (uint32_t)word;
    return HV_STATUS_SUCCESS;
}

static const struct {
    uint16_t code;
    hv_status_t (*serve)(struct model_call *call);
} handlers[] = {
    { HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE, flush },
    { HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST, flush },
    { HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX, flush },
    { HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX, flush },
    { HV_CALL_NOTIFY_LONG_SPIN_WAIT, spin_wait },
    { HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI, send_ipi },
    { HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX, send_ipi_ex },
    { HV_CALL_GET_PARTITION_ID, partition_id },
    { HV_CALL_GET_VP_REGISTERS, model_get_register },
    { HV_CALL_SET_VP_REGISTERS, model_set_register },
    { HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, translate },
    { HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX, translate },
    { HV_CALL_POST_MESSAGE, model_post_message },
    { HV_CALL_SIGNAL_EVENT, model_signal_event },
    { HV_CALL_OUTPUT_DEBUG_CHARACTER, debug_character },
    { HV_CALL_ASSERT_VIRTUAL_INTERRUPT, assert_interrupt },
    { HV_CALL_START_VIRTUAL_PROCESSOR, start_vp },
    { HV_CALL_GET_VP_INDEX_FROM_APIC_ID, get_vp_index },
    { HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE, flush_physical },
    { HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST, flush_physical },
    { HV_CALL_SIGNAL_EVENT_DIRECT, model_signal_direct },
    { HV_CALL_POST_MESSAGE_DIRECT, model_post_direct },
    { HV_EXT_CALL_QUERY_CAPABILITIES, capabilities },
    { HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY, boot_zeroed },
    { HV_EXT_CALL_MEMORY_HEAT_HINT, heat_hint },
};

hv_status_t model_serve(struct model_call *call)
{
    uint32_t i = 0;

    while (handlers[i].code != call->row->code) {
        i++;
    }
    return handlers[i].serve(call);
}
