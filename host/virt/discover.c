/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A reader of the little that is needed before there is memory to work in: the nodes /memory@*,
 * /cpus/cpu@*, /smmuv3@* and /pcie@* of a flattened device tree (Devicetree Specification, chapter
 * 5). The tree is not trusted; a cursor with its end goes over it once. */

#include "host/virt/discover.h"

#include "host/common/board.h"

#include <string.h>

#define FDT_MAGIC 0xd00dfeedu
#define FDT_HEADER_SIZE 40u
enum { TOKEN_BEGIN = 1, TOKEN_END = 2, TOKEN_PROP = 3, TOKEN_NOP = 4 };

/* Header, in words. */
enum { H_MAGIC, H_TOTAL, H_STRUCT, H_STRINGS, H_STRINGS_SIZE = 8, H_STRUCT_SIZE = 9 };

enum node { NODE_OTHER, NODE_MEMORY, NODE_CPUS, NODE_CPU, NODE_SMMU, NODE_PCI };

struct cursor {
    const uint32_t *next; /* in the structure block */
    const uint32_t *end;
    const char *strings;
    uint32_t strings_size;
    uint32_t depth; /* nodes open */
    bool in_cpus;
    enum node node; /* the one whose properties come now; they come before its subnodes */
    uint32_t cpu_cells;
};

struct property {
    const char *name; /* ends within the strings block */
    const uint32_t *words;
    uint32_t count;
};

static uint32_t be32(const uint32_t *word)
{
    return __builtin_bswap32(*word);
}

static bool cursor_open(struct cursor *cursor, const uint32_t *fdt, uint32_t room)
{
    if (room < FDT_HEADER_SIZE || be32(&fdt[H_MAGIC]) != FDT_MAGIC) {
        return false;
    }
    uint32_t total = be32(&fdt[H_TOTAL]);
    uint32_t at = be32(&fdt[H_STRUCT]), size = be32(&fdt[H_STRUCT_SIZE]);
    uint32_t strings = be32(&fdt[H_STRINGS]), strings_size = be32(&fdt[H_STRINGS_SIZE]);

    if (total > room || at > total || size > total - at || strings > total ||
        strings_size > total - strings || strings_size == 0 || (at | size) % 4 != 0) {
        return false;
    }
    *cursor = (struct cursor) {
        .next = fdt + at / 4,
        .end = fdt + (at + size) / 4,
        .strings = (const char *)fdt + strings,
        .strings_size = strings_size,
        .cpu_cells = 1,
    };
    /* So that every name ends. */
    return cursor->strings[strings_size - 1] == '\0';
}

static bool starts_with(const char *string, const char *prefix)
{
    while (*prefix != '\0' && *string == *prefix) {
        string++;
        prefix++;
    }
    return *prefix == '\0';
}

static enum node node_kind(uint32_t depth, bool in_cpus, const char *name)
{
    if (depth == 2 && starts_with(name, "memory@")) {
        return NODE_MEMORY;
    }
    if (depth == 2 && strcmp(name, "cpus") == 0) {
        return NODE_CPUS;
    }
    if (depth == 2 && starts_with(name, "smmuv3@")) {
        return NODE_SMMU;
    }
    if (depth == 2 && starts_with(name, "pcie@")) {
        return NODE_PCI;
    }
    return depth == 3 && in_cpus && starts_with(name, "cpu@") ? NODE_CPU : NODE_OTHER;
}

/* After TOKEN_BEGIN: the name, padded to words. */
static bool take_node(struct cursor *cursor)
{
    const char *name = (const char *)cursor->next;
    size_t room = (size_t)(cursor->end - cursor->next) * 4;
    const char *nul = memchr(name, '\0', room);
    if (nul == NULL) {
        return false;
    }
    cursor->depth++;
    cursor->node = node_kind(cursor->depth, cursor->in_cpus, name);
    cursor->in_cpus |= cursor->node == NODE_CPUS;
    cursor->next += (size_t)(nul - name) / 4 + 1;
    return true;
}

/* After TOKEN_PROP: length, offset of the name, value. */
static bool take_property(struct cursor *cursor, struct property *property)
{
    if (cursor->end - cursor->next < 2) {
        return false;
    }
    uint32_t length = be32(&cursor->next[0]), name = be32(&cursor->next[1]);
    cursor->next += 2;
    if (length > (size_t)(cursor->end - cursor->next) * 4 || name >= cursor->strings_size) {
        return false;
    }
    property->name = cursor->strings + name;
    property->words = cursor->next;
    property->count = length / 4;
    cursor->next += (length + 3) / 4;
    return true;
}

