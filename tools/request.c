/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The mailbox in the RAM file; see request.h. */

#include "tools/request.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <shim/compiler.h>

#define PAGE 4096

/* The last page of the file, if it is the header of a shim's rings. NULL otherwise. */
static struct shim_trace_header *map_header(const char *path)
{
    struct stat status;
    struct shim_trace_header *header = NULL;
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0) {
        return NULL;
    }
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size >= PAGE &&
        status.st_size % PAGE == 0) {
        void *page =
            mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, status.st_size - PAGE);
        header = page == MAP_FAILED ? NULL : page;
    }
    close(fd);
    if (header != NULL && (shim_atomic_load_acquire(&header->magic) != SHIM_TRACE_MAGIC ||
                           header->version != SHIM_TRACE_VERSION)) {
        munmap(header, PAGE);
        header = NULL;
    }
    return header;
}

bool request_write(const char *path, enum shim_request request, int64_t argument)
{
    struct shim_trace_header *header = map_header(path);

    if (header == NULL) {
        return false;
    }
    shim_atomic_store(&header->request_argument, (uint64_t)argument);
    shim_atomic_store_release(&header->request, request);
    munmap(header, PAGE);
    return true;
}

bool request_taken(const char *path)
{
    struct shim_trace_header *header = map_header(path);
    bool taken = false;

    if (header != NULL) {
        taken = shim_atomic_load(&header->request) == SHIM_REQUEST_NONE;
        munmap(header, PAGE);
    }
    return taken;
}
