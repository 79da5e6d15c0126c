/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * export.h - a tree of an item as an archive
 */
#pragma once

#include "store/pack.h"
#include "store/store.h"

/**
 * export_folder: the folder @name of the item, to the file @path or, as "-", to standard output.
 *
 * The file appears whole or not at all; its ending says how it is compressed. An existing one is
 * replaced.
 */
_must_check_ int export_folder(const struct item *item, const char *name, enum pack_kind kind,
			       const char *path, struct err *e);
