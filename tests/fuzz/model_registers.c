/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The model's registers: HvCallGetVpRegisters and HvCallSetVpRegisters, an element at a time. */

#include "model.h"

#include <string.h>

#define CRASH_ACTIONS (UINT64_C(3) << 62)

/* A name, and who may use it. */
struct model_name {
    uint32_t first;
    uint32_t last;
    int privilege; /* bit; -1: none */
    bool crash;    /* of the crash registers, which need the host's op */
    bool early_get;
    bool early_set;
    bool read_only;
};

static const struct model_name names[] = {
    { 0x00000100, 0x00000100, -1, false, true, false, true },
    { 0x00000200, 0x00000203, -1, false, true, false, true },
    { 0x00000210, 0x00000215, -1, true, true, true, false },
    { 0x00090000, 0x00090000, 0, false, false, false, true },
    { 0x00090002, 0x00090002, 5, false, true, true, false },
    { 0x00090003, 0x00090003, 6, false, false, false, true },
    { 0x00090004, 0x00090004, 1, false, true, false, true },
    { 0x00090013, 0x00090013, 4, false, false, false, false },
    { 0x00090017, 0x00090017, 9, false, false, false, false },
    { 0x000a0000, 0x000a0010, 2, false, false, false, false },
    { 0x000a0011, 0x000a0011, 2, false, false, false, true },
    { 0x000a0012, 0x000a0015, 2, false, false, false, false },
    { 0x000b0000, 0x000b0007, 3, false, false, false, false },
};

static const struct model_name *find(uint32_t name)
{
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (name >= names[i].first && name <= names[i].last) {
            return &names[i];
        }
    }
    return NULL;
}

