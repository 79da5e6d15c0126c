# SPDX-License-Identifier: LGPL-2.1-or-later
#
# foretold.awk - the answers of `show --json --why`, as the lines that probe.c prints
#
# Device, inode and contents are told as far as show knows them: instead of them there is the kind
# of backing, the host's path, and the descriptor that was read, all separated by "|".

function value(line) {
	sub(/^ *("[a-z_]*": )?/, "", line)
	sub(/,$/, "", line)
	gsub(/^"|"$/, "", line)
	return line
}

function say() {
	if (path == "")
		return
	if (exists == "null")
		print path "|unknown"
	else if (exists == "false")
		print path "|absent|" reason
	else
		print path "|present|" type "|" (readable == "true" ? "readable" : "-") "|" \
			(writable == "true" ? "writable" : "-") "|" backing "|" source "|" words
}

/^  "path": / { say(); path = value($0); words = ""; in_words = 0 }
/^  "exists": / { exists = value($0) }
/^  "reason": / { reason = value($0) }
/^  "type": / { type = value($0) }
/^  "backing": / { backing = value($0) }
/^  "source": / { source = value($0) }
/^  "readable": / { readable = value($0) }
/^  "writable": / { writable = value($0) }
/^  "words": / { in_words = 1; next }
/^  \]/ { in_words = 0 }
in_words { words = words value($0) " " }
END { say() }
