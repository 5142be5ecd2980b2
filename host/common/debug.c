/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Characters that a guest writes by HvCallOutputDebugCharacter: kept until their line ends, then a
 * record of its VP's ring. */

#include "host/common/host.h"

void debug_flush(struct vp *vp)
{
    if (vp->text_size != 0) {
        ring_text(vp, SHIM_TRACE_DEBUG, vp->text, vp->text_size);
        vp->text_size = 0;
    }
}

void debug_character(void *host, void *host_vp, uint8_t character)
{
    struct vp *vp = host_vp;
    (void)host;
    if (character != '\n') {
        vp->text[vp->text_size++] = (char)character;
    }
    if (character == '\n' || vp->text_size == sizeof vp->text) {
        debug_flush(vp);
    }
}
