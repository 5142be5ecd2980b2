/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the tests want to know of the device tree in X0: boot arguments, memory, the way to PSCI.
 * Reads a flattened tree (Devicetree Specification, chapter 5) of up to two levels; believes it,
 * since it comes from the machine's side. */

#include "guest.h"
#include "internal.h"

#define FDT_MAGIC 0xd00dfeedu
#define FDT_BEGIN_NODE 1u
#define FDT_END_NODE 2u
#define FDT_PROPERTY 3u
#define FDT_NOP 4u
#define PROBE_STEP UINT64_C(0x1000)

struct machine machine;

static uint32_t big_endian(const void *at)
{
    const uint8_t *b = at;

    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool starts_with(const char *text, const char *prefix)
{
    for (; *prefix != '\0'; text++, prefix++) {
        if (*text != *prefix) {
            return false;
        }
    }
    return true;
}

static size_t padded(size_t size)
{
    return (size + 3) & ~(size_t)3;
}

static size_t length(const char *text)
{
    size_t n = 0;

    while (text[n] != '\0') {
        n++;
    }
    return n;
}

/* The property of the first node of depth one whose name starts with `node`; NULL when there is
 * none. */
static const void *fdt_property(const uint8_t *fdt, const char *node, const char *name)
{
    const uint8_t *at = fdt + big_endian(fdt + 8);
    const char *strings = (const char *)fdt + big_endian(fdt + 12);
    uint32_t depth = 0;
    bool inside = false;

    for (;;) {
        uint32_t token = big_endian(at);

        at += 4;
        if (token == FDT_BEGIN_NODE) {
            inside = depth++ == 1 && starts_with((const char *)at, node);
            at += padded(length((const char *)at) + 1);
        } else if (token == FDT_END_NODE) {
            depth--;
            inside = false;
        } else if (token == FDT_PROPERTY) {
            if (inside && starts_with(strings + big_endian(at + 4), name)) {
                return at + 8;
            }
            at += 8 + padded(big_endian(at));
        } else if (token != FDT_NOP) {
            return NULL;
        }
    }
}

uint64_t boot_argument(const char *name, uint64_t otherwise)
{
    const char *at = machine.fdt == NULL ? NULL : fdt_property(machine.fdt, "chosen", "bootargs");
    uint64_t value = 0;

    for (; at != NULL && *at != '\0'; at++) {
        if (starts_with(at, name)) {
            for (at += length(name); *at >= '0' && *at <= '9'; at++) {
                value = value * 10 + (uint64_t)(*at - '0');
            }
            return value;
        }
    }
    return otherwise;
}

uint32_t turns(uint32_t n)
{
    uint64_t share = boot_argument("share=", 1);

    return share == 0 || share > n ? 1 : (uint32_t)(n / share);
}

/* Without a memory node: the first page behind the image that does not answer. */
static uint64_t probe_ram_end(uint64_t limit)
{
    uint64_t low = GUEST_RAM_BASE + GUEST_TEXT_OFFSET;
    uint64_t high = limit;
    uint64_t value;

    while (high - low > PROBE_STEP) {
        uint64_t middle = (low + (high - low) / 2) & ~(PROBE_STEP - 1);

        if (try_read64(middle, &value)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

void machine_find(const void *fdt, uint64_t boot_x1_to_x3)
{
    const uint8_t *reg = NULL;
    const char *method = NULL;

    machine.boot_x1_to_x3 = boot_x1_to_x3;
    if (fdt != NULL && big_endian(fdt) == FDT_MAGIC) {
        machine.fdt = fdt;
        reg = fdt_property(fdt, "memory", "reg");
        method = fdt_property(fdt, "psci", "method");
    }
    machine.psci_by_hvc = method != NULL && starts_with(method, "hvc");
    machine.cpus = (uint32_t)boot_argument("cpus=", 1);
    machine.all_ram_end = GUEST_RAM_BASE + (boot_argument("ram=", 0) << 20);
    if (reg != NULL) {
        machine.ram_end = ((uint64_t)big_endian(reg) << 32 | big_endian(reg + 4)) +
                          ((uint64_t)big_endian(reg + 8) << 32 | big_endian(reg + 12));
    } else {
        machine.ram_end = probe_ram_end(machine.all_ram_end);
    }
}
