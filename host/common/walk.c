/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The walk of stage 1 (Arm ARM, "VMSAv8-64 address translation"), for all granules, with addresses
 * of 52 bits where the guest has chosen them (FEAT_LVA, FEAT_LPA, FEAT_LPA2). What the guest has
 * set is taken at its word: whether this processor has it, it knows. Pure: runs on the build
 * machine as well. */

#include "host/common/walk.h"

#define BIT(n) (UINT64_C(1) << (n))
#define FIELD(value, shift, bits) ((uint32_t)((value) >> (shift)) & (BIT(bits) - 1))

#define VA_BITS_MAX 48u
#define VA_BITS_LONG 52u
#define VA_BITS_MIN 16u
#define TCR_IPS_SHIFT 32
#define TCR_IPS_52_BITS 6u
#define TCR_DS BIT(59) /* addresses of 52 bits for granules of 4 and 16 KiB */
#define ENTRY_VALID BIT(0)
#define ENTRY_TABLE BIT(1) /* at the last level: a page */
#define ENTRY_ADDRESS UINT64_C(0x0000fffffffff000)
#define ENTRY_ADDRESS_DS UINT64_C(0x0003fffffffff000)
#define TTBR_ADDRESS UINT64_C(0x0000ffffffffffc0) /* of the first table, which may be small */
#define TABLE_PXN BIT(59)
#define TABLE_UXN BIT(60)
#define TABLE_NO_EL0 BIT(61)
#define TABLE_READ_ONLY BIT(62)
#define LEVELS 4
#define LAST 3

/* One half of the address space. */
struct half {
    uint64_t table;
    uint32_t bits;     /* of the address that are translated */
    uint32_t granule;  /* log2 of a page's size */
    uint32_t stride;   /* bits that a level translates */
    int32_t level;     /* of the first table: -1 to 3 */
    bool disabled;     /* EPD */
    bool long_output;  /* tables and what they map may lie above 48 bits */
    bool hierarchical; /* attributes of tables count (HPD clear) */
};

/* log2 of the page size; TG0 and TG1 count differently. 0: reserved. */
static uint32_t granule_of(const struct walk_registers *registers, bool upper)
{
    static const uint8_t tg0[] = { 12, 16, 14, 0 };
    static const uint8_t tg1[] = { 0, 14, 12, 16 };
    return upper ? tg1[FIELD(registers->tcr, 30, 2)] : tg0[FIELD(registers->tcr, 14, 2)];
}

/* log2 of what an entry of a level maps. */
static uint32_t shift_of(const struct half *half, int32_t level)
{
    return half->granule + (uint32_t)(LAST - level) * half->stride;
}

/* Whether an entry that is no table may stand at a level: blocks are of 1 GiB at most, or, of those
 * sizes that only longer addresses have, one more. */
static bool may_be_leaf(const struct half *half, int32_t level, uint64_t entry)
{
    if (level == LAST) {
        return (entry & ENTRY_TABLE) != 0;
    }
    int32_t first = (half->granule == 12 ? 1 : 2) - (half->long_output ? 1 : 0);
    return (entry & ENTRY_TABLE) == 0 && level >= first;
}

/* The address in an entry; bits 51:48, or 51:50, stand below the others. */
static uint64_t address_in(const struct half *half, uint64_t entry)
{
    uint64_t page = BIT(half->granule) - 1;
    if (!half->long_output) {
        return entry & ENTRY_ADDRESS & ~page;
    }
    if (half->granule == 16) {
        return (entry & ENTRY_ADDRESS & ~page) | (uint64_t)FIELD(entry, 12, 4) << 48;
    }
    return (entry & ENTRY_ADDRESS_DS & ~page) | (uint64_t)FIELD(entry, 8, 2) << 50;
}

/* And in TTBR: bits 51:48 stand in 5:2. */
static uint64_t first_table(const struct half *half, uint64_t ttbr)
{
    uint64_t above = half->long_output ? (uint64_t)FIELD(ttbr, 2, 4) << 48 : 0;
    uint64_t size = BIT(half->bits - shift_of(half, half->level)) << 3;
    return ((ttbr & TTBR_ADDRESS) | above) & ~(size - 1);
}

