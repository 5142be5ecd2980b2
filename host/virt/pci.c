/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Whether the SMMU confines what is on PCI: not all devices of QEMU go through it. virtio does only
 * where it offers ACCESS_PLATFORM (virtio 1.2, 6: QEMU's property iommu_platform), and what is
 * behind a bridge has no number yet, so that we can't look. Only asks; what a guest finds later is
 * as it was. */

#include "host/virt/virt.h"

#include "host/virt/io.h"

#define FUNCTIONS 256u /* of the first bus */
#define FUNCTION_SIZE UINT64_C(4096)

/* Configuration space (PCI 3.0, 6), all by words. */
#define ID 0x00u
#define ID_NONE UINT32_MAX
#define CLASS 0x08u
#define CLASS_BASE(word) ((word) >> 24)
#define CLASS_BASE_BRIDGE 0x06u
#define CAPABILITIES 0x34u
#define CAPABILITY_ID(word) ((word)&0xff)
#define CAPABILITY_NEXT(word) ((word) >> 8 & 0xfc)
#define CAPABILITY_VENDOR 0x09u
#define CAPABILITIES_MAX 48u /* as many as there is room for */

/* virtio over PCI (virtio 1.2, 4.1). */
#define ID_VENDOR(word) ((word)&0xffff)
#define ID_DEVICE(word) ((word) >> 16)
#define VENDOR_VIRTIO 0x1af4u
#define DEVICE_VIRTIO_1 0x1040u /* below are devices that old drivers can use */
#define DEVICE_VIRTIO_END 0x1080u
#define DEVICE_VIRTIO 0x1000u
#define CFG_TYPE(word) ((word) >> 24)
#define CFG_COMMON 1u
#define CFG_PCI 5u
#define CFG_BAR 0x4u
#define CFG_OFFSET 0x8u
#define CFG_LENGTH 0xcu
#define CFG_DATA 0x10u
#define COMMON_DEVICE_FEATURE_SELECT 0u
#define COMMON_DEVICE_FEATURE 4u
#define FEATURES_HIGH 1u                           /* bits 32 to 63 */
#define FEATURE_ACCESS_PLATFORM (UINT32_C(1) << 1) /* 33 */

/* The capability of virtio with this cfg_type, 0 when there is none. */
static uint64_t find_capability(uint64_t function, uint32_t type)
{
    uint32_t at = io_read32(function + CAPABILITIES) & 0xfc;
    for (uint32_t n = 0; at != 0 && n < CAPABILITIES_MAX; n++) {
        uint32_t word = io_read32(function + at);
        if (CAPABILITY_ID(word) == CAPABILITY_VENDOR && CFG_TYPE(word) == type) {
            return function + at;
        }
        at = CAPABILITY_NEXT(word);
    }
    return 0;
}

/* The common configuration, through the window that configuration space has for those who have no
 * BAR yet. The window is left as it was found after reset. */
static bool offers_access_platform(uint64_t function)
{
    uint64_t common = find_capability(function, CFG_COMMON);
    uint64_t window = find_capability(function, CFG_PCI);
    if (common == 0 || window == 0) {
        return false;
    }
    uint32_t offset = io_read32(common + CFG_OFFSET);
    io_write32(window + CFG_BAR, io_read32(common + CFG_BAR));
    io_write32(window + CFG_LENGTH, sizeof(uint32_t));
    io_write32(window + CFG_OFFSET, offset + COMMON_DEVICE_FEATURE_SELECT);
    io_write32(window + CFG_DATA, FEATURES_HIGH);
    io_write32(window + CFG_OFFSET, offset + COMMON_DEVICE_FEATURE);
    uint32_t features = io_read32(window + CFG_DATA);
    io_write32(window + CFG_OFFSET, offset + COMMON_DEVICE_FEATURE_SELECT);
    io_write32(window + CFG_DATA, 0);
    io_write32(window + CFG_OFFSET, 0);
    io_write32(window + CFG_LENGTH, 0);
    io_write32(window + CFG_BAR, 0);
    return (features & FEATURE_ACCESS_PLATFORM) != 0;
}

static bool is_confined(uint64_t function)
{
    uint32_t id = io_read32(function + ID);
    if (CLASS_BASE(io_read32(function + CLASS)) == CLASS_BASE_BRIDGE) {
        return false;
    }
    if (ID_VENDOR(id) != VENDOR_VIRTIO || ID_DEVICE(id) < DEVICE_VIRTIO ||
        ID_DEVICE(id) >= DEVICE_VIRTIO_END) {
        return true;
    }
    return ID_DEVICE(id) >= DEVICE_VIRTIO_1 && offers_access_platform(function);
}

bool pci_is_confined(uint64_t ecam, uint32_t *number)
{
    /* Number 0 is the host bridge, which has no DMA. */
    for (*number = 1; *number < FUNCTIONS; ++*number) {
        uint64_t function = ecam + *number * FUNCTION_SIZE;
        if (io_read32(function + ID) != ID_NONE && !is_confined(function)) {
            return false;
        }
    }
    return true;
}
