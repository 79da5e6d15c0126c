# SPDX-License-Identifier: LGPL-2.1-or-later
#
# mat2 removes what a picture tells of its maker. It runs exiftool in a sandbox, to look and, in its
# lightweight mode, to write.

load clients

# picture FILE - makes one that says who took it, and where.
picture() {
	needs mat2
	needs exiftool libimage-exiftool-perl
	needs convert imagemagick
	convert -size 16x16 gradient:red-blue "$1"
	exiftool -q -overwrite_original -Artist='Alice Example' -GPSLatitude=52 "$1" 2>/dev/null
	tells "$1" "Alice Example"
}

# tells FILE TEXT - does the picture's metadata hold the text?
tells() {
	exiftool "$1" | grep -q "$2"
}

# mat2 0.13.3 has --no-sandbox the wrong way round: take whichever word has bwrap called.
sandboxed() {
	local file=${*: -1} words=()

	mat2 --show "$file" >/dev/null
	[[ -s $CALLS ]] || words=(--no-sandbox)
	: >"$CALLS"
	mat2 "${words[@]}" "$@"
}

@test "mat2 --show reads the metadata in the sandbox" {
	picture in.png
	run -0 sandboxed --show in.png
	says "Alice Example"
	called_with "--ro-bind $PWD/in.png $PWD/in.png"
	called_with "--unshare-net"
}

@test "mat2 cleans a PNG" {
	picture in.png
	run -0 sandboxed --lightweight in.png
	called_with "--cap-drop all --bind /"
	run ! tells in.cleaned.png "Alice Example"
	identify in.cleaned.png
}

@test "mat2 cleans a JPEG" {
	picture in.jpg
	run -0 sandboxed --lightweight in.jpg
	called_with "--cap-drop all --bind /"
	run ! tells in.cleaned.jpg "Alice Example"
	run ! tells in.cleaned.jpg "GPS"
	identify in.cleaned.jpg
}

@test "mat2 --inplace leaves one file, clean" {
	picture in.jpg
	run -0 sandboxed --inplace --lightweight in.jpg
	called_with "--cap-drop all --bind /"
	run ! tells in.jpg "Alice Example"
	same "$(ls)" in.jpg
}
