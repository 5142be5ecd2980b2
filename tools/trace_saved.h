/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Reading saved traces: part of trace_reader.h. */

#ifndef TOOLS_TRACE_SAVED_H
#define TOOLS_TRACE_SAVED_H

#include <stdio.h>

#include "tools/trace_reader.h"

/* Says what is wrong with the file. */
#define damaged(reader, ...)                                                                       \
    (snprintf((reader)->why, sizeof((reader)->why), __VA_ARGS__), TRACE_DAMAGED)

/* Says why there is no trace, or none yet. */
#define absent(reader, text)                                                                       \
    (snprintf((reader)->why, sizeof((reader)->why), "%s", (text)), TRACE_ABSENT)

/* Of either kind of file; otherwise `why` says what is wrong. */
bool trace_version_is_ours(struct trace_reader *reader, uint32_t version, uint32_t record_size);

/* What trace_open() and its sisters do for a saved trace. */
enum trace_result saved_attach(struct trace_reader *reader, const struct shim_trace_file *header);
enum trace_result saved_poll(struct trace_reader *reader);
bool saved_take(struct trace_reader *reader, struct shim_trace_slot *slot);
enum trace_result saved_complete(struct trace_reader *reader);

#endif
