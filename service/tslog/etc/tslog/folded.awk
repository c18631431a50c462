# SPDX-License-Identifier: BSD-2-Clause
# folded.awk: the kernel's log of debug.tslog (options TSLOG), lines of
#
#	thread cycles ENTER|EXIT|THREAD|EVENT name [of what]
#
# to lines of "stack microseconds": how long each stack of functions was the one
# that ran, as flame graphs are drawn of. With -v top=N instead the N functions
# that took longest, with all that they called. -v hz=N: cycles a second.

# label: the function and of what; what splits stacks may not be in it
function label(	i, s) {
	s = $4
	for (i = 5; i <= NF; i++)
		s = s " " $i
	gsub(/;/, ",", s)
	return s
}

# leave: the innermost function of a thread ends at the time t
function leave(id, t,	n, name) {
	n = depth[id]--
	name = called[id, n]
	# one that called itself is counted once
	if (--active[id, name] == 0) {
		took[name] += t - since[id, n]
		calls[name]++
	}
	stack[id] = below[id, n]
}

BEGIN {
	if (!hz)
		hz = 1000000000
}

$2 !~ /^[0-9]+$/ {
	next
}

{
	id = $1
	now = $2 + 0
	# processors' counters may differ a little
	if (id in last && now < last[id])
		now = last[id]
	if (id in stack && stack[id] != "" && id in last)
		self[stack[id]] += now - last[id]
	last[id] = now
}

$3 == "THREAD" {
	thread[id] = label()
	stack[id] = thread[id]
	depth[id] = 0
}

$3 == "ENTER" {
	if (!(id in stack))
		stack[id] = id in thread ? thread[id] : "kernel"
	n = ++depth[id]
	called[id, n] = $4
	since[id, n] = now
	below[id, n] = stack[id]
	active[id, $4]++
	stack[id] = stack[id] ";" label()
}

# What it called and did not see end, ends with it; one never entered is none.
$3 == "EXIT" && active[id, $4] > 0 {
	while (called[id, depth[id]] != $4)
		leave(id, now)
	leave(id, now)
}

END {
	for (id in depth)
		while (depth[id] > 0)
			leave(id, last[id])
	if (!top) {
		for (s in self)
			if (self[s] * 1000000 / hz >= 1)
				printf "%s %d\n", s, self[s] * 1000000 / hz
		exit
	}
	while (top-- > 0) {
		most = ""
		for (name in took)
			if (most == "" || took[name] > took[most] ||
			    (took[name] == took[most] && name < most))
				most = name
		if (most == "")
			break
		printf "%10.3f %7d  %s\n", took[most] * 1000 / hz, calls[most],
		    most
		delete took[most]
	}
}
