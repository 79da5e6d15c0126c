/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options.h - from words to a plan
 *
 * options_parse() reads a command line from left to right with the table in options.def; each
 * option's handler writes to the plan of the request at once, since the order is the meaning.
 * Command lines are as trustworthy as the user who types them; --args blobs likewise.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"

/* Who is asking: a bit each, since an option may be for several. */
enum mode {
	MODE_BWRAP = 1 << 0,
	MODE_RUN = 1 << 1,
	MODE_SHOW = 1 << 2,
	MODE_DOCTOR = 1 << 3,
	MODE_ROOTFS = 1 << 4,
	MODE_LAYER = 1 << 5,
};

enum option_traits {
	TRAIT_MODIFIER = 1 << 0, /* waits for the operation after it */
	TRAIT_LAST = 1 << 1,     /* given twice, the last one counts */
	TRAIT_SAME = 1 << 2,     /* `run` takes the first word alone, for both */
};

/* What the caller asked for instead of running a program. */
enum wanted { WANT_RUN, WANT_HELP, WANT_VERSION, WANT_USAGE };

/* Options that wait for the operation they modify. */
struct modifiers {
	bool has_perms, has_size;
	mode_t perms;
	uint64_t size_bytes;
	const char **layers; /* heap, handed over to the operation */
	size_t layer_count;
};

/* A descriptor and the option it is for: used to its end, so no other may have it. */
struct used_fd {
	int fd;
	const char *option;
};

/* Of verbs about what is kept. */
enum request_flags { REQUEST_FORCE = 1 << 0, REQUEST_PATCH = 1 << 1, REQUEST_AS_LAYER = 1 << 2 };

/* Where changes to the root go, and what lies between it and them. */
struct layering {
	const char *name, *dir; /* of --layer and --layer-dir; at most one of them */
	const char **lowers;    /* bottom to top */
	size_t lower_count;
	enum overlay_driver driver;
	struct origin origin, lower_origin, driver_origin; /* of the options, if they were given */
};

enum base_view { VIEW_HOST, VIEW_BARE, VIEW_ROOTFS };

struct request {
	struct plan *plan;
	unsigned mode; /* of enum mode */
	enum wanted wanted;

	/* run and show only */
	enum base_view base;
	const char *rootfs; /* with VIEW_ROOTFS */
	bool rootfs_ro;
	struct origin rootfs_origin;
	struct layering layer;
	const struct op *asked; /* set by front_run(): the operations of the command line */
	size_t asked_count;
	size_t root_op; /* set by front_run(): the operation that shows the root */
	bool no_cwd;
	bool json;
	const char *why;
	unsigned flags; /* of enum request_flags */
	bool map_ids_given, caps_given, reproducible, fake_chown;
	uint64_t caps, caps_added, caps_dropped; /* of --caps, and what changes them */
	const char **env_named;                  /* variables that an option named */
	size_t env_named_count;
	bool env_cleared;

	/* while parsing */
	struct origin origin; /* of the option at hand */
	struct modifiers next;
	struct used_fd *used_fds;
	size_t used_fd_count;
	bool unshare_user_given, unshare_user_try_given;
	bool in_blob;
	size_t word_count;
	unsigned char *times; /* how often each row of the table was given */
};

struct option {
	unsigned modes;
	const char *name; /* "--ro-bind" */
	size_t name_length;
	const char *arguments; /* "SRC DEST" */
	int (*handle)(struct request *request, const struct option *option, char **values,
		      struct err *e);
	long value;
	unsigned traits;
	const char *help;
	const char *group; /* a row of its own, without a name, that starts a section */
};

extern const struct option options[];
extern const size_t option_count;

/**
 * options_parse: read the words, up to the first that is not an option or after "--".
 * @words: NULL-terminated; what the plan keeps of them is not copied
 * @ret_rest: the first word of the program to run; it points at the NULL if there is none
 */
int options_parse(struct request *request, char **words, char ***ret_rest, struct err *e);

/* The words of an --args blob. @words as above. */
int options_parse_blob(struct request *request, char **words, struct err *e);

/* The row of that name ("--bind") for these modes, or NULL. */
const struct option *option_find(const char *name, unsigned modes);

void request_init(struct request *request, struct plan *plan, unsigned mode);
void request_free(struct request *request);
