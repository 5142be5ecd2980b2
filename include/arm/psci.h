/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Power State Coordination Interface (Arm DEN0022): function ids and results. Also read by
 * assembly. */

#ifndef ARM_PSCI_H
#define ARM_PSCI_H

#define PSCI_VERSION 0x84000000
#define PSCI_CPU_SUSPEND 0x84000001
#define PSCI_CPU_OFF 0x84000002
#define PSCI_CPU_ON 0x84000003
#define PSCI_AFFINITY_INFO 0x84000004
#define PSCI_MIGRATE_INFO_TYPE 0x84000006
#define PSCI_SYSTEM_OFF 0x84000008
#define PSCI_SYSTEM_RESET 0x84000009
#define PSCI_FEATURES 0x8400000a
#define PSCI_SMC64 0x40000000 /* ORed to the id of a function that takes addresses */

#ifndef __ASSEMBLER__

#include <stdint.h>

#define PSCI_VERSION_1_1 UINT32_C(0x00010001)

#define PSCI_SUCCESS INT64_C(0)
#define PSCI_NOT_SUPPORTED INT64_C(-1)
#define PSCI_INVALID_PARAMETERS INT64_C(-2)
#define PSCI_DENIED INT64_C(-3)
#define PSCI_ALREADY_ON INT64_C(-4)
#define PSCI_ON_PENDING INT64_C(-5)
#define PSCI_INTERNAL_FAILURE INT64_C(-6)
#define PSCI_INVALID_ADDRESS INT64_C(-9)

/* Results of AFFINITY_INFO. */
#define PSCI_AFFINITY_ON INT64_C(0)
#define PSCI_AFFINITY_OFF INT64_C(1)
#define PSCI_AFFINITY_ON_PENDING INT64_C(2)

#define PSCI_MIGRATE_NOT_REQUIRED INT64_C(2) /* no trusted OS that would have to move */

/* power_state of CPU_SUSPEND, original format. */
#define PSCI_POWER_STATE_RESERVED UINT32_C(0xfcfe0000)

#endif
#endif
