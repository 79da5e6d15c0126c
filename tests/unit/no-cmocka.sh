#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
echo "1..0 # SKIP cmocka was not found when this was configured"
