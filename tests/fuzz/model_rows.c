/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The model's table: sizes, classes and privileges of the served calls, and the privileges of the
 * others. From the TLFS's pages of the calls, not from dispatch/table.c. */

#include "model.h"

/* What a host must have to allow any of the direct calls. */
#define DIRECT (FUZZ_OP_INTERRUPT | FUZZ_OP_POLL | FUZZ_OP_SET_BIT)

// clang-format off
const struct model_row model_rows[] = {
    /* code  class         hdr elem out  eout var   priv ops */
    { 0x0002, MODEL_SIMPLE, 24,  0,    0,  0, false, -1, FUZZ_OP_FLUSH },
    { 0x0003, MODEL_REP,    24,  8,    0,  0, false, -1, FUZZ_OP_FLUSH },
    { 0x0008, MODEL_SIMPLE,  8,  0,    0,  0, false, -1, 0 },
    { 0x000b, MODEL_SIMPLE, 16,  0,    0,  0, false, -1, FUZZ_OP_INTERRUPT },
    { 0x0013, MODEL_SIMPLE, 32,  0,    0,  0, true,  -1, FUZZ_OP_FLUSH },
    { 0x0014, MODEL_REP,    32,  8,    0,  0, true,  -1, FUZZ_OP_FLUSH },
    { 0x0015, MODEL_SIMPLE, 24,  0,    0,  0, true,  -1, FUZZ_OP_INTERRUPT },
    { 0x0046, MODEL_SIMPLE,  0,  0,    8,  0, false, 33, 0 },
    { 0x0050, MODEL_REP,    16,  4,    0, 16, false, -1, 0 },
    { 0x0051, MODEL_REP,    16, 32,    0,  0, false, -1, 0 },
    { 0x0052, MODEL_SIMPLE, 32,  0,   16,  0, false, -1, FUZZ_OP_TRANSLATE },
    { 0x005c, MODEL_SIMPLE, 256, 0,    0,  0, false, 36, 0 },
    { 0x005d, MODEL_SIMPLE,  8,  0,    0,  0, false, 37, 0 },
    { 0x0071, MODEL_SIMPLE,  8,  0,    0,  0, false, 43, FUZZ_OP_DEBUG },
    { 0x0094, MODEL_SIMPLE, 32,  0,    0,  0, false, -1, DIRECT | FUZZ_OP_MPIDR },
    { 0x0099, MODEL_SIMPLE, 88,  0,    0,  0, false, 53, FUZZ_OP_START },
    { 0x009a, MODEL_REP,    16,  8,    0,  4, false, -1, FUZZ_OP_MPIDR },
    { 0x00ac, MODEL_SIMPLE, 32,  0,   16,  0, false, -1, FUZZ_OP_TRANSLATE },
    { 0x00af, MODEL_SIMPLE, 16,  0,    0,  0, false, -1, FUZZ_OP_FLUSH },
    { 0x00b0, MODEL_REP,    16,  8,    0,  0, false, -1, FUZZ_OP_FLUSH },
    { 0x00c0, MODEL_SIMPLE, 16,  0,    8,  0, false, -1, DIRECT },
    { 0x00c1, MODEL_SIMPLE, 280, 0,    0,  0, false, -1, DIRECT },
    { 0x8001, MODEL_SIMPLE,  0,  0,    8,  0, false, 52, 0 },
    { 0x8002, MODEL_SIMPLE,  0,  0, 4088,  0, false, 52, FUZZ_OP_ZEROED },
    { 0x8003, MODEL_REP,     8,  8,    0,  0, false, 52, FUZZ_OP_HEAT },
};
// clang-format on
const uint32_t model_row_count = sizeof model_rows / sizeof model_rows[0];

/* Privileges of calls that are not served. */
struct privileged {
    int privilege;
    uint16_t codes[24];
};

static const struct privileged unserved[] = {
    { 44, { 0x0004, 0x0009, 0x0076, 0x0077, 0x0078, 0x0079, 0x007a, 0x007b,
            0x007c, 0x007d, 0x0080, 0x0081, 0x0082, 0x0083, 0x0084, 0x0085,
            0x0086, 0x0087, 0x0088, 0x0089, 0x008a, 0x008b, 0x008c } },
    { 48, { 0x000c, 0x000d, 0x000f, 0x0011, 0x0012 } },
    { 32,
      { 0x0040, 0x0041, 0x0042, 0x0043, 0x0047, 0x004b, 0x004c, 0x004d, 0x004e, 0x004f, 0x005f,
        0x006e } },
    { 34, { 0x0048, 0x0049, 0x004a } },
    { 38, { 0x0057, 0x0070, 0x0095 } },
    { 39, { 0x0059, 0x0096 } },
    { 43, { 0x0069, 0x006a, 0x006b, 0x008e } },
    { 40, { 0x006c, 0x006d } },
    { 45, { 0x006f } },
    { 52, { 0x8004, 0x8006 } },
};

int model_privilege_unserved(uint16_t code)
{
    for (uint32_t i = 0; i < sizeof unserved / sizeof unserved[0]; i++) {
        for (uint32_t j = 0; j < 24 && unserved[i].codes[j] != 0; j++) {
            if (unserved[i].codes[j] == code) {
                return unserved[i].privilege;
            }
        }
    }
    return -1;
}
