/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The model's conventions, admission, blocks and rep loop. See model.h. */

#include "model.h"

#include <string.h>

/* A call on its way. */
struct entry {
    struct model *model;
    uint32_t vp;
    const struct model_form *form;
    uint64_t *x;
    const struct model_row *row;
    bool fast;
    uint32_t variable_words;
    uint32_t count; /* 1 for a simple call */
    uint32_t start;
    uint32_t input_size;
    uint32_t element_output;
    uint32_t output_size;
    uint8_t input[8192];
    uint8_t output[4096];
};

void model_init(struct model *model, const struct model_config *config)
{
    memset(model, 0, sizeof *model);
    model->config = *config;
    fuzz_memory_init(&model->memory);
    for (uint32_t vp = 0; vp < FUZZ_VPS; vp++) {
        model_vp_reset(model, vp);
    }
}

void model_vp_reset(struct model *model, uint32_t vp)
{
    memset(&model->vp[vp], 0, sizeof model->vp[vp]);
    model->queue[vp].count = 0;
    for (uint32_t sint = 0; sint < 16; sint++) {
        model->vp[vp].sint[sint] = 0x10000;
    }
    model->vp[vp].spill = MODEL_NO_PAGE;
}

void model_partition_reset(struct model *model)
{
    model->guest_os_id = 0;
    model->reference_tsc = 0;
    memset(model->crash, 0, sizeof model->crash);
}

uint64_t model_privileges(const struct model *model)
{
    const struct model_config *config = &model->config;
    const uint32_t synic = FUZZ_OP_INTERRUPT | FUZZ_OP_POLL;
    uint64_t all = 0;

    all |= config->ops & FUZZ_OP_RUNTIME ? UINT64_C(1) << 0 : 0;
    all |= UINT64_C(1) << 1; /* reference counter */
    all |= (config->ops & synic) == synic ? UINT64_C(3) << 2 : 0;
    all |= UINT64_C(7) << 4; /* VP assist page, GuestOsId, VP index */
    all |= config->reference_tsc ? UINT64_C(1) << 9 : 0;
    all |= UINT64_C(1) << 33; /* partition id */
    all |= config->connections ? UINT64_C(3) << 36 : 0;
    all |= config->ops & FUZZ_OP_DEBUG ? UINT64_C(1) << 43 : 0;
    all |= UINT64_C(1) << 52; /* extended calls */
    all |= config->ops & FUZZ_OP_START ? UINT64_C(1) << 53 : 0;
    return all & config->privileges;
}

bool model_has(const struct model *model, int privilege)
{
    return privilege < 0 || (model_privileges(model) >> privilege & 1) != 0;
}

static const struct model_row *row_of(uint16_t code)
{
    for (uint32_t i = 0; i < model_row_count; i++) {
        if (model_rows[i].code == code) {
            return &model_rows[i];
        }
    }
    return NULL;
}

static bool is_direct(uint16_t code)
{
    return code == 0x0094 || code == 0x00c0 || code == 0x00c1;
}

/* The fields of the control word, for a call that is there. */
static hv_status_t admit_form(struct entry *entry, const struct model_row *row, uint64_t control)
{
    entry->row = row;
    entry->fast = (control >> 16 & 1) != 0;
    entry->variable_words = control >> 17 & 0x3ff;
    entry->count = control >> 32 & 0xfff;
    entry->start = control >> 48 & 0xfff;
    if (entry->variable_words != 0 && !row->variable) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    if (row->class == MODEL_SIMPLE) {
        if (entry->count != 0 || entry->start != 0) {
            return HV_STATUS_INVALID_HYPERCALL_INPUT;
        }
        entry->count = 1;
    } else if (entry->start >= entry->count) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    entry->element_output = row->class == MODEL_REP ? row->element_output : row->output;
    entry->input_size = row->header + entry->variable_words * 8 + entry->count * row->element;
    entry->output_size = entry->count * entry->element_output;
    return HV_STATUS_SUCCESS;
}

static hv_status_t admit(struct entry *entry, uint64_t control)
{
    const struct model *model = entry->model;
    uint16_t code = (uint16_t)control;
    const struct model_row *row = row_of(code);

    if ((control & UINT64_C(0xf000f000f8000000)) != 0) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    if (model->guest_os_id == 0 && code != 0x0050 && code != 0x0051) {
        return HV_STATUS_ACCESS_DENIED;
    }
    if (!model_has(model, row != NULL ? row->privilege : model_privilege_unserved(code))) {
        return HV_STATUS_ACCESS_DENIED;
    }
    if (is_direct(code) && !model->config.direct_calls) {
        return HV_STATUS_ACCESS_DENIED;
    }
    if (row == NULL) {
        return HV_STATUS_INVALID_HYPERCALL_CODE;
    }
    if ((model->config.ops & row->ops) != row->ops) {
        return HV_STATUS_ACCESS_DENIED;
    }
    return admit_form(entry, row, control);
}

static uint32_t pairs(uint32_t bytes)
{
    return (bytes + 15) / 16;
}

/* ---- Blocks --------------------------------------------------------------------------------- */

/* What a guest can't do in this form at all. */
static hv_status_t check_form(const struct entry *entry)
{
    const uint64_t spill = entry->model->vp[entry->vp].spill;
    bool fits;

    if (entry->form->compact) {
        fits = entry->fast &&
               (spill == MODEL_NO_PAGE ? entry->input_size <= 40 && entry->output_size <= 16
                                       : entry->input_size <= 2048 && entry->output_size <= 2048);
    } else {
        fits = !entry->fast || pairs(entry->input_size) + pairs(entry->output_size) <= 8;
    }
    return fits ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_HYPERCALL_INPUT;
}

