/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The captured ACPI blobs, for tests that patch, link and damage them. They lie in memory of just
 * their capacity, so that the sanitizer sees every step outside. */

#ifndef TESTS_UNIT_MACHINE_BLOBS_H
#define TESTS_UNIT_MACHINE_BLOBS_H

#include "host/virt/acpi.h"
#include "host/virt/acpi_script.h"

#define BLOB_ROOM 0x2000  /* beyond the captured tables */
#define BLOB_HIDDEN_CPU 2 /* the last of the captured machine */

extern struct acpi_blob tables;
extern struct acpi_blob script;
extern const char *why;

/* Set-up and tear-down of a test. */
int blobs_start(void **state);
int blobs_stop(void **state);

/* Patches the blobs with the real VMBus fragment. */
bool blobs_patch(void);
uint32_t blobs_aml_size(void);

/* The offset of a table in the blob, by its signature; fails the test when there is none. */
uint32_t blobs_offset_of(const char *signature);

/* The first command of a kind. */
struct acpi_script_command *blobs_command_of(uint32_t code);

#endif
