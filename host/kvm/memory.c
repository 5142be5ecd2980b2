/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The guest's memory: RAM as the library and VMBus reach it, all or nothing, each byte once; and
 * the instruction that brought an HVC here. */

#include "host/kvm/monitor.h"

#include <el2/sysregs.h>
#include <shim/copy.h>

#include "host/common/walk.h"

#define HVC_OPCODE UINT32_C(0xd4000002)
#define HVC_IMMEDIATE_SHIFT 5

static void *guest_memory(uint64_t gpa, size_t size)
{
    uint64_t offset = gpa - monitor.ram_base;
    uint64_t ram_size = monitor.ram_end - monitor.ram_base;
    if (offset >= ram_size || size > ram_size - offset) {
        return NULL;
    }
    return (void *)(uintptr_t)(monitor.ram_base + shim_index_nospec(offset, ram_size));
}

bool memory_read(void *host, uint64_t gpa, void *to, size_t size)
{
    const void *from = guest_memory(gpa, size);
    (void)host;
    if (from != NULL) {
        shim_copy(to, from, size);
    }
    return from != NULL;
}

bool memory_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    void *to = guest_memory(gpa, size);
    (void)host;
    if (to != NULL) {
        shim_copy(to, from, size);
    }
    return to != NULL;
}

bool memory_holds_code(uint64_t gpa)
{
    return guest_memory(gpa, 1) != NULL;
}

bool memory_set_bit(void *host, uint64_t gpa, uint32_t bit, bool *was_set)
{
    uint8_t *byte = guest_memory(gpa, 1);
    uint8_t mask = (uint8_t)(1u << bit);
    (void)host;
    if (byte != NULL) {
        *was_set = (__atomic_fetch_or(byte, mask, __ATOMIC_SEQ_CST) & mask) != 0;
    }
    return byte != NULL;
}

/* KVM tells nothing of the instruction. It is read each time anew: what a guest maps where may have
 * changed since the last call, and nobody would tell us. Four registers and at most six words of
 * memory are little beside the eighteen registers of a call. */
enum shim_verdict instruction_immediate(struct thread *thread, uint64_t pc, uint16_t *immediate)
{
    uint32_t instruction;
    struct walk_leaf leaf = { .target = pc };
    uint64_t sctlr = reg_get(thread, REG_SCTLR_EL1);

    if ((sctlr & SCTLR_EL1_M) != 0) {
        struct walk_registers registers = { .tcr = reg_get(thread, REG_TCR_EL1) };
        bool upper = pc >> 55 & 1;
        registers.ttbr[upper] = reg_get(thread, upper ? REG_TTBR1_EL1 : REG_TTBR0_EL1);
        bool swapped = (sctlr & SCTLR_EL1_EE) != 0; /* big-endian tables are not walked */
        enum walk_result found = swapped ? WALK_NO_RANGE : walk(&registers, pc, memory_read, &leaf);
        if (found != WALK_FOUND) {
            return found == WALK_NOT_PRESENT ? SHIM_AGAIN : SHIM_UNDEFINED;
        }
    }
    if (!memory_read(NULL, leaf.target, &instruction, sizeof instruction)) {
        return SHIM_UNDEFINED;
    }
    *immediate = (uint16_t)(instruction >> HVC_IMMEDIATE_SHIFT);
    return instruction == (HVC_OPCODE | (uint32_t)*immediate << HVC_IMMEDIATE_SHIFT) ? SHIM_DONE
                                                                                     : SHIM_AGAIN;
}
