/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Access to system registers by name, or by S<op0>_<op1>_C<n>_C<m>_<op2>. */

#ifndef GUEST_SYSREG_H
#define GUEST_SYSREG_H

#include <stdint.h>

#define READ_SYSREG(name)                                                                          \
    __extension__({                                                                                \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " #name : "=r"(value_));                                         \
        value_;                                                                                    \
    })
#define WRITE_SYSREG(name, value)                                                                  \
    do {                                                                                           \
        uint64_t written_ = (value);                                                               \
        __asm__ volatile("msr " #name ", %0" ::"r"(written_) : "memory");                          \
    } while (0)

#endif
