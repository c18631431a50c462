#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_at_build.sh: runs in the builder, behind a service's scripts: each line of
# the file run_at_build beside it, in a chroot of the new system.

# Commands redirect to it, and the new system has none yet.
if [ ! -e dev/null ]; then
	mkdir -p dev && cp -R /dev/null dev/null || exit
	trap 'rm -f dev/null' EXIT
fi
while IFS= read -r line <&3; do
	echo "run_at_build: $line"
	chroot . /bin/sh -c "$line" 3<&- || exit
done 3<"${0%.sh}"
