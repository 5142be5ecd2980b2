/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HvCallTranslateVirtualAddress for the VP that asks, which is the one that this processor holds.
 * The processor itself translates; only what it does not tell is read from the guest's tables. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>
#include <el2/translate.h>

#include <arm/pstate.h>

#include <string.h>

#include "host/common/walk.h"

#define SCTLR_EL1_WXN (UINT64_C(1) << 19)
#define EXCHANGE_TRIES 8u

#define CHECKED                                                                                    \
    (HV_TRANSLATE_GVA_VALIDATE_READ | HV_TRANSLATE_GVA_VALIDATE_WRITE |                            \
     HV_TRANSLATE_GVA_VALIDATE_EXECUTE)

/* Memory types as x64 names them (TLFS HvCallTranslateVirtualAddress, cache type). */
enum {
    CACHE_UNCACHED = 0,
    CACHE_WRITE_COMBINING = 1,
    CACHE_WRITE_THROUGH = 4,
    CACHE_WRITE_BACK = 6
};

/* By the outer attribute of MAIR_EL1: Device and write-through transient share the first four. */
static uint8_t cache_type(uint64_t par)
{
    uint32_t attribute = (uint32_t)(par >> PAR_ATTR_SHIFT);
    uint32_t outer = attribute >> 4;
    if (outer == 0) {
        return CACHE_UNCACHED;
    }
    if (outer == 4) {
        return CACHE_WRITE_COMBINING;
    }
    return outer < 4 || (outer & 12) == 8 ? CACHE_WRITE_THROUGH : CACHE_WRITE_BACK;
}

/* Fault status codes of stage 1, whose low two bits are a level (Arm ARM, PAR_EL1.FST). */
static uint32_t code_of_fault(uint64_t par)
{
    enum { TRANSLATION = 1, ACCESS_FLAG = 2, PERMISSION = 3, ABORT_OF_WALK = 5 };
    if ((par & PAR_S) != 0) {
        return HV_TRANSLATE_GVA_GPA_UNMAPPED; /* a table is where the guest has nothing */
    }
    switch ((par & PAR_FST) >> PAR_FST_SHIFT >> 2) {
    case TRANSLATION:
    case ACCESS_FLAG:
        return HV_TRANSLATE_GVA_PAGE_NOT_PRESENT;
    case PERMISSION:
        return HV_TRANSLATE_GVA_PRIVILEGE_VIOLATION;
    case ABORT_OF_WALK:
        return HV_TRANSLATE_GVA_GPA_UNMAPPED;
    default:
        return HV_TRANSLATE_GVA_INVALID_PAGE_TABLE_FLAGS;
    }
}

static bool mmu_is_on(void)
{
    return (read_sysreg(sctlr_el1) & SCTLR_EL1_M) != 0;
}

static enum walk_result walk_now(uint64_t gva, struct walk_leaf *leaf)
{
    const struct walk_registers registers = {
        .tcr = read_sysreg(tcr_el1),
        .ttbr = { read_sysreg(ttbr0_el1), read_sysreg(ttbr1_el1) },
    };
    return walk(&registers, gva, memory_read, leaf);
}

/* ---- Data: what the processor says ---- */

static bool refused(uint64_t gva, enum translate_as as, uint64_t *par)
{
    *par = el2_translate(gva, as);
    return (*par & PAR_F) != 0;
}

/* PAN keeps EL1 from what EL0 can reach; without the instruction for it, that is asked. */
static bool refused_by_pan(uint64_t gva, bool write, uint64_t *par)
{
    uint64_t of_el0;
    if (el2_has_pan()) {
        return refused(gva, write ? TRANSLATE_EL1_WRITE_PAN : TRANSLATE_EL1_READ_PAN, par);
    }
    return !refused(gva, TRANSLATE_EL0_READ, &of_el0);
}

static bool wants_pan(uint64_t flags)
{
    if ((flags & (HV_TRANSLATE_GVA_PAN_SET | HV_TRANSLATE_GVA_PAN_CLEAR)) != 0) {
        return (flags & HV_TRANSLATE_GVA_PAN_SET) != 0;
    }
    return (read_sysreg(spsr_el2) & PSTATE_PAN) != 0;
}

/* One of reading and writing, by EL1 (who called, if nobody is named), EL0, or both. */
static bool data_refused(uint64_t gva, uint64_t flags, bool write)
{
    bool user = (flags & HV_TRANSLATE_GVA_USER_ACCESS) != 0;
    bool supervisor = !user || (flags & HV_TRANSLATE_GVA_SUPERVISOR_ACCESS) != 0;
    uint64_t par;

    if (user && refused(gva, write ? TRANSLATE_EL0_WRITE : TRANSLATE_EL0_READ, &par)) {
        return true;
    }
    if (!supervisor) {
        return false;
    }
    return refused(gva, write ? TRANSLATE_EL1_WRITE : TRANSLATE_EL1_READ, &par) ||
           (mmu_is_on() && wants_pan(flags) && refused_by_pan(gva, write, &par));
}

