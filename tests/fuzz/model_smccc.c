/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What an HVC or SMC is, to the model: which convention, or which function of the vendor's service.
 */

#include "model.h"

static const struct model_form native = { .control = 0, .block = 1, .at_end = true };
static const struct model_form smccc = { .control = 1, .block = 2 };
static const struct model_form compact = { .control = 1, .block = 2, .compact = true };

#define NOT_SUPPORTED UINT64_MAX

static uint64_t attach(struct model *model, uint32_t vp, uint64_t argument)
{
    uint64_t gpa = argument & ~UINT64_C(1);

    if (argument == 0) {
        model->vp[vp].spill = MODEL_NO_PAGE;
        return 0;
    }
    if ((argument & 1) == 0 || gpa % 4096 != 0 ||
        !(model->config.ops & FUZZ_OP_PIN ? fuzz_memory_is_ram(gpa)
                                          : fuzz_memory_is_readable(gpa))) {
        return (uint64_t)-3;
    }
    model->vp[vp].spill = gpa;
    return 0;
}

/* Functions of the vendor's service that answer by both conduits. */
static enum model_verdict vendor(uint32_t id, uint64_t x[18])
{
    switch (id) {
    case 0x8600ff01:
    case 0xc600ff01:
        x[0] = 0x4d32ba58;
        x[1] = 0xcd244764;
        x[2] = 0x8eef6c75;
        x[3] = 0x16597024;
        break;
    case 0x8600ff00:
        x[0] = 7;
        break;
    case 0x8600ff03:
        x[0] = 1;
        x[1] = 0;
        break;
    default:
        x[0] = NOT_SUPPORTED;
    }
    return MODEL_DONE;
}

enum model_verdict model_smc(struct model *model, uint32_t vp, uint64_t x[18])
{
    uint32_t id = (uint32_t)x[0] & ~UINT32_C(0x10000);

    (void)model;
    (void)vp;
    if ((id >> 24 & 0x3f) != 6) {
        return MODEL_NOT_OURS;
    }
    return vendor(id, x);
}

enum model_verdict model_hvc(struct model *model, uint32_t vp, uint16_t immediate, uint64_t x[18])
{
    uint32_t id = (uint32_t)x[0] & ~UINT32_C(0x10000);

    if (immediate == 1) {
        return model_hypercall(model, vp, &native, x);
    }
    if (immediate != 0) {
        return MODEL_UNDEFINED;
    }
    if (id == 0x46000001) {
        return model_hypercall(model, vp, &smccc, x);
    }
    if (id == 0x46005302) {
        return model_hypercall(model, vp, &compact, x);
    }
    if (id == 0xc6005301) {
        x[0] = attach(model, vp, x[1]);
        return MODEL_DONE;
    }
    return model_smc(model, vp, x);
}
