/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What is measured in a guest of KVM, under the monitor (monitor.c): beside the general calls, one
 * of KVM's own, a doorbell, and what goes out to the monitor and comes back. */

#include <arm/smccc.h>

#include "kvm_machine.h"
#include "measure.h"

#define VENDOR_HYP_KVM_FEATURES UINT32_C(0x86000000)
#define KVM_FUNC_FEATURES 1u

static inline __attribute__((always_inline)) uint64_t hvc(uint32_t id)
{
    return call(true, HVC(0), (struct registers) { .x0 = id });
}

void measure_all(void)
{
    MEASURE(hvc(UNKNOWN_ID) == SMCCC_NOT_SUPPORTED);
    MEASURE(IS_VERSION_1(hvc(SMCCC_VERSION)));
    MEASURE(IS_VERSION_1(hvc(PSCI_VERSION)));
    MEASURE((hvc(VENDOR_HYP_KVM_FEATURES) & KVM_FUNC_FEATURES) != 0);
    MEASURE(store(DOORBELL));
    MEASURE(store(DEVICE));
    /* Linux before 6.4 has no filter, and answers by itself. */
    if (call(false, HVC(0), (struct registers) { .x0 = FORWARDED_ID }) == FORWARDED_ANSWER) {
        MEASURE(hvc(FORWARDED_ID) == FORWARDED_ANSWER);
    }
}
