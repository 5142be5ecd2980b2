/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* kexec-load PLACE KERNEL INITRD COMMAND-LINE: what `kexec -l` and `kexec -e` of kexec-tools do,
 * whose program is linked to a dozen libraries that the small guest lacks. (Debian's arm64 kernels
 * have no kexec_file_load(2), which would do it all.) Starts KERNEL, an Image, by the device tree
 * of this kernel, which leads to ACPI as well. PLACE, in hexadecimal and a multiple of 2 MiB, is
 * where ROOM bytes of RAM are that nobody has reserved.
 *
 * By system calls of arm64 Linux alone, without a C library. Returns only after a failure; the exit
 * status is the error, 255 for a device tree that cannot be used. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <libfdt.h>

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
#define EINVAL 22L

/* What lies where, from PLACE on. A kernel wants more than its file; nobody knows how much. */
#define KERNEL_ROOM 0x4000000u
#define INITRD_ROOM 0x1000000u
#define FDT_AT (KERNEL_ROOM + INITRD_ROOM)
#define CODE_AT (FDT_AT + 0x200000u)
#define ROOM (CODE_AT + 0x200000u)
#define PAGE 4096u

struct segment {
    const void *from;
    size_t size;
    uint64_t to;
    size_t room;
};

/* X0 = the device tree, X1..X3 = 0, and to the kernel (Documentation/arm64/booting). */
static struct {
    uint32_t code[6];
    uint64_t fdt;
    uint64_t kernel;
} jump = {
    .code = {
        0x580000c0, /* ldr x0, fdt */
        0xd2800001, /* mov x1, #0 */
        0xd2800002, /* mov x2, #0 */
        0xd2800003, /* mov x3, #0 */
        0x58000084, /* ldr x4, kernel */
        0xd61f0080, /* br x4 */
    },
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

static struct segment file(const char *path, uint64_t to, size_t room)
{
    long fd = open_file(path);
    long size = checked(system_call(SYS_lseek, (const long[6]) { fd, 0, SEEK_END }));
    long at =
        checked(system_call(SYS_mmap, (const long[6]) { 0, size, PROT_READ_MAP_PRIVATE, fd, 0 }));

    if ((size_t)size > room) {
        leave(EINVAL);
    }
    return (struct segment) { (const void *)at, (size_t)size, to, room };
}

/* Of lower-case digits; anything else ends in an address that the kernel refuses. */
static uint64_t number(const char *text)
{
    uint64_t value = 0;

    for (; *text != '\0'; text++) {
        value = value << 4 | (uint64_t)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
    }
    return value;
}

/* This kernel's tree, with another RAM disk and command line. Firmware that told of a RAM disk in
 * its own way has left these properties out. */
static void fdt_prepare(const struct segment *initrd, const char *command_line)
{
    long fd = open_file("/sys/firmware/fdt");
    long size = 0;
    long more;
    int chosen;

    do { /* a page at a time */
        more = checked(system_call(
            SYS_read, (const long[6]) { fd, (long)&fdt[size], (long)sizeof(fdt) - size }));
        size += more;
    } while (more != 0);
    if (fdt_open_into(fdt, fdt, sizeof(fdt)) != 0) {
        leave(255);
    }
    chosen = fdt_path_offset(fdt, "/chosen");
    if (fdt_setprop_u64(fdt, chosen, "linux,initrd-start", initrd->to) != 0 ||
        fdt_setprop_u64(fdt, chosen, "linux,initrd-end", initrd->to + initrd->size) != 0 ||
        fdt_setprop(fdt, chosen, "bootargs", command_line, (int)strlen(command_line) + 1) != 0) {
        leave(255);
    }
}

/* The stack at entry: argc, argv, NULL. */
void run(const uint64_t *stack)
{
    const char *const *argv = (const char *const *)(const void *)&stack[1];

    if (stack[0] != 5) {
        leave(EINVAL);
    }
    uint64_t place = number(argv[1]);
    struct segment segments[] = {
        file(argv[2], place, KERNEL_ROOM),
        file(argv[3], place + KERNEL_ROOM, INITRD_ROOM),
        { fdt, sizeof(fdt), place + FDT_AT, sizeof(fdt) },
        { &jump, sizeof(jump), place + CODE_AT, PAGE },
    };

    jump.fdt = place + FDT_AT;
    jump.kernel = place;
    fdt_prepare(&segments[1], argv[4]);
    checked(system_call(SYS_kexec_load, (const long[6]) { (long)(place + CODE_AT), 4,
                                                          (long)segments, KEXEC_ARCH_AARCH64 }));
    checked(system_call(SYS_reboot, (const long[6]) { LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
                                                      LINUX_REBOOT_CMD_KEXEC }));
    leave(255);
}

__asm__(".global _start\n"
        "_start: mov x0, sp\n"
        "b run\n");
