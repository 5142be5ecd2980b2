/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvshim-kvm: options, making the machine, waiting for its end. */

#include "host/kvm/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <el2/sysregs.h>

#include "host/common/board.h"

#define MIB (UINT64_C(1) << 20)
#define RECORDS 4096u /* of each ring; 1 MiB */
#define RAM_MIN 64u
#define RAM_MAX 3072u /* behind it lies what others mapped */
#define STATUS_CRASHED 10

/* Holds the file of RAM across a reset, which starts this program anew. */
#define RAM_VARIABLE "HVSHIM_KVM_RAM"

struct monitor monitor = { .ram_base = BOARD_RAM };

static struct {
    struct boot_files files;
    const char *boot, *ram;
    unsigned cpus, memory; /* MiB */
    bool direct, loopback;
} options = { .files.append = "", .boot = "acpi", .cpus = 1, .memory = 512 };

/* Each sets a text, a number or a flag. */
static const struct option {
    const char *name, *value, *help;
    const char **text;
    unsigned *number;
    unsigned lowest, highest;
    bool *flag;
} known[] = {
    { "--kernel", "FILE", "the guest: an arm64 Image", .text = &options.files.kernel },
    { "--initrd", "FILE", "initial RAM disk", .text = &options.files.initrd },
    { "--append", "TEXT", "the kernel's command line", .text = &options.files.append },
    { "--cpus", "N", "processors, 1 to 8 (1)", .number = &options.cpus, .lowest = 1,
      .highest = MAX_VPS },
    { "--memory", "N", "MiB of RAM, 64 to 3072 (512)", .number = &options.memory, .lowest = RAM_MIN,
      .highest = RAM_MAX },
    { "--boot", "acpi|dt", "how the guest is told of the machine (acpi)", .text = &options.boot },
    { "--ram", "FILE", "RAM and trace, for hvtrace; else in /proc/PID/fd", .text = &options.ram },
    { "--direct", "", "allow calls made for trusted partitions", .flag = &options.direct },
    { "--loopback", "", "ports from VP to VP, for tests", .flag = &options.loopback },
};
#define OPTIONS (sizeof known / sizeof known[0])

__attribute__((noreturn)) static void help(void)
{
    (void)puts("Usage: hvshim-kvm --kernel FILE [OPTION...]\n\n"
               "Runs an arm64 guest under KVM that finds Hyper-V.\n");
    for (size_t n = 0; n < OPTIONS; n++) {
        (void)printf("  %-10s %-8s %s\n", known[n].name, known[n].value, known[n].help);
    }
    (void)puts(
        "\nExit status: 0 the guest powered off, 10 it crashed and said so, 11 KVM or the "
        "monitor\nfailed, 2 something to correct first. SIGTERM asks the guest to power off.");
    exit(0);
}

