/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Addresses of QEMU's virt board (QEMU docs/system/arm/virt, hw/arm/virt.c: stable since 2.x). */

#ifndef HOST_COMMON_BOARD_H
#define HOST_COMMON_BOARD_H

#include <stdint.h>

#define BOARD_FLASH UINT64_C(0x00000000)
#define BOARD_FLASH_END UINT64_C(0x08000000)
#define BOARD_GICD UINT64_C(0x08000000)
#define BOARD_ITS UINT64_C(0x08080000)
#define BOARD_ITS_END UINT64_C(0x080a0000)
#define BOARD_GICR UINT64_C(0x080a0000)
#define BOARD_GICR_END UINT64_C(0x09000000)
#define BOARD_PL011 UINT64_C(0x09000000)
#define BOARD_PL031 UINT64_C(0x09010000)
#define BOARD_FW_CFG UINT64_C(0x09020000)
#define BOARD_SMMU UINT64_C(0x09050000) /* with -machine iommu=smmuv3 */
#define BOARD_SMMU_END UINT64_C(0x09070000)
#define BOARD_VIRTIO UINT64_C(0x0a000000) /* 32 transports of virtio on MMIO */
#define BOARD_VIRTIO_END UINT64_C(0x0a004000)
#define BOARD_VIRTIO_SIZE UINT64_C(0x200) /* of one */
#define BOARD_RAM UINT64_C(0x40000000)    /* devices below, and again above RAM */

#endif
