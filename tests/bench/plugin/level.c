/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Which exception level a processor is at. QEMU 7.2 does not tell plugins, so it is followed: from
 * reset at EL2, out by ERET, in by exceptions. */

#include <pthread.h>

#include "tests/bench/plugin/profile.h"

#define VECTORS_SIZE UINT64_C(0x800)
#define VECTORS_LOWER UINT64_C(0x400) /* from here on: exceptions from a lower level */
#define VECTOR_SIZE UINT64_C(0x80)
#define TABLES_MAX 8u

/* Vector tables of EL2, by where they are in QEMU: a guest may use the same virtual addresses. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uintptr_t tables[TABLES_MAX];
static size_t table_count;

static bool known_table(uintptr_t table)
{
    for (size_t i = 0; i < table_count; i++) {
        if (tables[i] == table) {
            return true;
        }
    }
    return false;
}

static void learn_table(uintptr_t table)
{
    pthread_mutex_lock(&lock);
    if (!known_table(table) && table_count < TABLES_MAX) {
        tables[table_count++] = table;
    }
    pthread_mutex_unlock(&lock);
}

/* Did an exception lead here? */
static bool by_exception(const struct vcpu *vcpu, const struct instruction *at)
{
    const struct instruction *last = vcpu->last;

    return (at->address & VECTORS_LOWER) != 0 && last != NULL && !last->kind.branch &&
           !last->kind.eret && last->address + 4 != at->address;
}

/* HVC leads to EL2, whose vectors are so found; others that come there are there, too. The first of
 * all exceptions to a vector for lower levels is EL2's: there is no EL0 yet. */
static bool enters_el2(const struct vcpu *vcpu, const struct instruction *at)
{
    uintptr_t table = at->host_address & ~(uintptr_t)(VECTORS_SIZE - 1);

    if ((at->address & (VECTOR_SIZE - 1)) != 0) {
        return false;
    }
    if (!known_table(table) && (vcpu->arriving || (table_count == 0 && by_exception(vcpu, at)))) {
        learn_table(table);
    }
    return known_table(table);
}

enum level level_of(struct vcpu *vcpu, const struct instruction *at, bool high)
{
    if (high) {
        vcpu->level = at->address >> 63 != 0 ? EL2 : BELOW;
    } else if (!vcpu->seen || (vcpu->level == BELOW && enters_el2(vcpu, at))) {
        vcpu->level = EL2; /* not seen: out of reset */
    }
    vcpu->seen = true;
    return vcpu->level;
}

void level_leave(struct vcpu *vcpu, const struct instruction *at)
{
    vcpu->arriving = vcpu->level == BELOW && at->kind.hvc;
    if (at->kind.eret) {
        vcpu->level = BELOW;
    }
    vcpu->last = at;
}
