/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Whether what a tool wrote is what it is meant to be, whatever a guest put into it: lines that are
 * safe on a terminal, JSON, HTML in which nothing of the guest's became markup. */

#ifndef TESTS_FUZZ_WELL_FORMED_H
#define TESTS_FUZZ_WELL_FORMED_H

#include <stdbool.h>
#include <stddef.h>

/* Printable ASCII in `lines` lines, each ended by a newline. */
bool lines_are_plain(const char *text, size_t size, size_t lines);

/* `documents` JSON values by RFC 8259, ASCII only, one behind the other, and nothing else. */
bool json_is_whole(const char *text, size_t size, size_t documents);

/* Elements that are all closed, inner before outer; attributes in double quotes; ASCII; no element
 * that could do something. */
bool html_is_whole(const char *text, size_t size);

#endif