static uint64_t cells(const uint32_t *words, uint32_t count)
{
    uint64_t value = 0;
    for (uint32_t n = 0; n < count; n++) {
        value = value << 32 | be32(&words[n]);
    }
    return value;
}

/* Nodes of NUMA machines adjoin one another: together they are one range from BOARD_RAM. */
static void add_memory(struct machine *machine, const struct property *reg)
{
    for (uint32_t n = 0; n + 4 <= reg->count; n += 4) {
        if (cells(&reg->words[n], 2) >= BOARD_RAM) {
            machine->ram_size += cells(&reg->words[n + 2], 2);
        }
    }
}

/* Keeps them in ascending order; the boot processor is the lowest. */
static void add_cpu(struct machine *machine, uint64_t mpidr)
{
    if (machine->cpus < MACHINE_CPUS_MAX) {
        uint32_t at = machine->cpus;
        for (; at > 0 && machine->mpidr[at - 1] > mpidr; at--) {
            machine->mpidr[at] = machine->mpidr[at - 1];
        }
        machine->mpidr[at] = mpidr;
    }
    machine->cpus++;
}

static void look_at(struct machine *machine, struct cursor *cursor, const struct property *property)
{
    bool reg = strcmp(property->name, "reg") == 0;
    if (cursor->node == NODE_MEMORY && reg) {
        add_memory(machine, property);
    } else if (cursor->node == NODE_SMMU && reg) {
        machine->smmu = property->count >= 2 ? cells(property->words, 2) : UINT64_MAX;
    } else if (cursor->node == NODE_PCI && reg) {
        machine->ecam = property->count >= 2 ? cells(property->words, 2) : 0;
    } else if (cursor->node == NODE_PCI && strcmp(property->name, "iommu-map") == 0) {
        machine->iommu_map = true;
    } else if (cursor->node == NODE_CPUS && strcmp(property->name, "#address-cells") == 0) {
        cursor->cpu_cells = property->count == 1 ? be32(property->words) : 0;
    } else if (cursor->node == NODE_CPU && reg && property->count == cursor->cpu_cells &&
               property->count <= 2) {
        add_cpu(machine, cells(property->words, property->count));
    }
}

/* To the end of the root node; each step consumes a word at least. */
static bool walk(struct machine *machine, struct cursor *cursor)
{
    struct property property;
    while (cursor->next < cursor->end) {
        switch (be32(cursor->next++)) {
        case TOKEN_BEGIN:
            if (!take_node(cursor)) {
                return false;
            }
            break;
        case TOKEN_END:
            if (cursor->depth <= 1) {
                return cursor->depth == 1;
            }
            cursor->depth--;
            cursor->node = NODE_OTHER;
            cursor->in_cpus &= cursor->depth > 1;
            break;
        case TOKEN_PROP:
            if (!take_property(cursor, &property)) {
                return false;
            }
            look_at(machine, cursor, &property);
            break;
        case TOKEN_NOP:
            break;
        default:
            return false;
        }
    }
    return false;
}

static bool refuse(const char **why, const char *sentence)
{
    *why = sentence;
    return false;
}

bool machine_discover(struct machine *machine, void *fdt, uint32_t room, const char **why)
{
    struct cursor cursor;

    memset(machine, 0, sizeof *machine);
    if (!cursor_open(&cursor, fdt, room) || !walk(machine, &cursor)) {
        return refuse(why, "no device tree at the base of RAM: is this QEMU's virt machine?");
    }
    if (machine->cpus < 2) {
        return refuse(why, "needs one processor more than the guest: give QEMU -smp 2 or more");
    }
    if (machine->cpus > MACHINE_CPUS_MAX) {
        return refuse(why, "more than 65 processors");
    }
    if (machine->smmu != 0 && machine->smmu != BOARD_SMMU) {
        return refuse(why, "the SMMU is not where QEMU's virt machine has it");
    }
    machine->ram_base = BOARD_RAM;
    machine->fdt = fdt;
    machine->fdt_size = be32((const uint32_t *)fdt + H_TOTAL);
    return true;
}
