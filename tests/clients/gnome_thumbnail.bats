# SPDX-License-Identifier: LGPL-2.1-or-later
#
# libgnome-desktop, with which file managers make small pictures of files, runs each thumbnailer in
# a sandbox: everything unshared, a seccomp filter on a descriptor, and a bind below a bind, since
# both /tmp and the file given to the thumbnailer (/tmp/gnome-desktop-file-to-thumbnail.png) are made so.

load clients

# thumbnailer COMMAND - has this command make the thumbnails of PNGs; %i and %o are its files.
thumbnailer() {
	needs_python "gi; gi.require_version('GnomeDesktop', '3.0')" gir1.2-gnomedesktop-3.0
	needs convert imagemagick
	export XDG_DATA_HOME=$HOME/data
	mkdir -p "$XDG_DATA_HOME/thumbnailers"
	cat >"$XDG_DATA_HOME/thumbnailers/a.thumbnailer" <<-END
		[Thumbnailer Entry]
		TryExec=sh
		Exec=$1
		MimeType=image/png;
	END
	convert -size 400x300 gradient:red-blue in.png
}

# thumbnail FILE - asks the library for one and stores it as out.png.
thumbnail() {
	/usr/bin/python3 - "$1" <<-'END'
		import os, sys, gi
		gi.require_version("GnomeDesktop", "3.0")
		from gi.repository import GnomeDesktop
		factory = GnomeDesktop.DesktopThumbnailFactory.new(GnomeDesktop.DesktopThumbnailSize.NORMAL)
		picture = factory.generate_thumbnail("file://" + os.path.abspath(sys.argv[1]), "image/png")
		if not picture:
		    sys.exit("no thumbnail")
		picture.savev("out.png", "png", [], [])
	END
}

@test "a thumbnailer reads the picture and writes the thumbnail" {
	thumbnailer "/usr/bin/convert %i -thumbnail %sx%s %o"
	run -0 thumbnail in.png
	same "$(identify -format %wx%h out.png)" 128x96
	called_with "--unshare-all --die-with-parent"
	called_with "--seccomp"
}

@test "a thumbnailer sees its picture, the system and no network" {
	thumbnailer "/bin/sh -c 'test ! -e \"$HOME\" && test \"\$(ls /tmp | wc -l)\" = 1 && test \"\$(grep -c : /proc/net/dev)\" = 1 && convert \"\$1\" \"\$2\"' sh %i %o"
	run -0 thumbnail in.png
	identify out.png
}

@test "a thumbnailer that fails makes no thumbnail" {
	thumbnailer "/bin/false %i %o"
	run -1 thumbnail in.png
	says "exited with code 1"
	called_with "/bin/false"
}
