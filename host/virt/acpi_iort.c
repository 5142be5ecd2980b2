/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The SMMU taken out of the IORT (Arm DEN0049, revision E): what led through it leads to where it
 * led. Stream and device numbers are the same on the way, so that only nodes are renamed. */

#include "acpi.h"

#include "host/common/bytes.h"
#include "host/common/place.h"

#include <string.h>

#define TABLE_LENGTH 4
#define TABLE_NODE_COUNT 36
#define TABLE_NODES 40
#define TABLE_SIZE 48
#define NODE_LENGTH 1
#define NODE_MAPPING_COUNT 8
#define NODE_MAPPINGS 12
#define NODE_SIZE 16
#define NODE_ITS 0
#define NODE_SMMU_V3 4 /* the last kind whose only references are its mappings */
#define MAPPING_OUTPUT 12
#define MAPPING_SIZE 20

struct iort {
    uint8_t *bytes;
    uint32_t size;
    uint32_t nodes; /* offset of the first one */
    uint32_t count;
};

static uint32_t node_length(const uint8_t *node)
{
    return (uint32_t)le_get(node + NODE_LENGTH, 2);
}

static bool node_sound(const struct iort *iort, uint32_t at)
{
    const uint8_t *node = iort->bytes + at;
    if (at > iort->size || iort->size - at < NODE_SIZE || node_length(node) < NODE_SIZE ||
        node_length(node) > iort->size - at || node[0] > NODE_SMMU_V3) {
        return false;
    }
    struct range all = { 0, node_length(node) };
    uint32_t mappings = le32_get(node + NODE_MAPPINGS);
    uint32_t count = le32_get(node + NODE_MAPPING_COUNT);
    if (count == 0) {
        return true;
    }
    if (!range_holds(all, mappings, (uint64_t)count * MAPPING_SIZE)) {
        return false;
    }
    for (uint32_t n = 0; n < count; n++) {
        if (le32_get(node + mappings + n * MAPPING_SIZE + MAPPING_OUTPUT) >= iort->size) {
            return false;
        }
    }
    return true;
}

static bool iort_open(struct iort *iort, uint8_t *bytes, uint32_t size)
{
    if (size < TABLE_SIZE) {
        return false;
    }
    *iort = (struct iort) { bytes, size, le32_get(bytes + TABLE_NODES),
                            le32_get(bytes + TABLE_NODE_COUNT) };
    uint32_t at = iort->nodes;
    for (uint32_t n = 0; n < iort->count; n++) {
        if (!node_sound(iort, at)) {
            return false;
        }
        at += node_length(bytes + at);
    }
    return iort->nodes >= TABLE_SIZE;
}

/* The first node of a kind, by its offset; 0 when there is none. */
static uint32_t node_find(const struct iort *iort, uint8_t kind)
{
    uint32_t at = iort->nodes;
    for (uint32_t n = 0; n < iort->count; n++) {
        if (iort->bytes[at] == kind) {
            return at;
        }
        at += node_length(iort->bytes + at);
    }
    return 0;
}

/* Lets the mappings of one node pass the SMMU by. Without an ITS there is nothing behind it, and a
 * mapping goes. */
static void node_redirect(uint8_t *node, uint32_t smmu, uint32_t its, uint32_t length)
{
    uint8_t *mappings = node + le32_get(node + NODE_MAPPINGS);
    uint32_t count = le32_get(node + NODE_MAPPING_COUNT);
    uint32_t kept = 0;
    for (uint32_t n = 0; n < count; n++) {
        uint8_t *mapping = mappings + n * MAPPING_SIZE;
        uint32_t output = le32_get(mapping + MAPPING_OUTPUT);
        output = output == smmu ? its : output;
        if (output == 0) {
            continue;
        }
        memmove(mappings + kept * MAPPING_SIZE, mapping, MAPPING_SIZE);
        le_put(mappings + kept * MAPPING_SIZE + MAPPING_OUTPUT,
               output > smmu ? output - length : output, 4);
        kept++;
    }
    le_put(node + NODE_MAPPING_COUNT, kept, 4);
}

static void node_cut(struct iort *iort, uint32_t smmu)
{
    uint8_t *node = iort->bytes + smmu;
    uint32_t length = node_length(node);
    uint32_t rest = iort->size - smmu - length;
    uint32_t its = node_find(iort, NODE_ITS);
    uint32_t at = iort->nodes;
    for (uint32_t n = 0; n < iort->count; n++) {
        node_redirect(iort->bytes + at, smmu, its, length);
        at += node_length(iort->bytes + at);
    }
    memmove(node, node + length, rest);
    memset(node + rest, 0, length);
    iort->size -= length;
    iort->count--;
}

bool acpi_iort_cut_smmu(uint8_t *table, uint32_t size)
{
    struct iort iort;
    if (!iort_open(&iort, table, size)) {
        return false;
    }
    uint32_t smmu = node_find(&iort, NODE_SMMU_V3);
    while (smmu != 0) {
        node_cut(&iort, smmu);
        smmu = node_find(&iort, NODE_SMMU_V3);
    }
    le_put(table + TABLE_LENGTH, iort.size, 4);
    le_put(table + TABLE_NODE_COUNT, iort.count, 4);
    return true;
}
