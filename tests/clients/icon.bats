# SPDX-License-Identifier: LGPL-2.1-or-later
#
# flatpak and the desktop portal each have a small program that looks at an icon somebody sent,
# inside a sandbox that it starts itself, with an environment of nothing.

load clients

# validate PROGRAM FILE - what the program says of the icon, of which 128x128 are allowed.
validate() {
	in_place "/usr/libexec/$1" --sandbox 128 128 "$2"
}

# icons PROGRAM PACKAGE - one that is good, one too large, one that is none.
icons() {
	[[ -x /usr/libexec/$1 ]] || skip "$1 is not installed (package $2)"
	needs_place
	needs convert imagemagick
	convert -size 64x64 xc:red good.png
	convert -size 256x256 xc:red large.png
	echo "no picture" >none.png
}

judge() {
	run -0 validate "$1" good.png
	says "format=png"
	says "width=64"
	run -1 validate "$1" large.png
	says "too large"
	run -1 validate "$1" none.png
	called_with "--unshare-ipc --unshare-net --unshare-pid --ro-bind /usr /usr"
}

@test "flatpak's icon validator tells good icons from bad" {
	icons flatpak-validate-icon flatpak
	judge flatpak-validate-icon
}

@test "the portal's icon validator tells good icons from bad" {
	icons xdg-desktop-portal-validate-icon xdg-desktop-portal
	judge xdg-desktop-portal-validate-icon
}
