/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* On the build machine, the console is standard output. */

#include "console.h"

#include <stdio.h>

void console(const char *line)
{
    puts(line);
}
