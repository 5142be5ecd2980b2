/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* SMMUv3 (Arm IHI 0070): what a map of stage 1 that never changes needs of its registers, its
 * configuration structures and its commands. Names are the specification's; a field of a structure
 * is named with the doubleword that it stands in. */

#ifndef ARM_SMMU_H
#define ARM_SMMU_H

#include <stdint.h>

/* Registers, by offset in page 0. */
#define SMMU_IDR0 0x000u
#define SMMU_IDR0_S1P (UINT32_C(1) << 1)
#define SMMU_IDR0_TTF_AARCH64 (UINT32_C(1) << 3)
#define SMMU_IDR0_ST_LEVEL (UINT32_C(3) << 27)
#define SMMU_IDR0_ST_LEVEL_2 (UINT32_C(1) << 27)
#define SMMU_IDR1 0x004u
#define SMMU_IDR1_QUEUES_PRESET (UINT32_C(1) << 29)
#define SMMU_IDR1_TABLES_PRESET (UINT32_C(1) << 30)
#define SMMU_IDR5 0x014u
#define SMMU_IDR5_OAS UINT32_C(7)
#define SMMU_OAS_40_BITS 2u
#define SMMU_IDR5_GRAN4K (UINT32_C(1) << 4)
#define SMMU_CR0 0x020u
#define SMMU_CR0_SMMUEN (UINT32_C(1) << 0)
#define SMMU_CR0_CMDQEN (UINT32_C(1) << 3)
#define SMMU_CR0ACK 0x024u
#define SMMU_CR1 0x028u
#define SMMU_CR1_TABLE_INNER_WB (UINT32_C(3) << 10 | UINT32_C(1) << 8 | UINT32_C(1) << 6)
#define SMMU_CR1_QUEUE_INNER_WB (UINT32_C(3) << 4 | UINT32_C(1) << 2 | UINT32_C(1) << 0)
#define SMMU_CR2 0x02cu
#define SMMU_CR2_RECINVSID (UINT32_C(1) << 1)
#define SMMU_CR2_PTM (UINT32_C(1) << 2)
#define SMMU_STRTAB_BASE 0x080u
#define SMMU_STRTAB_BASE_RA (UINT64_C(1) << 62)
#define SMMU_STRTAB_BASE_CFG 0x088u
#define SMMU_STRTAB_BASE_CFG_FMT_2LVL (UINT32_C(1) << 16)
#define SMMU_STRTAB_BASE_CFG_SPLIT_SHIFT 6u
#define SMMU_CMDQ_BASE 0x090u
#define SMMU_CMDQ_BASE_RA (UINT64_C(1) << 62)
#define SMMU_CMDQ_PROD 0x098u
#define SMMU_CMDQ_CONS 0x09cu

/* Stream table: level 1 descriptor, and STE. */
#define L1STD_SPAN(split) ((split) + 1u)
#define STE_DWORDS 8u
#define STE_0_V (UINT64_C(1) << 0)
#define STE_0_CONFIG_S1 (UINT64_C(5) << 1) /* stage 1 translates, stage 2 does not */
#define STE_1_S1CIR_WB (UINT64_C(1) << 2)
#define STE_1_S1COR_WB (UINT64_C(1) << 4)
#define STE_1_S1CSH_INNER (UINT64_C(3) << 6)
#define STE_1_SHCFG_INCOMING (UINT64_C(1) << 44)

/* Context descriptor. */
#define CD_DWORDS 8u
#define CD_0_T0SZ(bits) (64 - (uint64_t)(bits))
#define CD_0_IR0_WB (UINT64_C(1) << 8)
#define CD_0_OR0_WB (UINT64_C(1) << 10)
#define CD_0_SH0_INNER (UINT64_C(3) << 12)
#define CD_0_EPD1 (UINT64_C(1) << 30)
#define CD_0_V (UINT64_C(1) << 31)
#define CD_0_IPS_40 (UINT64_C(2) << 32)
#define CD_0_AA64 (UINT64_C(1) << 41)
#define CD_0_A (UINT64_C(1) << 46)
#define CD_0_ASET (UINT64_C(1) << 47)

/* Commands. */
#define CMD_DWORDS 2u
#define CMD_0_CFGI_ALL UINT64_C(0x04)
#define CMD_1_CFGI_ALL UINT64_C(31) /* Range */
#define CMD_0_TLBI_NSNH_ALL UINT64_C(0x30)
#define CMD_0_SYNC UINT64_C(0x46)

#endif
