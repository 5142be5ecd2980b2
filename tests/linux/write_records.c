/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* write-records FILE RECORDS RATE: what a machine of two processors leaves in its RAM file that
 * makes RATE hypercalls a second, RECORDS in all, and powers off: rings as large as the
 * hypervisor's, written by its rules. Faster than any guest in an emulator. Prints how long it
 * took. */

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <shim/compiler.h>
#include <shim/trace.h>

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/registers.h>
#include <hv/types.h>

#define VPS 2u
#define RINGS (VPS + 1) /* the last is the hypervisor's own */
#define SLOTS 4096u
#define HEADER_BYTES 4096u
#define RING_BYTES (SLOTS * sizeof(struct shim_trace_slot))
#define FILE_BYTES (RINGS * RING_BYTES + HEADER_BYTES)
#define CLOCK_HZ UINT64_C(10000000)

static struct shim_trace_slot *slots;
static struct shim_trace_header *header;

static bool make_file(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    uint8_t *bytes = MAP_FAILED;

    if (file >= 0 && ftruncate(file, FILE_BYTES) == 0) {
        bytes = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    }
    if (bytes == MAP_FAILED) {
        perror(path);
        return false;
    }
    slots = (struct shim_trace_slot *)(void *)bytes;
    header = (struct shim_trace_header *)(void *)(bytes + RINGS * RING_BYTES);
    *header = (struct shim_trace_header) { .version = SHIM_TRACE_VERSION,
                                           .record_size = sizeof(struct shim_trace_slot),
                                           .vp_count = RINGS,
                                           .records = SLOTS,
                                           .rings_from_end = FILE_BYTES,
                                           .generation = 1,
                                           .time_whole = 1 };
    shim_atomic_store_release(&header->magic, SHIM_TRACE_MAGIC);
    return true;
}

/* Reads VpIndex, by HVC #1 in registers. */
static void write_call(uint32_t vp, uint64_t sequence, uint64_t time)
{
    const uint64_t control = HV_CALL_GET_VP_REGISTERS | HV_CONTROL_FAST | UINT64_C(1) << 32;
    struct shim_trace_slot *slot = &slots[vp * SLOTS + (sequence - 1) % SLOTS];

    shim_atomic_store(&slot->sequence, 0);
    shim_atomic_fence();
    slot->time = time;
    slot->spent = 1;
    slot->about = shim_trace_about(SHIM_TRACE_HVC, 0, HV_HVC_HYPERCALL);
    slot->before[0] = control;
    slot->before[1] = HV_PARTITION_ID_SELF;
    slot->before[2] = HV_VP_INDEX_SELF;
    slot->before[3] = HV_REGISTER_VP_INDEX;
    slot->x[0] = UINT64_C(1) << 32;
    slot->x[3] = HV_REGISTER_VP_INDEX;
    shim_atomic_store_release(&slot->sequence, sequence);
}

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * CLOCK_HZ + (uint64_t)time.tv_nsec / 100;
}

int main(int argc, char **argv)
{
    uint64_t records = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
    uint64_t rate = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;

    if (records == 0 || rate == 0) {
        fputs("usage: write-records FILE RECORDS RATE\n", stderr);
        return 2;
    }
    if (!make_file(argv[1])) {
        return 2;
    }
    uint64_t started = now(), time = 0;
    for (uint64_t i = 0; i < records; i++) {
        while ((time = now() - started) * rate / CLOCK_HZ < i) {
        }
        write_call(i % VPS, i / VPS + 1, time);
    }
    shim_atomic_store_release(&header->exit_reason, SHIM_EXIT_POWER_OFF);
    printf("%" PRIu64 " records in %" PRIu64 " ms\n", records, time / (CLOCK_HZ / 1000));
    return 0;
}
