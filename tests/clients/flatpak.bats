# SPDX-License-Identifier: LGPL-2.1-or-later
#
# flatpak gives bwrap nearly all its words through --args, with files, seccomp filter, lock files,
# status and a proxy's socket on descriptors. The runtime and the application are made here, of a
# few programs of this machine. A bus of the test's own stands for both the user's and the system's.

# shellcheck disable=SC2016 # the quoted scripts are the inside's to expand
load clients

flatpak() {
	local on_the_bus='export DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS; exec flatpak "$@"'

	FLATPAK_BWRAP=$SHIM/bwrap dbus-run-session -- sh -c "$on_the_bus" sh "$@"
}

# Installs a runtime and leaves a build folder for an application in app/.
runtime() {
	local arch

	needs flatpak
	needs dbus-run-session dbus-daemon
	arch=$(flatpak --default-arch)
	mkdir -p platform/files
	tree platform/usr dash cat ls id touch mkdir chmod sleep
	printf '[Runtime]\n%s\n' name=org.example.Platform "runtime=org.example.Platform/$arch/1" \
		"sdk=org.example.Platform/$arch/1" >platform/metadata
	flatpak build-export --runtime --disable-sandbox repo platform 1
	flatpak --user remote-add --no-gpg-verify local repo
	flatpak --user install --noninteractive local org.example.Platform
	flatpak build-init app org.example.App org.example.Platform org.example.Platform 1
	: >"$CALLS"
}

# application SCRIPT - builds and installs an application that runs the script.
application() {
	runtime
	flatpak build app sh -ec "mkdir -p /app/bin && cat >/app/bin/app && chmod 755 /app/bin/app" \
		<<<$'#!/bin/sh\n'"$1"
	flatpak build-finish app --command=app
	flatpak build-export --disable-sandbox repo app 1
	flatpak --user install --noninteractive local org.example.App
}

@test "flatpak build runs a command in the runtime, which may write /app alone" {
	runtime
	run -0 flatpak build app sh -ec 'touch /app/made; touch /usr/made || cat /proc/net/dev'
	says "lo:"
	says_not "eth"
	[[ -e app/files/made ]]
	called_with "--args"
}

@test "flatpak build hands on the exit code" {
	runtime
	run -37 flatpak build app sh -c 'exit 37'
}

@test "flatpak install runs the triggers" {
	application 'exit 0'
	called_with "-- /usr/share/flatpak/triggers/mime-database.trigger"
}

@test "flatpak run: an application in its own view, with its arguments and its exit code" {
	application 'id -u; echo "$*"; ls /; cat /.flatpak-info; touch /app/x /usr/x; exit 37'
	run -37 flatpak run org.example.App one two
	says "$(id -u)"$'\none two'
	says "name=org.example.App"
	says "cannot touch '/app/x': Read-only file system"
	says_not $'\nhome'
	called_with "-- app one two"
	called_with "--seccomp"
}

@test "flatpak run starts the bus proxies in a sandbox of their own" {
	needs xdg-dbus-proxy
	application 'ls -l /run/flatpak/bus "${DBUS_SESSION_BUS_ADDRESS#unix:path=}"'
	run -0 flatpak run org.example.App
	called_with "-- xdg-dbus-proxy --args="
	says "/run/flatpak/bus"
}

@test "flatpak run: the application's files last, the rest of home is out of sight" {
	application 'ls -A "$HOME"; echo kept >>"$XDG_DATA_HOME/file"; cat "$XDG_DATA_HOME/file"'
	echo mine >"$HOME/secret"
	run -0 flatpak run org.example.App
	says_not secret
	run -0 flatpak run org.example.App
	says $'kept\nkept'
}

@test "flatpak run --filesystem and --share open what they say" {
	application 'cat "$1"; cat /proc/net/dev'
	echo mine >"$HOME/notes"
	run -0 flatpak run --filesystem=home:ro org.example.App "$HOME/notes"
	says mine
	same "$(flatpak run --share=network org.example.App /dev/null 2>/dev/null | wc -l)" \
		"$(wc -l </proc/net/dev)"
}

@test "flatpak ps and kill find the application by what --info-fd said" {
	application 'echo ready; sleep 50'
	flatpak run org.example.App >out 2>/dev/null 3>&- &
	local launcher=$! tries=0 status=0
	until grep -q ready out || [[ $((tries++)) -gt 100 ]]; do sleep 0.1; done
	run -0 flatpak ps --columns=application,child-pid
	says org.example.App
	flatpak kill org.example.App
	wait "$launcher" || status=$?
	same "$status" 137
}
