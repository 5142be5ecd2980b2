/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvshim-kvm: options, making the machine, waiting for its end. */

#include "host/kvm/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/virt/board.h"

#define MIB (UINT64_C(1) << 20)
#define RINGS_SIZE (4 * MIB)
#define RAM_MIN 64u
#define RAM_MAX 3072u /* behind it lies what others mapped */
#define STATUS_CRASHED 10
#define STATUS_FAILED 11
#define STATUS_TIMEOUT 124
#define SCTLR_EL1_RESET UINT64_C(0x30d00800)

/* Holds the file of RAM across a reset, which starts this program anew. */
#define RAM_VARIABLE "HVSHIM_KVM_RAM"

struct monitor monitor = {
    .ram_fd = -1,
    .ram_base = BOARD_RAM,
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .changed = PTHREAD_COND_INITIALIZER,
    .delivery = PTHREAD_MUTEX_INITIALIZER,
};

uint64_t power_off_wanted;

struct options {
    struct boot_files files;
    unsigned memory; /* MiB */
    unsigned timeout;
    const char *ram_path;
};

static const char usage[] =
    "Usage: hvshim-kvm --kernel FILE [OPTION...]\n"
    "\n"
    "Runs an arm64 guest under KVM that finds Hyper-V.\n"
    "\n"
    "  --initrd FILE      initial RAM disk\n"
    "  --append TEXT      the kernel's command line\n"
    "  --cpus N           processors, 1 to 8 (1)\n"
    "  --memory N         MiB of RAM, 64 to 3072 (512)\n"
    "  --boot acpi|dt     how the guest is told of the machine (acpi)\n"
    "  --ram FILE         keep RAM and trace in FILE, for hvtrace; else in /proc/PID/fd\n"
    "  --timeout S        end the guest after S seconds, with status 124\n"
    "  --direct           allow the calls that are made for trusted partitions\n"
    "  --loopback         ports by which VPs reach one another, for tests\n"
    "\n"
    "Exit status: 0 the guest powered off, 10 it crashed and said so, 11 KVM or the monitor "
    "failed,\n"
    "124 timeout, 2 something to correct first.\n";

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

static unsigned number(const char *option, const char *word, unsigned lowest, unsigned highest)
{
    char *end;
    unsigned long value = strtoul(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != '\0' || value < lowest || value > highest) {
        fail(2, "--%s wants a number from %u to %u, not '%s'", option, lowest, highest, word);
    }
    return (unsigned)value;
}

static bool is_acpi(const char *word)
{
    if (strcmp(word, "acpi") != 0 && strcmp(word, "dt") != 0) {
        fail(2, "--boot wants acpi or dt, not '%s'", word);
    }
    return strcmp(word, "acpi") == 0;
}

static void take_option(struct options *options, int option)
{
    switch (option) {
    case 'k':
        options->files.kernel = optarg;
        break;
    case 'i':
        options->files.initrd = optarg;
        break;
    case 'a':
        options->files.append = optarg;
        break;
    case 'c':
        monitor.vp_count = number("cpus", optarg, 1, MAX_VPS);
        break;
    case 'm':
        options->memory = number("memory", optarg, RAM_MIN, RAM_MAX);
        break;
    case 'b':
        options->files.acpi = is_acpi(optarg);
        break;
    case 'r':
        options->ram_path = optarg;
        break;
    case 't':
        options->timeout = number("timeout", optarg, 1, 1000000);
        break;
    case 'd':
        monitor.direct = true;
        break;
    case 'l':
        monitor.loopback = true;
        break;
    case 'h':
        (void)fputs(usage, stdout);
        exit(0);
    default:
        exit(2); /* getopt has said why */
    }
}

static struct options parse(int argc, char **argv)
{
    static const struct option known[] = {
        { "kernel", required_argument, NULL, 'k' }, { "initrd", required_argument, NULL, 'i' },
        { "append", required_argument, NULL, 'a' }, { "cpus", required_argument, NULL, 'c' },
        { "memory", required_argument, NULL, 'm' }, { "boot", required_argument, NULL, 'b' },
        { "ram", required_argument, NULL, 'r' },    { "timeout", required_argument, NULL, 't' },
        { "direct", no_argument, NULL, 'd' },       { "loopback", no_argument, NULL, 'l' },
        { "help", no_argument, NULL, 'h' },         { NULL, 0, NULL, 0 },
    };
    struct options options = { .files = { .append = "", .acpi = true }, .memory = 512 };
    int option;

