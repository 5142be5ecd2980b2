/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The UEFI route: the firmware in flash is the guest. It reads the device tree at the base of RAM,
 * which is rewritten here; ACPI tables reach it through the fw_cfg proxy. */

#include "boot_data.h"

#include "host/common/board.h"
#include "host/common/fdt.h"

#include <string.h>

bool boot_uefi(const struct machine *machine, struct guest_entry *entry, const char **why)
{
    const struct fdt_guest guest = { machine_guest_ram(machine), machine_service_core(machine) };
    uint8_t *tree = place_pointer(machine->ram_base);
    uint64_t room = (uint64_t)machine->fdt_size + FDT_ROOM;
    if (room > PLACE_2M) {
        return refuse(why, "the machine's device tree is too large");
    }
    memset(tree, 0, room);
    if (!fw_cfg_proxy_init(machine, why) ||
        !fdt_build_guest(tree, (uint32_t)room, machine->fdt, machine->fdt_size, &guest, NULL,
                         why)) {
        return false;
    }
    *entry = (struct guest_entry) { .pc = BOARD_FLASH, .written_end = machine->ram_base + room };
    return true;
}
