# SPDX-License-Identifier: LGPL-2.1-or-later
#
# WebKitGTK runs two sandboxes at a time: one for the process that interprets pages and one for the
# proxy of its buses, each with nearly everything in --args. It also passes descriptors of its own
# that must survive. The path /usr/bin/bwrap is built in, so these are sandboxes in a sandbox.

load clients

@test "a page is interpreted in a sandbox, with another one for the buses" {
	needs_python "gi; gi.require_version('WebKit2', '4.1')" gir1.2-webkit2-4.1
	needs xvfb-run xvfb
	needs xauth
	needs dbus-run-session dbus-daemon
	needs xdg-dbus-proxy
	needs_place
	run -0 in_place dbus-run-session -- xvfb-run -a \
		/usr/bin/python3 "$BATS_TEST_DIRNAME/webkit_page.py"
	says "answer 42 apart: mnt net pid user uts"
	called_with "-- /usr/bin/xdg-dbus-proxy --args="
	called_with "WebKitWebProcess"
	called_with "--ro-bind-data"
}