/* The half that an address is in; false when it is in none. With top byte ignore (TBI), bits 63:56
 * choose nothing but, by bit 55, which half. */
static bool find_half(const struct walk_registers *registers, uint64_t gva, struct half *half)
{
    bool upper = (gva & BIT(55)) != 0;
    uint64_t tcr = registers->tcr;
    uint32_t bits = 64 - FIELD(tcr, upper ? 16 : 0, 6);
    bool ignore_top = (tcr & BIT(upper ? 38 : 37)) != 0;
    uint64_t above = ignore_top ? gva << 8 >> 8 : gva;
    uint64_t all = ignore_top ? UINT64_MAX >> 8 : UINT64_MAX;

    half->granule = granule_of(registers, upper);
    bool large = half->granule == 16;
    half->long_output =
        large ? FIELD(tcr, TCR_IPS_SHIFT, 3) == TCR_IPS_52_BITS : (tcr & TCR_DS) != 0;
    if (bits > (large || half->long_output ? VA_BITS_LONG : VA_BITS_MAX) || bits < VA_BITS_MIN ||
        half->granule == 0 || bits <= half->granule || above >> bits != (upper ? all >> bits : 0)) {
        return false;
    }
    half->bits = bits;
    half->stride = half->granule - 3;
    half->level = LEVELS - (int32_t)((bits - half->granule + half->stride - 1) / half->stride);
    half->table = first_table(half, registers->ttbr[upper]);
    half->disabled = (tcr & BIT(upper ? 23 : 7)) != 0;
    half->hierarchical = (tcr & BIT(upper ? 42 : 41)) == 0;
    return true;
}

/* What a table on the way allows at most. */
static uint64_t limit(const struct half *half, uint64_t entry)
{
    if (!half->hierarchical) {
        return 0;
    }
    return ((entry & TABLE_PXN) != 0 ? WALK_PXN : 0) | ((entry & TABLE_UXN) != 0 ? WALK_UXN : 0) |
           ((entry & TABLE_READ_ONLY) != 0 ? WALK_AP_READ_ONLY : 0) |
           ((entry & TABLE_NO_EL0) != 0 ? WALK_AP_EL0 : 0);
}

/* Bits of AP[1] say what is allowed, the others what is not. */
static uint64_t limited(uint64_t entry, uint64_t limits)
{
    return (entry | (limits & ~WALK_AP_EL0)) & ~(limits & WALK_AP_EL0);
}

/* The bits that an entry of this level does not translate are the address's own. */
static uint64_t target_of(const struct half *half, int32_t level, uint64_t entry, uint64_t gva)
{
    uint64_t within = BIT(shift_of(half, level)) - 1;
    return (address_in(half, entry) & ~within) | (gva & within);
}

enum walk_result walk(const struct walk_registers *registers, uint64_t gva, walk_read_fn *read,
                      struct walk_leaf *leaf)
{
    struct half half;
    uint64_t limits = 0;

    if (!find_half(registers, gva, &half)) {
        return WALK_NO_RANGE;
    }
    uint64_t table = half.table;
    for (int32_t level = half.level; !half.disabled && level < LEVELS; level++) {
        uint64_t index = (gva & (BIT(half.bits) - 1)) >> shift_of(&half, level);

        leaf->gpa = table + (index & (BIT(half.stride) - 1)) * 8;
        if (!read(NULL, leaf->gpa, &leaf->entry, 8)) {
            return WALK_NO_MEMORY;
        }
        if ((leaf->entry & ENTRY_VALID) != 0 && may_be_leaf(&half, level, leaf->entry)) {
            leaf->attributes = limited(leaf->entry, limits);
            leaf->target = target_of(&half, level, leaf->entry, gva);
            return WALK_FOUND;
        }
        if ((leaf->entry & (ENTRY_VALID | ENTRY_TABLE)) != (ENTRY_VALID | ENTRY_TABLE)) {
            break;
        }
        limits |= limit(&half, leaf->entry);
        table = address_in(&half, leaf->entry);
    }
    return WALK_NOT_PRESENT;
}
