/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What this project takes of <limits.h>: some compilers' own goes on to a C library's, even in
 * freestanding builds. It is not installed. */

#ifndef LIBC_LIMITS_H
#define LIBC_LIMITS_H

#define CHAR_BIT __CHAR_BIT__
#define INT_MAX __INT_MAX__
#define UINT_MAX (__INT_MAX__ * 2u + 1u)

#endif
