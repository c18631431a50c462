// SPDX-License-Identifier: BSD-2-Clause
// format.js: numbers as people read them.

export function megabytes(mb) {
	if (mb >= 1024)
		return `${+(mb / 1024).toFixed(1)} GB`;
	return `${Math.round(mb)} MB`;
}

export function bytes(n) {
	if (n < 1024)
		return `${n} B`;
	if (n < 1048576)
		return `${Math.round(n / 1024)} KB`;
	return megabytes(n / 1048576);
}

// 42 s, 12 min, 3 h 20 min, 5 d 3 h
export function duration(seconds) {
	const s = Math.max(0, Math.floor(seconds));
	if (s < 60)
		return `${s} s`;
	if (s < 3600)
		return `${Math.floor(s / 60)} min`;
	if (s < 86400)
		return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
	return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}

export function clock(epoch) {
	return new Date(epoch * 1000).toLocaleTimeString([],
		{ hour: "2-digit", minute: "2-digit" });
}

export function plural(n, one, many = `${one}s`) {
	return `${n} ${n === 1 ? one : many}`;
}

export function baseName(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}