static bool buffer_is_sound(uint64_t gpa, uint32_t size)
{
    return size == 0 || (gpa % 8 == 0 && size <= 4096 && gpa % 4096 + size <= 4096);
}

static hv_status_t read_input(struct entry *entry)
{
    const uint64_t *x = entry->x + entry->form->block;
    const uint64_t spill = entry->model->vp[entry->vp].spill;

    if (entry->form->compact) {
        memcpy(entry->input, x, 40);
        if (entry->input_size > 40 &&
            !fuzz_memory_read(&entry->model->memory, spill + 40, entry->input + 40,
                              entry->input_size - 40)) {
            return HV_STATUS_INVALID_ALIGNMENT;
        }
        return HV_STATUS_SUCCESS;
    }
    if (entry->fast) {
        memcpy(entry->input, x, 128);
        return HV_STATUS_SUCCESS;
    }
    if (!buffer_is_sound(x[0], entry->input_size) || !buffer_is_sound(x[1], entry->output_size)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    if (entry->input_size != 0 &&
        !fuzz_memory_read(&entry->model->memory, x[0], entry->input, entry->input_size)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    return HV_STATUS_SUCCESS;
}

/* Output of elements [start, end) goes where the guest finds it. */
static bool store_output(struct entry *entry, uint32_t end, bool over)
{
    uint32_t from = entry->start * entry->element_output;
    uint32_t to = end * entry->element_output;
    uint64_t *x = entry->x + entry->form->block;
    const uint64_t spill = entry->model->vp[entry->vp].spill;
    struct fuzz_memory *memory = &entry->model->memory;
    uint32_t first;

    if (from == to && !(entry->form->compact && over && to != 0)) {
        return true;
    }
    if (entry->form->compact) {
        if (spill != MODEL_NO_PAGE && from != to &&
            !fuzz_memory_write(memory, spill + 2048 + from, entry->output + from, to - from)) {
            return false;
        }
        if (over && from < 16 && to > from) {
            memcpy((uint8_t *)x + from, entry->output + from, (to < 16 ? to : 16) - from);
        }
        if (over && from > 0 && spill != MODEL_NO_PAGE) { /* of earlier entries */
            uint8_t head[16];
            uint32_t size = from < 16 ? from : 16;

            if (fuzz_memory_read(memory, spill + 2048, head, size)) {
                memcpy(x, head, size);
            }
        }
        return true;
    }
    if (!entry->fast) {
        return fuzz_memory_write(memory, x[1] + from, entry->output + from, to - from);
    }
    first = entry->form->at_end ? 16 - 2 * pairs(entry->output_size) : 2 * pairs(entry->input_size);
    memcpy((uint8_t *)(x + first) + from, entry->output + from, to - from);
    return true;
}

/* ---- The loop ------------------------------------------------------------------------------- */

static bool pauses(const struct entry *entry, uint32_t done)
{
    const struct model *model = entry->model;

    return (model->config.ops & FUZZ_OP_BUDGET) != 0 && model->manner.budget != 0 &&
           done >= model->manner.budget &&
           !(entry->form->compact && model->vp[entry->vp].spill == MODEL_NO_PAGE);
}

static enum model_verdict run(struct entry *entry)
{
    const struct model_row *row = entry->row;
    bool rep = row->class == MODEL_REP;
    hv_status_t status = HV_STATUS_SUCCESS;
    uint32_t element = entry->start;

    while (element < entry->count) {
        struct model_call call = {
            .model = entry->model,
            .vp = entry->vp,
            .row = row,
            .header = entry->input,
            .variable = entry->input + row->header,
            .variable_words = entry->variable_words,
            .element =
                entry->input + row->header + entry->variable_words * 8 + element * row->element,
            .output = entry->output + element * entry->element_output,
        };

        status = model_serve(&call);
        if (status != HV_STATUS_SUCCESS) {
            break;
        }
        element++;
        if (element < entry->count && pauses(entry, element - entry->start)) {
            if (!store_output(entry, element, false)) {
                entry->x[0] = hv_result(HV_STATUS_INVALID_ALIGNMENT, entry->start);
                return MODEL_DONE;
            }
            entry->x[entry->form->control] =
                hv_control_with_rep_start(entry->x[entry->form->control], element);
            return MODEL_AGAIN;
        }
    }
    if (!store_output(entry, element, true)) {
        element = entry->start;
        status = HV_STATUS_INVALID_ALIGNMENT;
    }
    entry->x[0] = hv_result(status, rep ? element : 0);
    return MODEL_DONE;
}

enum model_verdict model_hypercall(struct model *model, uint32_t vp, const struct model_form *form,
                                   uint64_t x[18])
{
    static struct entry entry; /* large */
    hv_status_t status;

    entry.model = model;
    entry.vp = vp;
    entry.form = form;
    entry.x = x;
    status = admit(&entry, x[form->control]);
    if (status != HV_STATUS_SUCCESS) {
        x[0] = status;
        return MODEL_DONE;
    }
    status = check_form(&entry);
    if (status == HV_STATUS_SUCCESS) {
        status = read_input(&entry);
    }
    if (status != HV_STATUS_SUCCESS) {
        x[0] = hv_result(status, entry.row->class == MODEL_REP ? entry.start : 0);
        return MODEL_DONE;
    }
    return run(&entry);
}