void fail(int status, const char *format, ...)
{
    va_list arguments;
    (void)fputs("hvshim-kvm: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    _exit(status);
}

static unsigned number(const char *name, const char *word, unsigned lowest, unsigned highest)
{
    char *end;
    unsigned long value = strtoul(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != '\0' || value < lowest || value > highest) {
        fail(2, "%s wants a number from %u to %u, not '%s'", name, lowest, highest, word);
    }
    return (unsigned)value;
}

static const struct option *find_option(const char *word)
{
    for (size_t n = 0; n < OPTIONS; n++) {
        if (strcmp(word, known[n].name) == 0) {
            return &known[n];
        }
    }
    if (strcmp(word, "--help") == 0) {
        help();
    }
    fail(2, "'%s' is no option; see hvshim-kvm --help", word);
}

static void parse(char **words)
{
    for (; *words != NULL; words++) {
        const struct option *option = find_option(*words);
        if (option->flag != NULL) {
            *option->flag = true;
        } else if (*++words == NULL) {
            fail(2, "%s wants a value; see hvshim-kvm --help", option->name);
        } else if (option->text != NULL) {
            *option->text = *words;
        } else {
            *option->number = number(option->name, *words, option->lowest, option->highest);
        }
    }
    options.files.acpi = strcmp(options.boot, "acpi") == 0;
    if (!options.files.acpi && strcmp(options.boot, "dt") != 0) {
        fail(2, "--boot wants acpi or dt, not '%s'", options.boot);
    }
    if (options.files.kernel == NULL) {
        fail(2, "--kernel is missing; see hvshim-kvm --help");
    }
}

/* RAM, and the rings behind it, at the address that RAM has for the guest. After a reset it is the
 * same file: RAM keeps what it holds, as that of other machines does. */
static void map_ram(void)
{
    const char *kept = getenv(RAM_VARIABLE);
    uint64_t size = options.memory * MIB;
    void *ram;

    if (kept != NULL) {
        monitor.ram_fd = (int)strtol(kept, NULL, 10);
    } else if (options.ram != NULL) {
        monitor.ram_fd = open(options.ram, O_RDWR | O_CREAT | O_TRUNC, 0600);
    } else {
        monitor.ram_fd = memfd_create("hvshim-kvm", 0);
    }
    if (monitor.ram_fd < 0 || ftruncate(monitor.ram_fd, (off_t)size) != 0) {
        fail(2, "%s: %s", options.ram == NULL ? "memory" : options.ram, strerror(errno));
    }
    ram = mmap((void *)monitor.ram_base, size, PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_FIXED_NOREPLACE, monitor.ram_fd, 0);
    if (ram != (void *)monitor.ram_base) {
        fail(11, "no room at 0x%llx for the guest's RAM", (unsigned long long)monitor.ram_base);
    }
}

/* Behind the guest's RAM, in the same file: a reset keeps what it says of the boot before. */
static void make_rings(uint64_t ram_size)
{
    uint64_t header = monitor.ram_base + ram_size - HV_PAGE_SIZE;
    struct shim_trace_slot *slots =
        (struct shim_trace_slot *)(uintptr_t)header - (guest.vp_count + 1) * RECORDS;

    for (uint32_t n = 0; n <= guest.vp_count; n++) {
        host_vp(n)->ring = &monitor.threads[n].ring;
    }
    monitor.ram_end = (uintptr_t)slots & ~(2 * MIB - 1);
    monitor.rings = (struct shim_trace_header *)(uintptr_t)header;
    rings_init(slots, RECORDS, monitor.rings);
}

static void ask_to_power_off(int signal_number)
{
    (void)signal_number;
    shim_atomic_store_release(&monitor.rings->request, SHIM_REQUEST_SHUTDOWN);
}

/* The service thread finds the first VP wanted. */
static void start_threads(uint64_t entry, uint64_t x0)
{
    struct vp *first = host_vp(0);
    int error = 0;

    first->start =
        (struct hv_initial_vp_context) { .pc = entry, .sctlr_el1 = GUEST_START_SCTLR_EL1 };
    first->start_x0 = x0;
    first->state = VP_WANTED;
    for (uint32_t n = 0; n <= guest.vp_count && error == 0; n++) {
        struct thread *thread = &monitor.threads[n];
        error =
            pthread_create(&thread->id, NULL, n < guest.vp_count ? vp_main : service_main, thread);
    }
    if (error != 0) {
        fail(11, "threads: %s", strerror(error));
    }
}

/* A reset is this program from its start, in the same process: threads and virtual machine go, the
 * file of RAM stays. */
__attribute__((noreturn)) static void start_again(char **argv)
{
    char fd[16];
    (void)snprintf(fd, sizeof fd, "%d", monitor.ram_fd);
    (void)setenv(RAM_VARIABLE, fd, 1);
    (void)execv("/proc/self/exe", argv);
    fail(11, "reset: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    uint64_t entry, x0;

    (void)argc;
    parse(argv + 1);
    guest.vp_count = options.cpus;
    guest.vps = monitor.shim_vps;
    guest.loopback = options.loopback;
    map_ram();
    clock_init();
    make_rings(options.memory * MIB);
    kvm_make_machine();
    courier_init();
    partition_make(options.direct);
    boot_load(&options.files, &entry, &x0);
    (void)signal(SIGTERM, ask_to_power_off);
    start_threads(entry, x0);
    while (sem_wait(&monitor.ended) != 0) {
    }
    ring_exit(monitor.end);
    if (monitor.end == SHIM_EXIT_RESET) {
        start_again(argv);
    }
    return monitor.crashed ? STATUS_CRASHED : 0;
}
