/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Look-up of names. Not on the path of any call. */

#include <shim/describe.h>

#include "call.h"
#include "names.h"
#include "registers.h"

static const char *name_of(const struct shim_name *names, size_t count, uint32_t code)
{
    size_t low = 0;

    while (count > 0) {
        size_t half = count / 2;

        if (names[low + half].code == code) {
            return names[low + half].name;
        }
        if (names[low + half].code < code) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return NULL;
}

const char *shim_call_name(uint16_t code)
{
    return call_find(code)->name;
}

const char *shim_status_name(hv_status_t status)
{
    return name_of(name_statuses, name_status_count, status);
}

const char *shim_register_name(uint32_t name)
{
    return name_of(name_registers, name_register_count, name);
}

uint64_t shim_call_right(uint16_t code)
{
    return call_find(code)->rights & ~SHIM_NEEDS_GUEST_OS_ID;
}

uint64_t shim_register_right(uint32_t name)
{
    const struct hv_register *row = register_find(name);

    return row->name == name ? row->rights & ~SHIM_NEEDS_GUEST_OS_ID : 0;
}
