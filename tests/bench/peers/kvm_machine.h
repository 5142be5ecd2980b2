/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The machine that monitor.c makes and guest_kvm.c runs in. */

#ifndef PEERS_KVM_MACHINE_H
#define PEERS_KVM_MACHINE_H

#define RAM_BASE 0x40000000u
#define RAM_SIZE 0x400000u
#define IMAGE_BASE (RAM_BASE + 0x80000u)
#define GICD_BASE 0x08000000u
#define GICR_BASE 0x080a0000u
#define DOORBELL 0x0a000000u /* a store here signals an eventfd, in the kernel */
#define DEVICE 0x0b000000u   /* a store here is the monitor's */

/* Hyper-V calls by SMCCC; the monitor knows none, and answers all of them with a number. */
#define FORWARDED_ID 0x46000001u
#define FORWARDED_ANSWER 0x5a5au

#endif
