/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What a trace says of its guest, gathered record by record in bounded memory: kinds of calls and
 * how often, features, the state of each VP, VMBus, the end. Reports and comparisons read it. The
 * records are a stranger's: numbers are used as such, never as an index unchecked. */

#ifndef TOOLS_SURVEY_H
#define TOOLS_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <shim/trace.h>

#include <hv/registers.h>
#include <hv/status.h>
#include <hv/timer.h>
#include <hv/types.h>

#include "tools/features.h"
#include "tools/outcome.h"

#define SURVEY_STEPS 1024u   /* kinds of calls; later ones are counted together */
#define SURVEY_INDEX 4096u   /* a power of two, well above SURVEY_STEPS */
#define SURVEY_VPS 4097u     /* 4096 VPs and a service core */
#define SURVEY_MARKS 262144u /* points of the timeline */
#define SURVEY_LAST 100u     /* calls kept from the end */
#define SURVEY_TALK 96u      /* records kept of the discovery conversation */
#define SURVEY_CHANNELS 32u  /* relids told apart */
#define SURVEY_CONTACTS 8u   /* versions of VMBus proposed */
#define SURVEY_CLOCK_HZ 10000000u

/* A record and its number, counted from 1 in the order of the trace: the line of a log. */
struct survey_line {
    uint64_t number;
    struct shim_trace_record record;
};

#define SURVEY_NO_SUBJECT UINT32_MAX

/* One kind of call: equal in all but values. */
struct survey_step {
    uint8_t kind; /* enum shim_trace_kind: CALL or SMCCC */
    uint8_t convention;
    uint8_t verdict;
    bool fast;
    hv_status_t status;
    uint16_t reps;    /* as asked for */
    uint32_t code;    /* call code, or SMCCC function id */
    uint32_t subject; /* first register, or type of VMBus message; SURVEY_NO_SUBJECT */
    uint64_t count;
    struct survey_line first;
};

/* What came of a feature. */
struct survey_feature {
    uint64_t used;    /* calls and register accesses behind it that were served */
    uint64_t refused; /* and that were not */
    struct survey_line first_use, first_refusal;
};

struct survey_vp {
    bool seen; /* it is in the trace at all */
    bool on;   /* as the trace ends */
    uint64_t starts;
    uint64_t calls, refused, messages_ended; /* EOM */
    uint64_t first, last;                    /* reference time of its calls */
    uint64_t synic_from, synic_to; /* first access to its SynIC, SynIC switched on; 0: never */
    uint64_t scontrol, simp, siefp;
    uint64_t sint[HV_SYNIC_SINT_COUNT];
    uint64_t timer[HV_SYNTHETIC_TIMERS]; /* config */
};

struct survey_channel {
    uint32_t relid;
    uint64_t opens_asked, opened, closed, broken, released, signals, refused;
    uint64_t target_vp;
    uint64_t fault;   /* of the last break: enum vmbus_fault */
    uint64_t version; /* agreed on, 0: none */
    bool open;
};

struct survey_vmbus {
    size_t contact_count;
    uint32_t contacts[SURVEY_CONTACTS]; /* versions proposed, in order */
    uint64_t connections, disconnections;
    bool connected;
    uint64_t version, target_vp;
    uint64_t offers_asked, unloads, dropped, refused, ignored;
    bool beats_seen;
    uint64_t beats_sent, beats_answered, beats_lost;
    uint64_t time_syncs, shutdowns_sent, shutdowns_answered, shutdown_status;
    uint64_t messages, delivered; /* handed over for a slot; written into it */
    size_t channel_count;
    struct survey_channel channels[SURVEY_CHANNELS];
};

enum survey_class {
    SURVEY_ASK,     /* discovery: what is there? */
    SURVEY_READ,    /* of registers */
    SURVEY_WRITE,   /* of registers */
    SURVEY_POST,    /* a message posted */
    SURVEY_SIGNAL,  /* an event signalled */
    SURVEY_CALL,    /* another call */
    SURVEY_HOST,    /* of the host: message delivered, VMBus, heartbeat */
    SURVEY_POWER,   /* VP on, VP off, reset, power off */
    SURVEY_REFUSED, /* a call that was not served */
    SURVEY_CRASH,
    SURVEY_CLASSES,
};

/* A point of the timeline. */
struct survey_mark {
    uint64_t time;
    uint32_t vp;
    uint32_t class;
};

struct survey {
    uint64_t traps; /* other than HVC; all else is about the other records */
    uint64_t records, calls, refused_calls, other; /* other: calls beyond SURVEY_STEPS kinds */
    uint64_t conventions[4];                       /* hypercalls by enum shim_trace_convention */
    uint64_t first_time, last_time;
    uint64_t resets;
    uint64_t dropped;   /* records that the reader could not get any more */
    const char *damage; /* what is wrong with the trace, or NULL */
    struct outcome outcome;

    bool identified;
    uint64_t guest_os_id; /* as last set, and not 0 */
    bool told_privileges, told_hints, told_version;
    struct hv_register_value privileges, hints, version; /* as last read by the guest */
    struct survey_line privileges_line, hints_line;
    struct survey_feature features[FEATURES_MAX];

    size_t step_count;
    struct survey_step *steps; /* in the order of their first calls */
    uint16_t *index;           /* hash table: number of the step + 1 */

    size_t talk_count;
    struct survey_line talk[SURVEY_TALK];
    uint64_t talk_more; /* of the conversation, but not kept */

    struct survey_line last[SURVEY_LAST]; /* calls, a ring: number `calls % SURVEY_LAST` is next */
    size_t last_count;

    uint32_t vp_count;
    struct survey_vp *vps; /* SURVEY_VPS of them */
    struct survey_vmbus vmbus;

    size_t mark_count;
    struct survey_mark *marks;
    uint64_t marks_lost;
};

/* Makes an empty survey; false without memory. */
bool survey_init(struct survey *survey);
void survey_free(struct survey *survey);

/* Looks at the next record. */
void survey_note(struct survey *survey, const struct shim_trace_record *record);

/* The machine was reset: the guest's state begins anew, counts go on. */
void survey_reset(struct survey *survey);

/* Writes what the step is: "HvCallGetVpRegisters VpIndex", without anything a guest chose freely.
 */
void survey_step_name(FILE *out, const struct survey_step *step);

/* Whether two steps are of one kind. */
bool survey_same_step(const struct survey_step *a, const struct survey_step *b);

/* The status of a step as text, written to `room` bytes at `text`, which it returns. */
const char *survey_status(const struct survey_step *step, char *text, size_t room);

/* Call number `i`, from 0, of the last ones: the oldest first. */
const struct survey_line *survey_last(const struct survey *survey, size_t i);

/* How many VPs were setting their SynIC up at one time, at most. */
uint32_t survey_synic_overlap(const struct survey *survey);

/* Parts: survey_calls.c, survey_vmbus.c. */
void survey_registers(struct survey *survey, const struct survey_line *line);
void survey_features(struct survey *survey, uint16_t code, bool served,
                     const struct survey_line *line);
void survey_posted(struct survey *survey, const struct survey_line *line, bool served);
void survey_signalled(struct survey *survey, const struct survey_line *line, bool served);
void survey_vmbus_event(struct survey *survey, const struct shim_trace_record *record);

/* Copies `size` bytes at `offset` of the input that a record holds; false when it holds fewer. */
bool survey_input(const struct shim_trace_record *record, size_t offset, void *to, size_t size);

#endif
