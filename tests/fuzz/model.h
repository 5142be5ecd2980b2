/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A second engine: slow and obvious, written from docs/conformance.md, docs/spill-page.md and the
 * headers of include/hv alone. It shares no code and no table with dispatch/, and nothing of it was
 * written with dispatch/ in sight. Where the two differ, one of them, or the document, is wrong. */

#ifndef TESTS_FUZZ_MODEL_H
#define TESTS_FUZZ_MODEL_H

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/message.h>
#include <hv/privilege.h>
#include <hv/processor.h>
#include <hv/registers.h>
#include <hv/timer.h>
#include <hv/types.h>
#include <hv/vp_registers.h>

#include "host.h"

enum model_verdict { MODEL_DONE, MODEL_AGAIN, MODEL_UNDEFINED, MODEL_NOT_OURS };

/* What the integrator set up. */
struct model_config {
    uint32_t vps;
    uint32_t ops; /* FUZZ_OP_* */
    uint64_t privileges;
    bool connections;
    bool reference_tsc;
    bool direct_calls;
};

struct model_timer {
    uint64_t config;
    uint64_t count;
};

struct model_vp {
    uint64_t sint[16];
    uint64_t scontrol;
    uint64_t simp;
    uint64_t siefp;
    uint64_t sirbp;
    uint64_t assist;
    struct model_timer timers[4];
    uint64_t spill; /* address of the page, or MODEL_NO_PAGE */
};

/* Messages that wait; apart from the rest, since calls never change them. */
struct model_queue {
    uint32_t count;
    uint8_t sint[16];
    struct hv_message messages[16];
};
#define MODEL_NO_PAGE UINT64_MAX

struct model {
    struct model_config config;
    struct fuzz_manner manner;
    struct fuzz_memory memory;
    struct fuzz_effects effects;
    uint64_t guest_os_id;
    uint64_t crash[HV_CRASH_PARAMETERS];
    uint64_t reference_tsc;
    struct model_vp vp[FUZZ_VPS];
    struct model_queue queue[FUZZ_VPS];
};

/* A row of the model's own table. */
enum model_class { MODEL_SIMPLE, MODEL_REP };
struct model_row {
    uint16_t code;
    enum model_class class;
    uint16_t header;
    uint16_t element;
    uint16_t output;         /* of a simple call */
    uint16_t element_output; /* of a rep call */
    bool variable;
    int privilege; /* bit; -1: none */
    uint32_t ops;  /* of the host: all must be there */
};
extern const struct model_row model_rows[];
extern const uint32_t model_row_count;

/* Privilege (a bit) that a call needs which this project does not serve; -1 when none. */
int model_privilege_unserved(uint16_t code);

/* All privileges that this partition has. */
uint64_t model_privileges(const struct model *model);
bool model_has(const struct model *model, int privilege);

/* One call in the making. `input` is private; one element's output goes to `output`. */
struct model_call {
    struct model *model;
    uint32_t vp;
    const struct model_row *row;
    const uint8_t *header;
    const uint8_t *variable;
    uint32_t variable_words;
    const uint8_t *element;
    uint8_t *output;
};
hv_status_t model_serve(struct model_call *call);
hv_status_t model_post_message(struct model_call *call);
hv_status_t model_signal_event(struct model_call *call);
hv_status_t model_signal_direct(struct model_call *call);
hv_status_t model_post_direct(struct model_call *call);
hv_status_t model_get_register(struct model_call *call);
hv_status_t model_set_register(struct model_call *call);

/* Copies a structure out of the private block. */
#define MODEL_TAKE(structure, from) memcpy(&(structure), (from), sizeof(structure))

static inline bool model_own_partition(hv_partition_id_t id)
{
    return id == HV_PARTITION_ID_SELF || id == FUZZ_PARTITION;
}

/* Registers of a timer: the config as it reads now; writing it, and the count. */
uint64_t model_timer_config(const struct model *model, const struct model_timer *timer);
hv_status_t model_timer_set_config(struct model_timer *timer, uint64_t value);
void model_timer_set_count(const struct model *model, struct model_timer *timer, uint64_t value);

/* HV_INPUT_VTL, and a plain VTL. */
hv_status_t model_input_vtl(uint8_t vtl);
hv_status_t model_plain_vtl(uint8_t vtl);

/* Where things are in a convention. */
struct model_form {
    uint32_t control; /* register of the control word */
    uint32_t block;   /* first register of the input block */
    bool at_end;      /* fast output lies in the last pairs, not behind the input */
    bool compact;
};
enum model_verdict model_hypercall(struct model *model, uint32_t vp, const struct model_form *form,
                                   uint64_t x[18]);

/* The whole: as shim_hvc() and shim_smc(). */
void model_init(struct model *model, const struct model_config *config);
enum model_verdict model_hvc(struct model *model, uint32_t vp, uint16_t immediate, uint64_t x[18]);
enum model_verdict model_smc(struct model *model, uint32_t vp, uint64_t x[18]);

/* As shim_vp_reset() and shim_partition_reset(). */
void model_vp_reset(struct model *model, uint32_t vp);
void model_partition_reset(struct model *model);

/* As shim_message_send(), shim_vp_poll() for a VP without timers, and shim_event_set(). */
bool model_message_send(struct model *model, uint32_t vp, uint32_t sint,
                        const struct hv_message *message);
void model_poll(struct model *model, uint32_t vp);
hv_status_t model_event_set(struct model *model, uint32_t vp, uint32_t sint, uint32_t flag,
                            bool *newly);

/* An interrupt for what came to a SINT. */
void model_interrupt(struct model *model, uint32_t vp, uint64_t sint);

/* The value of a register for a reader that is entitled to it. */
bool model_register(const struct model *model, uint32_t vp, uint32_t name,
                    struct hv_register_value *value);

#endif
