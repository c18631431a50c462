#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# sshkeys.sh [-bn] -s SERVICE -u USER DIR COMMAND ...: makes the layer
# DIR/keys.mtree of an image that has sshd(8), runs COMMAND, which reads it, and
# removes DIR: whatever happens, nothing secret stays.
#
# USER's keys are SERVICE/etc/*.pub, or else those in the caller's ssh-agent. With
# -b the layer has host keys, and what COMMAND writes is nobody else's to read. -n:
# COMMAND wants the names only: host keys are empty, and nothing is said of a
# layer without keys.
set -u
keygen='' names='' service='' user=''
while getopts bns:u: o; do
	case $o in
	b)	keygen=y ;;
	n)	names=y ;;
	s)	service=$OPTARG ;;
	u)	user=$OPTARG ;;
	*)	exit 2 ;;
	esac
done
shift $((OPTIND - 1))
dir=$1
shift
name=${service##*/}

die() {
	echo "$*" >&2
	exit 1
}

# take OBJECT [FILE]: the keys in it, or in standard input, if these are keys (sshd(8),
# AUTHORIZED_KEYS FILE FORMAT), and not the secret half.
take() {
	# An editor elsewhere may have ended lines its own way, or the last not.
	awk -v object="$1" '
	{ sub(/\r$/, "") }
	/PRIVATE KEY/ {
		print object ": a private key: put the .pub beside it there" >err
		exit bad = 1
	}
	/^[ \t]*(#|$)/ { next }
	!/(^|[ \t])(sk-)?(ssh|ecdsa)-[a-z0-9@.-]+ +AAAA[A-Za-z0-9+\/]+=*([ \t]|$)/ {
		print object ": line " NR ": no public key of ssh" >err
		exit bad = 1
	}
	{ print }
	END { exit bad }' err=/dev/stderr ${2+"$2"} >>"$dir/authorized_keys" || exit 1
}

authorized() {
	: >"$dir/authorized_keys" || exit 1
	for pub in "$service"/etc/*.pub; do
		[ -f "$pub" ] || continue
		take "$pub" "$pub"
		files=y
	done
	if [ -z "${files-}" ] && keys=$(ssh-add -L 2>/dev/null); then
		echo "$keys" | take ssh-agent || exit 1
	fi
	[ -s "$dir/authorized_keys" ] || [ -n "$names" ] || cat >&2 <<-EOF2
	SERVICE=$name: nobody's key is in the image: put yours into $service/etc/NAME.pub or into
	your agent (ssh-add), or hand it over at each start: nb-start -E authorized_keys=FILE.pub
	EOF2
}

host_keys() {
	if [ -n "$names" ]; then
		for type in ed25519 ecdsa; do
			key=$dir/ssh_host_${type}_key
			: >"$key" && : >"$key.pub" || exit 1
		done
		return
	fi
	command -v ssh-keygen >/dev/null ||
	    die "ssh-keygen: not here, and needed for SSHKEYS=build"
	for type in ed25519 ecdsa; do
		# no word of who made it, and where
		ssh-keygen -q -t "$type" -N '' -C "$name" \
		    -f "$dir/ssh_host_${type}_key" </dev/null || exit 1
	done
}

# file NAME OWNERS MODE: a line of the layer
file() {
	echo "$1 type=file $2 mode=$3 contents=${1##*/}"
}

folder() {
	echo "$1 type=dir $2 mode=$3"
}

layer() {
	echo '#mtree'
	root='uid=0 gid=0'
	folder ./etc/ssh "$root" 0755
	file ./etc/ssh/sshd_config "$root" 0644
	file ./etc/ssh/user "$root" 0644
	# The first user that useradd(8) would make, in the group users.
	case $user in
	root)	home=./root owners=$root mode=0700 ;;
	*)	home=./home/$user owners='uid=1000 gid=100' mode=0755
		folder ./home "$root" 0755 ;;
	esac
	folder "$home" "$owners" $mode
	folder "$home/.ssh" "$owners" 0700
	[ ! -s "$dir/authorized_keys" ] ||
	    file "$home/.ssh/authorized_keys" "$owners" 0600
	[ -z "$keygen" ] || for type in ed25519 ecdsa; do
		file "./etc/ssh/ssh_host_${type}_key" "$root" 0600
		file "./etc/ssh/ssh_host_${type}_key.pub" "$root" 0644
	done
}

trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
rm -rf "$dir"
mkdir -p "${dir%/*}" && (umask 077 && mkdir "$dir") || exit 1
cp "${0%/*}/sshd_config" "$dir/" && echo "$user" >"$dir/user" || exit 1
authorized
[ -z "$keygen" ] || host_keys
layer >"$dir/keys.mtree" || exit 1
[ -z "$keygen" ] || umask 077
env "$@"
