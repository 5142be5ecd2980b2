/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace records for tests of what reads them: a guest's story, told call by call. */

#ifndef TESTS_UNIT_TRACE_RECORDS_H
#define TESTS_UNIT_TRACE_RECORDS_H

#include <stdint.h>
#include <stdio.h>

#include <shim/trace.h>

#include <hv/status.h>

#include "tools/survey.h"

/* A get or set of one register by VP `vp`, fast and by SMCCC, with the status given. */
struct shim_trace_record record_get(uint64_t time, uint32_t vp, uint32_t name, uint64_t low,
                                    uint64_t high, hv_status_t status);
struct shim_trace_record record_set(uint64_t time, uint32_t vp, uint32_t name, uint64_t value,
                                    hv_status_t status);

/* A VMBus message posted: its type, and the word behind the header. */
struct shim_trace_record record_post(uint64_t time, uint32_t vp, uint32_t type, uint32_t word,
                                     hv_status_t status);

struct shim_trace_record record_signal(uint64_t time, uint32_t vp, uint32_t connection,
                                       hv_status_t status);

/* An event of the host, with up to three words. */
struct shim_trace_record record_event(uint64_t time, uint32_t vp, uint64_t event, uint64_t first,
                                      uint64_t second, uint64_t third);

/* A crash with a message; two records. */
void note_crash(struct survey *survey, uint64_t time, uint32_t vp, const char *message);

/* Notes one record. */
void note(struct survey *survey, struct shim_trace_record record);

/* A Linux of this version that boots on two VPs, asks what there is and sets its SynIC up: one VP
 * after the other, or at once. `privileges`, `upper`: what it is told. */
void note_linux(struct survey *survey, uint32_t version, uint64_t privileges, uint64_t upper,
                int at_once);

#endif