/* ---- Execution: what the tables say ---- */

static bool execution_refused(uint64_t gva, uint64_t flags)
{
    struct walk_leaf leaf;
    if (!mmu_is_on()) {
        return false;
    }
    if (walk_now(gva, &leaf) != WALK_FOUND) {
        return true; /* changed since, or in a form that is not walked here */
    }
    bool user = (flags & HV_TRANSLATE_GVA_USER_ACCESS) != 0;
    bool supervisor = !user || (flags & HV_TRANSLATE_GVA_SUPERVISOR_ACCESS) != 0;
    bool writable = (leaf.attributes & WALK_AP_READ_ONLY) == 0;
    bool el0 = (leaf.attributes & WALK_AP_EL0) != 0;
    bool wxn = (read_sysreg(sctlr_el1) & SCTLR_EL1_WXN) != 0;

    /* What EL0 may write, EL1 never executes. */
    return (user && ((leaf.attributes & WALK_UXN) != 0 || (wxn && writable && el0))) ||
           (supervisor && ((leaf.attributes & WALK_PXN) != 0 || (writable && (el0 || wxn))));
}

/* ---- Access and dirty bits ---- */

/* By compare and swap on the entry itself, as a processor does it. A guest that changes the entry
 * all the time keeps its bit, and us no longer than some tries. */
static void set_bits(uint64_t gva, uint64_t flags)
{
    struct walk_leaf leaf;
    for (uint32_t n = 0; n < EXCHANGE_TRIES && walk_now(gva, &leaf) == WALK_FOUND; n++) {
        bool dirty = (flags & HV_TRANSLATE_GVA_VALIDATE_WRITE) != 0 && (leaf.entry & WALK_DBM) != 0;
        uint64_t next = (leaf.entry | WALK_AF) & ~(dirty ? WALK_AP_READ_ONLY : 0);
        if (next == leaf.entry) {
            return;
        }
        if (memory_exchange(leaf.gpa, leaf.entry, next)) {
            tlb_flush_guest_stage1(); /* the entry may have been in use as read-only */
            return;
        }
    }
}

/* ---- All ---- */

static uint32_t check(uint64_t gva, uint64_t flags)
{
    bool read = (flags & HV_TRANSLATE_GVA_VALIDATE_READ) != 0;
    bool write = (flags & HV_TRANSLATE_GVA_VALIDATE_WRITE) != 0;
    bool execute = (flags & HV_TRANSLATE_GVA_VALIDATE_EXECUTE) != 0;

    if ((read && data_refused(gva, flags, false)) || (write && data_refused(gva, flags, true)) ||
        (execute && execution_refused(gva, flags))) {
        return HV_TRANSLATE_GVA_PRIVILEGE_VIOLATION;
    }
    return HV_TRANSLATE_GVA_SUCCESS;
}

static bool in_no_range(uint64_t gva)
{
    struct walk_leaf leaf;
    return mmu_is_on() && walk_now(gva, &leaf) == WALK_NO_RANGE;
}

/* EL1 may read whatever is mapped: so reading tells where, and what follows only whether. */
void translate_gva(void *host, void *host_vp, uint64_t gva, uint64_t flags,
                   struct hv_translate_gva_result *result)
{
    uint64_t par;

    (void)host;
    (void)host_vp;
    memset(result, 0, sizeof *result);
    if ((flags & HV_TRANSLATE_GVA_SET_PAGE_TABLE_BITS) != 0 && mmu_is_on()) {
        set_bits(gva, flags);
    }
    if (refused(gva, TRANSLATE_EL1_READ, &par)) {
        result->result_code =
            in_no_range(gva) ? HV_TRANSLATE_GVA_INVALID_PAGE_TABLE_FLAGS : code_of_fault(par);
        return;
    }
    if (!map_guest_has(par & PAR_PA)) {
        result->result_code = HV_TRANSLATE_GVA_GPA_UNMAPPED; /* nothing, or ours */
        return;
    }
    result->result_code = (flags & CHECKED) != 0 ? check(gva, flags) : HV_TRANSLATE_GVA_SUCCESS;
    if (result->result_code == HV_TRANSLATE_GVA_SUCCESS) {
        result->cache_type = cache_type(par);
        result->gpa_page = (par & PAR_PA) / HV_PAGE_SIZE;
    }
}
