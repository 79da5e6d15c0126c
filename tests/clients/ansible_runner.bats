# SPDX-License-Identifier: LGPL-2.1-or-later
#
# ansible-runner plays a playbook in a sandbox that hides what is not the play's. It gives a relative
# destination (--dev-bind /dev dev) and leaves out /lib, which Debian's dynamic linker needs: the
# program named for it here adds that and calls bwrap.

load clients

# playbook TASK... - makes one of these lines, with this machine as the host.
playbook() {
	needs ansible-runner python3-ansible-runner
	needs ansible-playbook ansible-core
	mkdir -p play/project play/inventory bin hidden
	echo secret >hidden/file
	printf '#!/bin/sh\nexec bwrap --symlink usr/lib /lib "$@"\n' >bin/isolate
	chmod +x bin/isolate
	echo "localhost ansible_connection=local ansible_python_interpreter=/usr/bin/python3" \
		>play/inventory/hosts
	printf '%s\n' "- hosts: all" "  gather_facts: false" "  tasks:" "$@" >play/project/site.yml
}

play() {
	ANSIBLE_HOME=$PWD/play/.ansible ansible-runner run play -p site.yml --process-isolation \
		--process-isolation-executable "$PWD/bin/isolate" \
		--process-isolation-path "$BATS_TEST_TMPDIR" --process-isolation-hide-paths "$PWD/hidden"
}

@test "ansible-runner plays in the sandbox, and what it writes to the project stays" {
	playbook "  - copy: { content: made, dest: '{{ playbook_dir }}/made' }"
	run -0 play
	same "$(cat play/project/made)" made
	called_with "--die-with-parent --unshare-pid --dev-bind /dev dev --proc /proc --dir /tmp"
}

@test "ansible-runner hides the paths it was told to" {
	playbook "  - shell: 'ls -A $PWD/hidden >seen'" "    args: { chdir: '{{ playbook_dir }}' }"
	run -0 play
	[[ -f play/project/seen && ! -s play/project/seen ]]
}

@test "ansible-runner reports the failure of a task" {
	playbook "  - command: 'false'"
	run -2 play
	says "non-zero return code"
}