hv_status_t model_input_vtl(uint8_t vtl)
{
    if ((vtl & 0xe0) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((vtl & 0x10) == 0) { /* the caller's own */
        return HV_STATUS_SUCCESS;
    }
    return model_plain_vtl(vtl & 0x0f);
}

hv_status_t model_plain_vtl(uint8_t vtl)
{
    return vtl == 0  ? HV_STATUS_SUCCESS
           : vtl < 3 ? HV_STATUS_ACCESS_DENIED
                     : HV_STATUS_INVALID_PARAMETER;
}

/* Rights first, then the header, then the register. */
static hv_status_t entitled(const struct model_call *call, uint32_t name, bool set,
                            uint32_t *target)
{
    const struct model *model = call->model;
    const struct model_name *row = find(name);
    struct hv_vp_registers_header header;
    hv_status_t status;

    memcpy(&header, call->header, sizeof header);
    if (model->guest_os_id == 0 && (row == NULL || !(set ? row->early_set : row->early_get))) {
        return HV_STATUS_ACCESS_DENIED;
    }
    if (row != NULL && (!model_has(model, row->privilege) ||
                        (row->crash && (model->config.ops & FUZZ_OP_CRASH) == 0))) {
        return HV_STATUS_ACCESS_DENIED;
    }
    if (row == NULL) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    status = model_input_vtl(header.input_vtl);
    if (header.reserved[0] != 0 || header.reserved[1] != 0 || header.reserved[2] != 0) {
        status = HV_STATUS_INVALID_PARAMETER;
    }
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (header.partition_id != HV_PARTITION_ID_SELF && header.partition_id != FUZZ_PARTITION) {
        return HV_STATUS_INVALID_PARTITION_ID;
    }
    *target = header.vp_index == HV_VP_INDEX_SELF ? call->vp : header.vp_index;
    if (*target >= model->config.vps) {
        return HV_STATUS_INVALID_VP_INDEX;
    }
    return set && row->read_only ? HV_STATUS_INVALID_PARAMETER : HV_STATUS_SUCCESS;
}

/* ---- Reading -------------------------------------------------------------------------------- */

static uint64_t features_high(const struct model *model)
{
    uint64_t value = 0;

    value |= model->config.ops & FUZZ_OP_CRASH ? UINT64_C(1) << 8 : 0;
    value |= model_has(model, 3) ? UINT64_C(1) << 13 : 0; /* direct timers */
    return value;
}

static uint64_t recommendations(const struct model *model)
{
    uint64_t value = model->config.ops & (FUZZ_OP_INTERRUPT | FUZZ_OP_FLUSH) ? 1 << 3 : 0;

    value |= (model->config.ops & FUZZ_OP_YIELD ? UINT64_C(0xfff) : UINT64_C(0xffffffff)) << 32;
    return value;
}

static uint64_t synic_register(const struct model_vp *vp, uint32_t name)
{
    switch (name) {
    case HV_REGISTER_SCONTROL:
        return vp->scontrol;
    case HV_REGISTER_SVERSION:
        return 1;
    case HV_REGISTER_SIFP:
        return vp->siefp;
    case HV_REGISTER_SIPP:
        return vp->simp;
    case HV_REGISTER_EOM:
        return 0;
    case HV_REGISTER_SIRBP:
        return vp->sirbp;
    default:
        return vp->sint[name - HV_REGISTER_SINT0];
    }
}

static struct hv_register_value partition_register(const struct model *model, uint32_t name)
{
    struct hv_register_value value = { 0, 0 };

    switch (name) {
    case HV_REGISTER_HYPERVISOR_VERSION:
        value.low = FUZZ_VERSION_LOW;
        value.high = 1;
        break;
    case HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO:
        value.low = model_privileges(model);
        value.high = features_high(model);
        break;
    case HV_REGISTER_FEATURES_INFO:
        value.low = recommendations(model);
        break;
    case HV_REGISTER_IMPLEMENTATION_LIMITS_INFO:
        value.low = model->config.vps;
        break;
    case HV_REGISTER_HARDWARE_FEATURES_INFO:
        value.low = HV_HARDWARE_SECOND_LEVEL_ADDRESS_TRANSLATION_IN_USE;
        break;
    case HV_REGISTER_GUEST_CRASH_CTL:
        value.low = CRASH_ACTIONS;
        break;
    default:
        value.low = model->crash[name - HV_REGISTER_GUEST_CRASH_P0];
    }
    return value;
}

static uint64_t vp_register(const struct model *model, uint32_t vp, uint32_t name)
{
    switch (name) {
    case HV_REGISTER_VP_RUNTIME:
        return model->manner.runtime + vp;
    case HV_REGISTER_GUEST_OS_ID:
        return model->guest_os_id;
    case HV_REGISTER_VP_INDEX:
        return vp;
    case HV_REGISTER_TIME_REF_COUNT:
        return model->manner.time;
    case HV_REGISTER_VP_ASSIST_PAGE:
        return model->vp[vp].assist;
    default:
        return model->reference_tsc;
    }
}

static uint64_t timer_register(const struct model *model, uint32_t vp, uint32_t name)
{
    const struct model_timer *timer =
        &model->vp[vp].timers[(name - HV_REGISTER_STIMER0_CONFIG) / 2];

    return name % 2 == 0 ? model_timer_config(model, timer) : timer->count;
}

bool model_register(const struct model *model, uint32_t vp, uint32_t name,
                    struct hv_register_value *value)
{
    *value = (struct hv_register_value) { 0, 0 };
    if (find(name) == NULL) {
        return false;
    }
    if (name < HV_REGISTER_VP_RUNTIME) {
        *value = partition_register(model, name);
    } else if (name < HV_REGISTER_SINT0) {
        value->low = vp_register(model, vp, name);
    } else if (name < HV_REGISTER_STIMER0_CONFIG) {
        value->low = synic_register(&model->vp[vp], name);
    } else {
        value->low = timer_register(model, vp, name);
    }
    return true;
}

hv_status_t model_get_register(struct model_call *call)
{
    struct hv_register_value value;
    uint32_t name;
    uint32_t target = 0;
    hv_status_t status;

    memcpy(&name, call->element, sizeof name);
    status = entitled(call, name, false, &target);
    if (status == HV_STATUS_SUCCESS) {
        model_register(call->model, target, name, &value);
        memcpy(call->output, &value, sizeof value);
    }
    return status;
}

/* ---- Writing -------------------------------------------------------------------------------- */

static void crash(struct model *model, uint64_t control)
{
    struct fuzz_effects *effects = &model->effects;
    uint64_t gpa = model->crash[3];
    uint64_t size = model->crash[4];
    static uint8_t text[4096];
    bool there = (control & HV_CRASH_CTL_MESSAGE) != 0 && size >= 1 && size <= 4096;

    if (there) {
        size_t first = 4096 - gpa % 4096 < size ? 4096 - gpa % 4096 : size;

        there = fuzz_memory_read(&model->memory, gpa, text, first) &&
                (first == size ||
                 fuzz_memory_read(&model->memory, gpa + first, text + first, size - first));
    }
    effects->crashes++;
    effects->crash_control = control;
    memcpy(effects->crash_parameter, model->crash, sizeof effects->crash_parameter);
    effects->crash_size = there ? (uint32_t)size : 0;
    effects->crash_sum = 0;
    for (uint32_t i = 0; i < effects->crash_size; i++) {
        effects->crash_sum = effects->crash_sum * 31 + text[i];
    }
}

static hv_status_t set_partition(struct model_call *call, uint32_t name, uint64_t value)
{
    struct model *model = call->model;

    if (name == HV_REGISTER_GUEST_OS_ID) {
        if (model->guest_os_id == 0 && call->vp != 0) {
            return HV_STATUS_ACCESS_DENIED;
        }
        model->guest_os_id = value;
        if ((model->config.ops & FUZZ_OP_IDENTIFIED) != 0) {
            model->effects.identified++;
            model->effects.identity = value;
        }
    } else if (name == HV_REGISTER_REFERENCE_TSC) {
        struct hv_reference_tsc_page contents = { 1, 0, FUZZ_TSC_SCALE, FUZZ_TSC_OFFSET };
        uint8_t page[4096] = { 0 };

        memcpy(page, &contents, sizeof contents);
        model->reference_tsc = value;
        if ((value & HV_REFERENCE_TSC_ENABLE) != 0) {
            fuzz_memory_write(&model->memory, value & HV_REFERENCE_TSC_PAGE, page, sizeof page);
        }
    } else if (name == HV_REGISTER_GUEST_CRASH_CTL) {
        if ((value & HV_CRASH_CTL_NOTIFY) != 0) {
            crash(model, value);
        }
    } else {
        model->crash[name - HV_REGISTER_GUEST_CRASH_P0] = value;
    }
    return HV_STATUS_SUCCESS;
}

static hv_status_t set_synic(struct model *model, uint32_t target, uint32_t name, uint64_t value)
{
    struct model_vp *vp = &model->vp[target];
    uint8_t *polled = &model->effects.polled[target];

    switch (name) {
    case HV_REGISTER_SCONTROL:
        *polled |= (value & HV_SYNIC_ENABLE) != 0;
        vp->scontrol = value;
        break;
    case HV_REGISTER_SIFP:
        vp->siefp = value;
        break;
    case HV_REGISTER_SIPP:
        *polled |= (value & HV_SYNIC_ENABLE) != 0;
        vp->simp = value;
        break;
    case HV_REGISTER_EOM:
        *polled = 1;
        break;
    case HV_REGISTER_SIRBP:
        vp->sirbp = value;
        break;
    default:
        if ((value & HV_SINT_MASKED) == 0 && ((value & 0xff) < 16 || (value & 0xff) > 31)) {
            return HV_STATUS_INVALID_PARAMETER;
        }
        vp->sint[name - HV_REGISTER_SINT0] = value;
    }
    return HV_STATUS_SUCCESS;
}

static hv_status_t set_timer(struct model_call *call, uint32_t target, uint32_t name,
                             uint64_t value)
{
    struct model *model = call->model;
    struct model_timer *timer = &model->vp[target].timers[(name - HV_REGISTER_STIMER0_CONFIG) / 2];
    hv_status_t status = HV_STATUS_SUCCESS;

    if (target != call->vp) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if (name % 2 == 0) {
        status = model_timer_set_config(timer, value);
    } else {
        model_timer_set_count(model, timer, value);
    }
    if (status == HV_STATUS_SUCCESS) {
        model->effects.polled[target] = 1;
    }
    return status;
}

hv_status_t model_set_register(struct model_call *call)
{
    struct hv_vp_register_assoc element;
    uint32_t target = 0;
    hv_status_t status;

    memcpy(&element, call->element, sizeof element);
    status = entitled(call, element.name, true, &target);
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (element.name >= HV_REGISTER_STIMER0_CONFIG) {
        return set_timer(call, target, element.name, element.value.low);
    }
    if (element.name >= HV_REGISTER_SINT0) {
        return set_synic(call->model, target, element.name, element.value.low);
    }
    if (element.name == HV_REGISTER_VP_ASSIST_PAGE) {
        call->model->vp[target].assist = element.value.low;
        return HV_STATUS_SUCCESS;
    }
    return set_partition(call, element.name, element.value.low);
}
