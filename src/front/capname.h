/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capname.h - capabilities by name, through libcap
 */
#pragma once

#include "base/macros.h"

/**
 * capname_parse: "cap_net_raw" or "CAP_NET_RAW" to its number, as cap_from_text(3) knows it.
 *
 * The library is loaded here, the first time a name is read: most launches name none, and
 * loading it would cost them a tenth of a millisecond. Returns -EINVAL for an unknown name.
 */
_must_check_ int capname_parse(const char *name, int *ret_cap);
