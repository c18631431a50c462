#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# demo.sh: what `bmake demo` runs. Builds the web server's image, boots it,
# shows what it answers and the timings, and stops it.
#
# When NetBSD's servers do not answer, the stand-in of the tests takes their
# place: the same rules with other values of DIST and KDIST, and with folders
# of their own, so that nothing of it is taken for NetBSD's later.
set -eu

: "${MAKE:=bmake}" "${BIN:=tools/bin}" "${ARCH:?}" "${DIST:?}" "${KDIST:?}"
service=bozohttpd
work=images/.demo
world=${TOP:-.}/tests/world

say() { printf 'demo: %s\n' "$*"; }
die() { printf 'demo: %s\n' "$*" >&2; exit 1; }

mirror=
stop_mirror() {
	if [ -n "$mirror" ]; then
		"$world/mirror" down "$work/mirror" || :
		mirror=
	fi
}

case ${NONET:-0} in 0 | n | no) offline= ;; *) offline=y ;; esac
if [ -n "$offline" ]; then
	say "NONET: with the kernel and sets that are here"
	set -- DIST="$DIST" KDIST="$KDIST"
	images=images kernels=kernels
elif "$BIN/nb-fetch" -p "$DIST/sets/SHA512" && { [ "$ARCH" = evbarm-aarch64 ] ||
    "$BIN/nb-fetch" -p "$KDIST/netbsd-SMOL.sha256"; }; then
	say "NetBSD's servers answer: these are NetBSD's kernel and sets"
	set -- DIST="$DIST" KDIST="$KDIST"
	images=images kernels=kernels
else
	[ -x "$world/mirror" ] || die "NetBSD's servers do not answer:" \
	    "the stand-in for them is in the source tree"
	say "NetBSD's servers do not answer: this is the stand-in, Linux in NetBSD's part"
	trap stop_mirror EXIT
	trap 'exit 1' HUP INT TERM
	mkdir -p "$work"
	mirror=yes
	url=$("$world/mirror" up -q "$work/mirror" "$ARCH") ||
	    die "no stand-in on this machine either (see above)"
	set -- DIST="$url/pub/NetBSD-daily/netbsd-11/latest/$ARCH/binary" \
	    KDIST="$url/assets" SETSDIR="$work/sets" \
	    KERNELDIR="$work/kernels" IMAGEDIR="$work/images"
	images=$work/images kernels=$work/kernels
	mkdir -p "$images"
fi

set -- ARCH="$ARCH" SERVICE="$service" "$@"
image=$images/$service-$ARCH.img
case $ARCH in
amd64)	kernel=$kernels/netbsd-SMOL ;;
i386)	kernel=$kernels/netbsd-SMOL386 ;;
*)	kernel=$kernels/netbsd-GENERIC64.img ;;
esac

say "fetching what is missing"
"$MAKE" "$@" fetch
# What is timed is an image from its sets, not the download.
rm -f "$image"
say "building $image and booting it"
show() {
	"$BIN/nb-demo" -t 240 'http://127.0.0.1:%p/' "$MAKE" "$@" base -- \
	    "$BIN/nb-start" -k "$kernel" -i "$image" -p '::%p-:80'
}
if [ -z "$mirror" ]; then
	show "$@"
else
	# What Linux has to say is not NetBSD's to say, and long.
	rm -f "$work/failed"
	{ show "$@" || : >"$work/failed"; } | while IFS= read -r line; do
		case $line in
		'['*' '[0-9]*.[0-9]*'] '*) ;;
		*)	printf '%s\n' "$line" ;;
		esac
	done
	[ ! -e "$work/failed" ] || exit 1
fi
stop_mirror
say "done: the VM is stopped. Yours: $MAKE SERVICE=$service start, then http://127.0.0.1:8080/"
