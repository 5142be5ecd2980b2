/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Arm architecture calls (Arm DEN0028, chapter 7), the same by HVC and by SMC, and where all calls
 * end that are not hypercalls. What mitigates something on this machine is firmware's to know: it
 * is asked, and never answered for. */

#include "host/virt/virt.h"

#include <el2/host.h>
#include <el2/sysreg.h>

#include <arm/psci.h>
#include <arm/smccc.h>

#define SMCCC_VERSION_1_1 0x10001

/* Firmware has SMCCC_ARCH_FEATURES. Of the boot processor; before any guest runs. */
static bool firmware_has_features;

void smccc_init(void)
{
    firmware_has_features = (int32_t)smc_call(PSCI_FEATURES, SMCCC_VERSION, 0, 0) >= 0 &&
                            (int32_t)smc_call(SMCCC_VERSION, 0, 0, 0) >= SMCCC_VERSION_1_1;
}

/* Results are 32 bits wide, and signed. */
static int64_t firmware_features(uint32_t id)
{
    return firmware_has_features ? (int32_t)smc_call(SMCCC_ARCH_FEATURES, id, 0, 0)
                                 : PSCI_NOT_SUPPORTED;
}

static int64_t features(uint32_t id)
{
    switch (id) {
    case SMCCC_VERSION:
    case SMCCC_ARCH_FEATURES:
        return PSCI_SUCCESS;
    case SMCCC_ARCH_WORKAROUND_1:
    case SMCCC_ARCH_WORKAROUND_2:
    case SMCCC_ARCH_WORKAROUND_3:
        return firmware_features(id);
    default:
        return PSCI_NOT_SUPPORTED;
    }
}

/* Acts on this processor alone, which is this VP's alone. */
static int64_t workaround(uint32_t id, uint64_t argument)
{
    if (firmware_features(id) < 0) {
        return PSCI_NOT_SUPPORTED;
    }
    (void)smc_call(id, id == SMCCC_ARCH_WORKAROUND_2 ? (uint32_t)argument : 0, 0, 0);
    return PSCI_SUCCESS;
}

/* All but the version; not inlined, so that what is asked often needs no stack. */
SHIM_NOINLINE static void arch_call(uint32_t id, uint64_t *x)
{
    switch (id) {
    case SMCCC_ARCH_FEATURES:
        x[0] = (uint64_t)features((uint32_t)x[1]);
        break;
    case SMCCC_ARCH_WORKAROUND_1:
    case SMCCC_ARCH_WORKAROUND_2:
    case SMCCC_ARCH_WORKAROUND_3:
        x[0] = (uint64_t)workaround(id, x[1]);
        break;
    default:
        x[0] = SMCCC_NOT_SUPPORTED;
        break;
    }
}

/* What neither PSCI nor the library has taken; the version first, then owners: most of what nobody
 * knows here is none of Arm's. */
static void answer(uint64_t *x)
{
    uint32_t id = (uint32_t)x[0];

    if (((id ^ SMCCC_VERSION) & ~SMCCC_SVE_HINT) == 0) {
        x[0] = SMCCC_VERSION_1_2;
    } else if (smccc_owner(id) != SMCCC_OWNER_ARCH) {
        x[0] = SMCCC_NOT_SUPPORTED;
    } else {
        arch_call(smccc_function_id(x[0]), x);
    }
}

void el2_host_hvc(struct el2_frame *frame)
{
    answer(frame->x);
}

/* SMC is the conduit of PSCI here (QEMU's choice with virtualization=on). */
void el2_host_smc(struct el2_frame *frame)
{
    uint32_t id = smccc_function_id(frame->x[0]);
    if (!psci_call(frame->vp->host_vp, id, frame->x)) {
        answer(frame->x);
    }
}
