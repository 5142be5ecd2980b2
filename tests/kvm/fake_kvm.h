/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A KVM for the build machine; see fake_kvm.c. */

#ifndef TESTS_KVM_FAKE_KVM_H
#define TESTS_KVM_FAKE_KVM_H

#include "host/kvm/monitor.h"

#define FAKE_VPS 3u

/* Whose exit is being handled: only its registers may change. NULL: anybody's may. */
extern const struct thread *fake_running;

extern uint64_t fake_aborts, fake_flushes; /* so far */

/* read_hvc.c: fails when an HVC is read wrongly. Leaves RAM changed. */
void read_instructions(void);

#endif
