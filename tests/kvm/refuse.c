/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* refuse REQUEST ERROR COMMAND...: runs COMMAND, for which each ioctl() of that number fails with
 * that error: a kernel that is too old, or a KVM that lacks something (tests/kvm/refusals). */

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field)                                                                                \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count)

int main(int argc, char **argv)
{
    if (argc < 4) {
        (void)fputs("usage: refuse REQUEST ERROR COMMAND...\n", stderr);
        return 2;
    }
    uint32_t request = (uint32_t)strtoul(argv[1], NULL, 0);
    uint32_t error = (uint32_t)strtoul(argv[2], NULL, 0);
    struct sock_filter filter[] = {
        LOAD(nr),
        SKIP_UNLESS(__NR_ioctl, 3),
        LOAD(args[1]),
        SKIP_UNLESS(request, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("refuse: seccomp");
        return 2;
    }
    (void)execvp(argv[3], &argv[3]);
    perror(argv[3]);
    return 2;
}
