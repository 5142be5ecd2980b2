/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where this hypervisor says how it went. */

#ifndef LINK_CONSOLE_H
#define LINK_CONSOLE_H

void console(const char *line);

#endif