    monitor.vp_count = 1;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        take_option(&options, option);
    }
    if (optind != argc) {
        fail(2, "'%s' belongs to no option; see hvshim-kvm --help", argv[optind]);
    }
    if (options.files.kernel == NULL) {
        fail(2, "--kernel is missing; see hvshim-kvm --help");
    }
    return options;
}

/* RAM, and the rings behind it, at the address that RAM has for the guest. After a reset it is the
 * same file: RAM keeps what it holds, as that of other machines does. */
static void map_ram(const struct options *options)
{
    const char *kept = getenv(RAM_VARIABLE);
    uint64_t size = options->memory * MIB;
    int protection = PROT_READ | PROT_WRITE;
    void *ram;

    if (kept != NULL) {
        monitor.ram_fd = (int)number("ram", kept, 0, 65535);
    } else if (options->ram_path != NULL) {
        monitor.ram_fd = open(options->ram_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    } else {
        monitor.ram_fd = memfd_create("hvshim-kvm", 0);
    }
    if (monitor.ram_fd < 0 || ftruncate(monitor.ram_fd, (off_t)size) != 0) {
        fail(2, "%s: %s", options->ram_path == NULL ? "memory" : options->ram_path,
             strerror(errno));
    }
    ram = mmap((void *)monitor.ram_base, size, protection, MAP_SHARED | MAP_FIXED_NOREPLACE,
               monitor.ram_fd, 0);
    if (ram != (void *)monitor.ram_base) {
        fail(11, "no room at 0x%llx for the guest's RAM", (unsigned long long)monitor.ram_base);
    }
    monitor.rings_end = monitor.ram_base + size;
    monitor.ram_end = monitor.rings_end - RINGS_SIZE;
}

static void timed_out(int signal_number)
{
    static const char text[] = "hvshim-kvm: timeout\n";
    (void)signal_number;
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    _exit(STATUS_TIMEOUT);
}

static void ask_to_power_off(int signal_number)
{
    (void)signal_number;
    __atomic_store_n(&power_off_wanted, 1, __ATOMIC_RELAXED);
}

static void start_threads(uint64_t entry, uint64_t x0)
{
    pthread_t service;
    int error = pthread_create(&service, NULL, service_main, NULL);

    monitor.vps[0].start =
        (struct hv_initial_vp_context) { .pc = entry, .sctlr_el1 = SCTLR_EL1_RESET };
    monitor.vps[0].start_x0 = x0;
    monitor.vps[0].state = VP_WANTED;
    for (uint32_t n = 0; n < monitor.vp_count && error == 0; n++) {
        struct vp *vp = &monitor.vps[n];
        error = pthread_create(&vp->thread, NULL, vp_main, vp);
    }
    if (error != 0) {
        fail(STATUS_FAILED, "threads: %s", strerror(error));
    }
}

static enum shim_trace_exit wait_for_end(void)
{
    pthread_mutex_lock(&monitor.lock);
    while (monitor.end == SHIM_EXIT_RUNNING) {
        pthread_cond_wait(&monitor.changed, &monitor.lock);
    }
    pthread_mutex_unlock(&monitor.lock);
    ring_exit(monitor.end);
    return monitor.end;
}

/* A reset is this program from its start, in the same process: threads and virtual machine go, the
 * alarm clock and the file of RAM stay. */
__attribute__((noreturn)) static void start_again(char **argv)
{
    char fd[16];
    (void)snprintf(fd, sizeof fd, "%d", monitor.ram_fd);
    (void)setenv(RAM_VARIABLE, fd, 1);
    (void)execv("/proc/self/exe", argv);
    fail(STATUS_FAILED, "reset: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    uint64_t entry, x0;

    map_ram(&options);
    clock_init();
    rings_init();
    service_init();
    kvm_make_machine();
    courier_init();
    partition_make();
    boot_load(&options.files, &entry, &x0);
    if (options.timeout != 0 && getenv(RAM_VARIABLE) == NULL) {
        (void)alarm(options.timeout);
    }
    (void)signal(SIGALRM, timed_out);
    (void)signal(SIGTERM, ask_to_power_off);
    start_threads(entry, x0);
    if (wait_for_end() == SHIM_EXIT_RESET) {
        start_again(argv);
    }
    return monitor.crashed ? STATUS_CRASHED : 0;
}
