# SPDX-License-Identifier: BSD-2-Clause
# gaps.awk: the -v top=N messages of dmesg(8) that came longest after the one
# before, for a kernel that keeps no other log.

match($0, /^\[ *[0-9]+\.[0-9]+\]/) {
	now = substr($0, 2, RLENGTH - 2) + 0
	if (n++)
		gap[$0] += now - before
	before = now
}

END {
	while (top-- > 0) {
		most = ""
		for (line in gap)
			if (gap[line] > 0 && (most == "" ||
			    gap[line] > gap[most] ||
			    (gap[line] == gap[most] && line < most)))
				most = line
		if (most == "")
			break
		printf "%10.3f  %s\n", gap[most] * 1000, most
		delete gap[most]
	}
}
