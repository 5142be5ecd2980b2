/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The items of fw_cfg as guests see them. Keys are as the device takes them, historic bits
 * included. Not reentrant: the proxy calls it under its lock. */

#ifndef HOST_VIRT_FW_CFG_VIEW_H
#define HOST_VIRT_FW_CFG_VIEW_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

/* Learns which items are to be hidden, replaced, or written. */
bool fw_cfg_view_init(const struct machine *machine, const char **why);

/* To be called when a guest selects an item, before it is read. */
void fw_cfg_view_select(uint16_t key);

/* Like fw_cfg_read(). `to` is the guest's RAM or ours. */
bool fw_cfg_view_read(uint16_t key, uint32_t offset, void *to, uint32_t size);

/* Writes a whole item. `from` is a private copy. False, and nothing written, unless it is an item
 * that a guest may write and all memory that it names is the guest's RAM: the machine will use that
 * memory on its own. */
#define FW_CFG_VIEW_WRITE_MAX 28
bool fw_cfg_view_write(uint16_t key, const uint8_t *from, uint32_t size);

#endif
