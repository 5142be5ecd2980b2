/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* kexec KERNEL INITRD, for the small guest booted with ACPI: starts KERNEL, an Image, as this
 * kernel was started, with the number behind "hvshim.rounds=" on its command line one less. By
 * system calls of arm64 Linux alone, without a library. Exit status: the error; 255: the device
 * tree is not as expected. */

#include <stddef.h>
#include <stdint.h>

#define SYS_openat 56
#define SYS_lseek 62
#define SYS_read 63
#define SYS_exit 93
#define SYS_kexec_load 104
#define SYS_reboot 142
#define SYS_mmap 222
#define AT_FDCWD (-100L)
#define SEEK_END 2L
#define PROT_READ_MAP_PRIVATE 1L, 2L
#define KEXEC_ARCH_AARCH64 (183L << 16)
#define LINUX_REBOOT_MAGIC1 0xfee1deadL
#define LINUX_REBOOT_MAGIC2 672274793L
#define LINUX_REBOOT_CMD_KEXEC 0x45584543L

/* Where things go: the upper half of 512 MiB, behind what the first kernel was given. */
#define KERNEL_AT 0x52000000u
#define INITRD_AT 0x56000000u
#define FDT_AT 0x5a000000u
#define CODE_AT 0x5a200000u
#define PAGE 4096u

enum { FDT_BEGIN_NODE = 1, FDT_END_NODE = 2, FDT_PROP = 3, FDT_NOP = 4 };

struct segment {
    const void *from;
    size_t size;
    uint64_t to;
    size_t room;
};

/* X0 = the device tree, X1..X3 = 0, and to the kernel (Documentation/arm64/booting). */
static const uint32_t code[] = {
    0xd2a00000 | FDT_AT >> 16 << 5,        /* mov x0, #FDT_AT */
    0xd2800001,                            /* mov x1, #0 */
    0xd2800002,                            /* mov x2, #0 */
    0xd2800003,                            /* mov x3, #0 */
    0xd2a00000 | KERNEL_AT >> 16 << 5 | 4, /* mov x4, #KERNEL_AT */
    0xd61f0080,                            /* br x4 */
};
static uint8_t fdt[65536] __attribute__((aligned(8)));

__attribute__((used, noreturn)) void run(const uint64_t *stack);

static long system_call(long number, const long *arguments)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = arguments[0];
    register long x1 __asm__("x1") = arguments[1];
    register long x2 __asm__("x2") = arguments[2];
    register long x3 __asm__("x3") = arguments[3];
    register long x4 __asm__("x4") = arguments[4];
    register long x5 __asm__("x5") = arguments[5];

    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}

__attribute__((noreturn)) static void leave(long status)
{
    for (;;) {
        system_call(SYS_exit, (const long[6]) { status });
    }
}

static long checked(long result)
{
    if (result < 0 && result > -4096) {
        leave(-result);
    }
    return result;
}

static long open_file(const char *path)
{
    return checked(system_call(SYS_openat, (const long[6]) { AT_FDCWD, (long)path }));
}

static struct segment file(const char *path, uint64_t to)
{
    long fd = open_file(path);
    long size = checked(system_call(SYS_lseek, (const long[6]) { fd, 0, SEEK_END }));
    long at =
        checked(system_call(SYS_mmap, (const long[6]) { 0, size, PROT_READ_MAP_PRIVATE, fd, 0 }));

    return (struct segment) { (const void *)at, (size_t)size, to,
                              ((size_t)size + PAGE - 1) & ~(size_t)(PAGE - 1) };
}

static uint32_t be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static size_t length(const char *text)
{
    size_t size = 0;

    while (text[size] != '\0') {
        size++;
    }
    return size;
}

static int equal(const char *one, const char *other, size_t size)
{
    while (size != 0 && *one == *other) {
        one++, other++, size--;
    }
    return size == 0;
}

/* The value of the first property of this name, of at least `size` bytes. */
static uint8_t *property(const char *name, uint32_t size)
{
    const char *strings = (const char *)&fdt[be32(&fdt[12])];
    uint8_t *at = &fdt[be32(&fdt[8])];

    for (;;) {
        uint32_t token = be32(at);

        at += 4;
        if (token == FDT_BEGIN_NODE) {
            at += (length((const char *)at) + 4) & ~(size_t)3;
        } else if (token == FDT_PROP) {
            const char *found = strings + be32(at + 4);

            if (equal(found, name, length(name) + 1) && be32(at) >= size) {
                return at + 8;
            }
            at += 8 + ((be32(at) + 3) & ~3u);
        } else if (token != FDT_END_NODE && token != FDT_NOP) {
            leave(255);
        }
    }
}

static void put64(uint8_t *at, uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8) {
        at[i] = (uint8_t)value;
    }
}

/* One less, in as many digits. */
static void count_down(char *at)
{
    static const char name[] = "hvshim.rounds=";

    while (!equal(at, name, sizeof(name) - 1)) {
        if (*at++ == '\0') {
            leave(255);
        }
    }
    at += sizeof(name) - 1;
    while (at[1] >= '0' && at[1] <= '9') {
        at++;
    }
    while (*at == '0') {
        *at-- = '9';
    }
    --*at;
}

static void fdt_prepare(const struct segment *initrd)
{
    long fd = open_file("/sys/firmware/fdt");
    long size = 0;
    long more;

    do { /* a page at a time */
        more = checked(system_call(
            SYS_read, (const long[6]) { fd, (long)&fdt[size], (long)sizeof(fdt) - size }));
        size += more;
    } while (more != 0);
    if (size < 40) {
        leave(255);
    }
    put64(property("linux,initrd-start", 8), initrd->to);
    put64(property("linux,initrd-end", 8), initrd->to + initrd->size);
    count_down((char *)property("bootargs", 1));
}

/* The stack at entry: argc, argv, NULL. */
void run(const uint64_t *stack)
{
    const char *const *argv = (const char *const *)(const void *)&stack[1];
    struct segment segments[] = {
        file(argv[1], KERNEL_AT),
        file(argv[2], INITRD_AT),
        { fdt, sizeof(fdt), FDT_AT, sizeof(fdt) },
        { code, sizeof(code), CODE_AT, PAGE },
    };
    size_t bss = segments[0].room + (16u << 20); /* the kernel wants more than its file */

    segments[0].room = bss < INITRD_AT - KERNEL_AT ? bss : INITRD_AT - KERNEL_AT;
    fdt_prepare(&segments[1]);
    checked(system_call(SYS_kexec_load,
                        (const long[6]) { CODE_AT, 4, (long)segments, KEXEC_ARCH_AARCH64 }));
    checked(system_call(SYS_reboot, (const long[6]) { LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
                                                      LINUX_REBOOT_CMD_KEXEC }));
    leave(255);
}

__asm__(".global _start\n"
        "_start: mov x0, sp\n"
        "b run\n");
