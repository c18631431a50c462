# SPDX-License-Identifier: BSD-2-Clause
#
# apt.sh: Debian's packages of any architecture, $deb, into the folder $new/tree.
#
# apt is used with the machine's own sources but with lists, a cache and a list
# of installed packages of our own: nothing is installed and no architecture is
# added to the machine. Read by debian and openssh.
# shellcheck shell=sh disable=SC2154

# apt_conf: the machine's settings for downloads; nothing of what it runs
# after an update, which would be for the machine's own lists.
apt_conf()
{
	apt-config dump | grep '^Acquire::' || :
	cat <<-EOF
	Dir::Etc::parts "/dev/null";
	Dir::State "$new/apt";
	Dir::State::lists "$new/apt/lists";
	Dir::State::status "$new/apt/status";
	Dir::Cache "$new/apt/cache";
	APT::Architecture "$deb";
	APT::Architectures { "$deb"; };
	APT::Sandbox::User "root";
	Acquire::Languages "none";
	EOF
}

# An index that is being renewed on the server fails for a while: with the
# others there may still be all that is asked for.
apt_lists()
{
	mkdir -p "$new/apt/lists/partial" "$new/apt/cache/archives/partial"
	: >"$new/apt/status"
	apt_conf >"$new/apt.conf"
	export APT_CONFIG="$new/apt.conf"
	apt-get -q update >"$new/apt.log" 2>&1 || :
	apt-cache show busybox-static >/dev/null 2>&1 || {
		cat "$new/apt.log" >&2
		die "$deb: apt could not fetch the lists of packages"
	}
}

# apt_fetch PACKAGE: the newest version that the servers really have.
apt_fetch()
{
	mkdir -p "$new/deb" "$new/tree"
	rm -f "$new"/deb/*
	for _v in $(apt-cache madison "$1" | awk '{ print $3 }'); do
		(cd "$new/deb" && apt-get -q download "$1=$_v") \
		    >"$new/apt.log" 2>&1 && break
	done
	set -- "$1" "$new"/deb/*.deb
	[ -f "$2" ] || {
		cat "$new/apt.log" >&2
		die "$1: apt could not fetch it for $deb"
	}
	dpkg-deb --fsys-tarfile "$2" | bsdtar -xf - -C "$new/tree"
	rm "$2"
}

# apt_closure PACKAGE: it and all that it needs, whatever the machine has, as
# files of $new/apt/cache/archives.
apt_closure()
{
	apt-get -q -y --no-install-recommends --download-only install "$1" \
	    >"$new/apt.log" 2>&1 || {
		cat "$new/apt.log" >&2
		die "$1: apt could not fetch it and what it needs for $deb"
	}
}
