#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# read_test: images listed, copied out, and used as layers: those that nb-mkfs
# wrote, and those that other programs did.
#
# NB_SEED is the first seed of metalog (1); with NB_SOAK=y there are 500.

# Programs of perl, and types, which are one word.
# shellcheck disable=SC2016,SC2086,SC2154
# shellcheck source=tests/mkfs/image.subr
. "$(atf_get_srcdir)/image.subr"

types="ffs ffs2 ext2"

# mkfs ARGS: nb-mkfs, which must do it
mkfs()
{
	SOURCE_DATE_EPOCH=1700000000 "$NB_BIN/nb-mkfs" "$@" ||
	    atf_fail "nb-mkfs $*"
}

# gentree: compile it
gentree()
{
	${CC:-cc} -std=c11 -O1 -D_DEFAULT_SOURCE -o gentree \
	    "$NB_TOP/tests/mkfs/gentree.c" -larchive -lmd ||
	    atf_fail "gentree.c does not compile"
}

# odd: stage/METALOG of a little of everything, and what it names
odd()
{
	mkdir -p stage/dir
	echo hello >stage/dir/file
	ln stage/dir/file stage/link
	printf '' >stage/tab
	cat >stage/METALOG <<-'EOT'
		#mtree: a stage of nb-untar
		. type=dir uid=0 gid=0 mode=0755 time=1600000000.000000000
		./bad\377\200name type=fifo uid=0 gid=0 mode=0600 time=0.000000000
		./caf\303\251 type=fifo uid=0 gid=0 mode=0600 time=-1.000000000
		./console type=char uid=0 gid=5 mode=0620 device=netbsd,342,1048575 time=1.000000000
		./dir type=dir uid=1000 gid=100 mode=1777 time=1234567890.000000000
		./dir/file type=file uid=4294967294 gid=305419896 mode=6751 size=6 time=2147483647.000000000
		./ld0d type=block uid=0 gid=5 mode=0640 device=netbsd,19,3 time=1.000000000
		./link type=file uid=4294967294 gid=305419896 mode=6751 size=6 time=2147483647.000000000
		./sym type=link uid=0 gid=0 mode=0755 time=1.000000000 link=/a\040b\033\1332J
		./tab\011esc\033 type=link uid=0 gid=0 mode=0755 time=1.000000000 link=x
	EOT
}

atf_test_case metalog
metalog_head()
{
	atf_set descr "-l -o mtree is the METALOG that went in, byte for byte"
}
metalog_body()
{
	gentree
	seed=${NB_SEED:-1}
	last=$((seed + 12))
	[ "${NB_SOAK-}" != y ] || last=$((seed + 500))
	odd
	while [ "$seed" -lt "$last" ]; do
		for type in $types; do
			mkfs -t $type x.img stage/METALOG
			"$NB_BIN/nb-mkfs" -l -o mtree x.img >got ||
			    atf_fail "$type seed $seed: not listed"
			cmp stage/METALOG got ||
			    atf_fail "$type seed $seed: another METALOG"
			atf_check "$NB_BIN/nb-mkfs" -c x.img
		done
		./gentree "$seed" tree.tar list || atf_fail "gentree $seed"
		chmod -R u+rwx stage
		rm -rf stage
		SOURCE_DATE_EPOCH=1700000000 "$NB_BIN/nb-untar" -C stage \
		    tree.tar || atf_fail "nb-untar seed $seed"
		seed=$((seed + 1))
	done
}

atf_test_case same_again
same_again_head()
{
	atf_set descr "an image made of an image has the same bytes"
}
same_again_body()
{
	gentree
	for seed in 3 14; do
		./gentree "$seed" tree.tar list || atf_fail "gentree $seed"
		rm -rf stage
		SOURCE_DATE_EPOCH=1700000000 "$NB_BIN/nb-untar" -C stage \
		    tree.tar || atf_fail "nb-untar"
		for type in $types; do
			for opts in "-n -f 0" "-s 60m"; do
					mkfs -t $type -L aroot $opts a.img \
				    stage/METALOG
					mkfs -t $type -L aroot $opts b.img a.img
				cmp a.img b.img ||
				    atf_fail "$type $opts seed $seed"
			done
		done
		# And of one kind into the other; ext2 has no nanoseconds.
		mkfs -t ffs2 a.img stage/METALOG
		mkfs -t ffs b.img a.img
		mkfs -t ffs2 -L aroot a2.img b.img
		cmp a.img a2.img || atf_fail "ffs and back, seed $seed"
	done
}

atf_test_case list_long
list_long_head()
{
	atf_set descr "-l is like ls -l, and safe on a terminal"
}
list_long_body()
{
	odd
	cat >want <<-'EOT'
		drwxr-xr-x   3     0     0         512 2020-09-13 12:26:40 /
		prw-------   1     0     0           0 1970-01-01 00:00:00 /bad\377\200name
		prw-------   1     0     0           0 1969-12-31 23:59:59 /café
		crw--w----   1     0     5  342,1048575 1970-01-01 00:00:01 /console
		drwxrwxrwt   2  1000   100         512 2009-02-13 23:31:30 /dir
		-rwsr-s--x   2 4294967294 305419896           6 2038-01-19 03:14:07 /dir/file
		brw-r-----   1     0     5   19,     3 1970-01-01 00:00:01 /ld0d
		-rwsr-s--x   2 4294967294 305419896           6 2038-01-19 03:14:07 /link
		lrwxr-xr-x   1     0     0           8 1970-01-01 00:00:01 /sym -> /a b\033[2J
		lrwxr-xr-x   1     0     0           1 1970-01-01 00:00:01 /tab\011esc\033 -> x
	EOT
	for type in ffs ffs2; do
		mkfs -t $type x.img stage/METALOG
		for tz in UTC0 EST5EDT; do
			TZ=$tz LC_ALL=C atf_check -o file:want \
			    "$NB_BIN/nb-mkfs" -l x.img
		done
	done
	sed '/^d/s/  512/ 4096/' want >want2
	mkfs -t ext2 x.img stage/METALOG
	atf_check -o file:want2 "$NB_BIN/nb-mkfs" -l x.img
	# A part of it.
	grep ' /dir' want2 >want
	atf_check -o file:want "$NB_BIN/nb-mkfs" -l x.img:/dir
	grep '/dir/file' want2 >want
	atf_check -o file:want "$NB_BIN/nb-mkfs" -l 'x.img:d*/f?le'
	atf_check -s exit:1 -e inline:'nb-mkfs: x.img: nothing in it is called /none\n' \
	    "$NB_BIN/nb-mkfs" -l x.img:/none
}

atf_test_case list_json
list_json_head()
{
	atf_set descr "-l -o json is one valid object an entry, for any bytes"
	atf_set require.progs perl
}
list_json_body()
{
	odd
	mkfs -t ffs2 x.img stage/METALOG
	"$NB_BIN/nb-mkfs" -l -o json x.img >got || atf_fail "not listed"
	cat >want <<-'EOT'
		{"name":"/","type":"dir","mode":"0755","uid":0,"gid":0,"nlink":3,"size":512,"time":1600000000,"nsec":0,"inode":2}
		{"name":"/bad\ufffd\ufffdname","name_hex":"2f626164ff806e616d65","type":"fifo","mode":"0600","uid":0,"gid":0,"nlink":1,"size":0,"time":0,"nsec":0,"inode":3}
		{"name":"/café","type":"fifo","mode":"0600","uid":0,"gid":0,"nlink":1,"size":0,"time":-1,"nsec":0,"inode":4}
		{"name":"/console","type":"char","mode":"0620","uid":0,"gid":5,"nlink":1,"size":0,"time":1,"nsec":0,"inode":5,"major":342,"minor":1048575}
		{"name":"/dir","type":"dir","mode":"1777","uid":1000,"gid":100,"nlink":2,"size":512,"time":1234567890,"nsec":0,"inode":6}
		{"name":"/dir/file","type":"file","mode":"6751","uid":4294967294,"gid":305419896,"nlink":2,"size":6,"time":2147483647,"nsec":0,"inode":7}
		{"name":"/ld0d","type":"block","mode":"0640","uid":0,"gid":5,"nlink":1,"size":0,"time":1,"nsec":0,"inode":8,"major":19,"minor":3}
		{"name":"/link","type":"file","mode":"6751","uid":4294967294,"gid":305419896,"nlink":2,"size":6,"time":2147483647,"nsec":0,"inode":7,"link":"/dir/file"}
		{"name":"/sym","type":"link","mode":"0755","uid":0,"gid":0,"nlink":1,"size":8,"time":1,"nsec":0,"inode":9,"target":"/a b\u001b[2J"}
		{"name":"/tab\u0009esc\u001b","type":"link","mode":"0755","uid":0,"gid":0,"nlink":1,"size":1,"time":1,"nsec":0,"inode":10,"target":"x"}
	EOT
	atf_check diff want got
	# All bytes that a name may have, as a reader of JSON gets them.
	perl -e 'for my $c (1 .. 255) {
		next if $c == 47;
		open my $f, ">", sprintf("d/x%c%03d", $c, $c) or die }' \
	    d 2>/dev/null || { mkdir d && perl -e 'for my $c (1 .. 255) {
		next if $c == 47;
		open my $f, ">", sprintf("d/x%c%03d", $c, $c) or die }'; }
	mkfs -t ext2 x.img d
	"$NB_BIN/nb-mkfs" -l -o json x.img >got || atf_fail "not listed"
	atf_check -o inline:'254 names\n' perl -MJSON::PP -ne '
	my $j = JSON::PP->new->utf8->decode($_);
	next if $j->{name} eq "/";
	my $name = defined $j->{name_hex} ? pack("H*", $j->{name_hex}) :
	    $j->{name};
	my $c = substr($name, -3) + 0;
	die "$_" if $name ne sprintf("/x%c%03d", $c, $c);
	$n++;
	END { print "$n names\n" }' got
}

atf_test_case copy_file
copy_file_head()
{
	atf_set descr "-x writes a file's content, holes and all"
}
copy_file_body()
{
	mkdir -p d/etc
	echo rc >d/etc/rc
	printf '' >d/nothing
	head -c 3000000 /dev/urandom >d/large
	truncate -s 60000000 d/hole
	printf X | dd of=d/hole bs=1 seek=50000000 conv=notrunc 2>/dev/null
	ln -s etc/rc d/rc
	ln -s /etc d/alt
	ln -s ../../../alt/./rc d/etc/up
	ln -s loop d/loop
	ln -s none d/dangling
	mkfifo d/fifo
	tar -S -cf d.tar -C d .
	for type in $types; do
		mkfs -t $type -s 8m "x:y.img" d.tar
		for f in etc/rc nothing large hole; do
			"$NB_BIN/nb-mkfs" -x "x:y.img:/$f" >got ||
			    atf_fail "$type: $f"
			cmp got "d/$f" || atf_fail "$type: $f differs"
		done
		for f in rc alt/rc /etc/up ./etc//rc etc/../rc; do
			atf_check -o inline:'rc\n' "$NB_BIN/nb-mkfs" -x \
			    "x:y.img:$f"
		done
		atf_check -s exit:1 -e match:'^nb-mkfs: x:y.img: /none: not in it$' \
		    "$NB_BIN/nb-mkfs" -x x:y.img:/none
		atf_check -s exit:1 -e match:'^nb-mkfs: x:y.img: /dangling: not in it$' \
		    "$NB_BIN/nb-mkfs" -x x:y.img:/dangling
		atf_check -s exit:1 -e match:'too many symbolic links$' \
		    "$NB_BIN/nb-mkfs" -x x:y.img:/loop
		atf_check -s exit:1 -e match:'no directory$' \
		    "$NB_BIN/nb-mkfs" -x x:y.img:/etc/rc/x
		atf_check -s exit:1 -e match:'is a directory: add -o tar .* or -C' \
		    "$NB_BIN/nb-mkfs" -x x:y.img:/etc
		atf_check -s exit:1 -e match:'neither a file nor a directory$' \
		    "$NB_BIN/nb-mkfs" -x x:y.img:/fifo
		atf_check -s exit:2 -e match:'which file of it' \
		    "$NB_BIN/nb-mkfs" -x x:y.img
	done
	if [ -w /dev/full ]; then
		atf_check -s exit:1 -e inline:'nb-mkfs: standard output: No space left on device\n' \
		    sh -c "'$NB_BIN/nb-mkfs' -x x:y.img:/large >/dev/full"
		atf_check -s exit:1 -e inline:'nb-mkfs: standard output: No space left on device\n' \
		    sh -c "'$NB_BIN/nb-mkfs' -l x:y.img >/dev/full"
	fi
}

atf_test_case copy_tar
copy_tar_head()
{
	atf_set descr "-x -o tar is an archive of all of it, or of a part"
	atf_set require.progs "bsdtar"
}
copy_tar_body()
{
	gentree
	for seed in 3 5; do
		./gentree "$seed" tree.tar list || atf_fail "gentree $seed"
		for type in $types; do
			mkfs -n -t $type -s 30m a.img tree.tar
			"$NB_BIN/nb-mkfs" -x -o tar a.img >a.tar ||
			    atf_fail "$type: no archive"
			mkfs -n -t $type -s 30m b.img a.tar
			"$NB_BIN/nb-mkfs" -x -o tar b.img >b.tar ||
			    atf_fail "$type: no archive of the second"
			cmp a.tar b.tar || atf_fail "$type seed $seed"
			"$NB_BIN/nb-mkfs" -l a.img >a
			"$NB_BIN/nb-mkfs" -l b.img >b
			atf_check diff a b
		done
	done
	# A file of holes is a small archive, and names are whole.
	rm -rf d
	mkdir -p d/sub/deep
	echo x >d/sub/deep/x
	ln d/sub/deep/x d/a
	truncate -s 1g d/sub/hole
	printf X | dd of=d/sub/hole bs=1 seek=500000000 conv=notrunc 2>/dev/null
	tar -S -cf d.tar -C d .
	mkfs -s 4m x.img d.tar
	"$NB_BIN/nb-mkfs" -x -o tar x.img:/sub >sub.tar || atf_fail "no archive"
	[ "$(wc -c <sub.tar)" -lt 30000 ] || atf_fail "holes were written"
	atf_check -o inline:'sub/\nsub/deep/\nsub/deep/x\nsub/hole\n' \
	    bsdtar -tf sub.tar
	mkdir out
	bsdtar -xf sub.tar -C out
	atf_check cmp d/sub/hole out/sub/hole
	atf_check cmp d/a out/sub/deep/x
	atf_check -s exit:1 -e match:'nothing in it is called none' \
	    "$NB_BIN/nb-mkfs" -x -o tar x.img:none
}

# to_folder: -x -C of images of odd and of a tree of gentree
to_folder()
{
	gentree
	odd
	./gentree 5 tree.tar list || atf_fail "gentree"
	for type in $types; do
		mkfs -t $type x.img stage/METALOG
		atf_check "$NB_BIN/nb-mkfs" -x -C out x.img
		# What a person cannot store is in METALOG alone.
		atf_check cmp stage/METALOG out/METALOG
		atf_check -o inline:'hello\n' cat out/link
		atf_check test out/link -ef out/dir/file
		atf_check test ! -e out/console -a ! -e out/ld0d
		[ "$(readlink out/tab*)" = x ] || atf_fail "no link"
		# The same as nb-untar makes of the layer, in place of an old
		# one; and of a part, in which names are whole.
		mkfs -t $type -s 30m y.img tree.tar
		for word in y.img "y.img:[a-m]*"; do
			atf_check "$NB_BIN/nb-mkfs" -x -C out "$word"
			atf_check "$NB_BIN/nb-untar" -C want "$word"
			atf_check diff -r --no-dereference want out
			(cd want && find . -printf '%P %m %u %n %T@\n' |
			    grep -v '^METALOG' | sort) >want.list
			(cd out && find . -printf '%P %m %u %n %T@\n' |
			    grep -v '^METALOG' | sort) >out.list
			atf_check diff want.list out.list
			# Names of one link are several there.
			mkfs -t $type -s 30m a.img "$word"
			mkfs -t $type -s 30m b.img out/METALOG
			"$NB_BIN/nb-mkfs" -l -o mtree a.img >a
			atf_check -o file:a "$NB_BIN/nb-mkfs" -l -o mtree b.img
		done
		chmod -R u+rwx want out
		rm -rf want out
	done
	# What is there already and no stage is let be, as what is no image.
	mkdir other
	echo mine >other/x
	atf_check -s exit:1 -e match:'other: is there, and no stage' \
	    "$NB_BIN/nb-mkfs" -x -C other x.img
	atf_check -o inline:'mine\n' cat other/x
	atf_check -s exit:1 -e match:'^nb-mkfs: stage: no image' \
	    "$NB_BIN/nb-mkfs" -x -C out stage
	atf_check -s exit:1 -e match:'nothing in it is called /none$' \
	    "$NB_BIN/nb-mkfs" -x -C out x.img:/none
	atf_check test ! -e out -a ! -e out.part
	atf_check -e inline:'nb-mkfs: out: 2 files\n' \
	    "$NB_BIN/nb-mkfs" -vx -C out x.img:/console
	# A name that a stage has for itself, and those that lead out of it.
	mkdir d
	echo x >d/METALOG
	tar -cf d.tar -C d METALOG
	mkfs x.img d.tar
	atf_check -s exit:1 -e match:'needs the name METALOG for itself' \
	    "$NB_BIN/nb-mkfs" -x -C bad x.img
	mkdir e
	: >e/METALOG.0123
	for type in ffs ffs2; do
		for name in '../METALOG.x' 'aaaaaaa/.../x'; do
			mkfs -n -t $type x.img e
			ffs_places x.img
			at=$(dirent x.img "$(content x.img 2)" METALOG.0123)
			printf '%.12s' "$name" | dd of=x.img bs=1 \
			    seek=$((at + 8)) conv=notrunc 2>/dev/null
			atf_check -s exit:1 -e match:'damaged' \
			    "$NB_BIN/nb-mkfs" -x -C bad x.img
			atf_check test ! -e bad -a ! -e bad.part
		done
	done
	atf_check test ! -e METALOG.x
}

atf_test_case folder_as_root
folder_as_root_head()
{
	atf_set descr "-x -C makes a folder as nb-untar does, for root"
	atf_set require.user root
}
folder_as_root_body()
{
	to_folder
}

atf_test_case folder_as_user
folder_as_user_head()
{
	atf_set descr "-x -C makes a folder as nb-untar does, for a user"
	atf_set require.user unprivileged
}
folder_as_user_body()
{
	to_folder
}

atf_test_case layer
layer_head()
{
	atf_set descr "what of an image a layer takes, and what goes over it"
}
layer_body()
{
	mkdir -p d/etc d/usr/bin over/etc
	echo old >d/etc/rc
	echo keep >d/etc/keep
	echo prog >d/usr/bin/a
	ln d/usr/bin/a d/usr/bin/b
	ln d/usr/bin/a d/etc/c
	echo new >over/etc/rc
	for type in $types; do
		rm -f from.img
		mkfs -t $type -L fromroot from.img d
		# All, with a folder over it: what it replaces is gone.
		mkfs -t $type x.img from.img over
		atf_check -o inline:'new\n' "$NB_BIN/nb-mkfs" -x x.img:/etc/rc
		atf_check -o inline:'keep\n' "$NB_BIN/nb-mkfs" -x x.img:/etc/keep
		atf_check "$NB_BIN/nb-mkfs" -c x.img
		# A part; names of one file outside of it do not count.
		mkfs -t $type x.img from.img:/usr
		"$NB_BIN/nb-mkfs" -l x.img >got
		atf_check -o inline:'/ /usr /usr/bin /usr/bin/a /usr/bin/b \n' \
		    sh -c "awk '{ printf \"%s \", \$NF } END { print \"\" }' got"
		atf_check -o inline:'prog\n' "$NB_BIN/nb-mkfs" -x x.img:/usr/bin/b
		# The first name of a file replaced by what comes later.
		mkdir -p over2/etc
		echo other >over2/etc/c
		mkfs -t $type x.img from.img over2
		atf_check -o inline:'other\n' "$NB_BIN/nb-mkfs" -x x.img:/etc/c
		atf_check -o inline:'prog\n' "$NB_BIN/nb-mkfs" -x x.img:/usr/bin/a
		atf_check -o inline:'prog\n' "$NB_BIN/nb-mkfs" -x x.img:/usr/bin/b
		# Into a folder.
		rm -rf stage
		atf_check "$NB_BIN/nb-untar" -C stage from.img:/etc
		atf_check -o inline:'keep\n' cat stage/etc/keep
		atf_check test ! -e stage/usr
	done
	# What begins as an image does is one, and says what is wrong with it.
	put 32 from.img $((512 + 16)) 0
	atf_check -s exit:1 -e match:'^nb-mkfs: from.img: damaged partition table' \
	    "$NB_BIN/nb-mkfs" x.img from.img
	atf_check -s exit:1 -e match:'^nb-mkfs: from.img: nothing in it is called /none' \
	    sh -c "'$NB_BIN/nb-mkfs' -n from.img d &&
	    '$NB_BIN/nb-mkfs' x.img from.img:/none"
}

# tree: d, as other programs are to put it into an image
tree()
{
	mkdir -p d/a/b/c d/etc d/many
	for n in 0 1 511 512 513 1023 1024 4095 4096 4097 8192 8193 98304 \
	    98305 500000; do
		head -c $n /dev/urandom >d/f$n
	done
	head -c 5000000 /dev/urandom >d/large
	truncate -s 3000001 d/hole
	printf X | dd of=d/hole bs=1 seek=1234567 conv=notrunc 2>/dev/null
	ln d/f4096 d/a/hard
	for n in 1 59 60 119 120 300; do
		ln -s "$(printf '%0*d' $n 1)" d/a/s$n
	done
	awk 'BEGIN { for (i = 0; i < 700; i++) {
		f = sprintf("d/many/name-number-%d", i); print i >f; close(f)
	} }'
}

# listed_as_d IMAGE WHO: -l has the files and links of d, -x their content
listed_as_d()
{
	"$NB_BIN/nb-mkfs" -l "$1" >list || atf_fail "$2: not listed"
	awk '/^-/ { print $1, $2, $5, $8 }
	/^l/ { print $1, $2, $5, $8, $10 }' list | sort >got
	(cd d && find . -type f -printf '%M %n %s /%P\n' -o \
	    -type l -printf 'lrwxrwxrwx %n %s /%P %l\n') | sort >want
	# Links' modes differ between systems.
	sed -i 's/^l[rwx-]*/l/' want got
	diff want got >differ || {
		head differ
		atf_fail "$2: another list"
	}
	for _f in f0 f98305 large hole a/hard; do
		"$NB_BIN/nb-mkfs" -x "$1:/$_f" | cmp - d/$_f ||
		    atf_fail "$2: $_f differs"
	done
}

# same_as_d IMAGE WHO: what is in it is d
same_as_d()
{
	"$NB_BIN/nb-mkfs" -c "$1" >found 2>&1 || {
		cat found
		atf_fail "$2: faults are found"
	}
	listed_as_d "$1" "$2"
	rm -rf out
	mkdir out
	"$NB_BIN/nb-mkfs" -x -o tar "$1" | tar -xf - -C out
	rm -rf out/lost+found
	diff -r --no-dereference d out || atf_fail "$2: not the same"
	# Attributes, as the layer that they become.
	(cd d && find . -type f -printf '%p %m %T@ %n %s\n' | sort) >want
	(cd out && find . -type f -printf '%p %m %T@ %n %s\n' | sort) >got
	# Neither makefs nor mke2fs keeps nanoseconds.
	sed -i 's/\.[0-9]* / /' want got
	diff want got >differ || {
		head differ
		atf_fail "$2: attributes differ"
	}
}

atf_test_case from_makefs
from_makefs_head()
{
	atf_set descr "FFS as makefs writes it"
	atf_set require.progs makefs
}
from_makefs_body()
{
	tree
	for v in 1 2; do
		for b in 4096,fsize=512 8192,fsize=1024 8192,fsize=8192 \
		    16384,fsize=2048 32768,fsize=4096 65536,fsize=8192; do
			makefs -t ffs -o version=$v,bsize=$b -b 20% -f 20% \
			    x.img d >log 2>&1 || {
				cat log
				atf_fail "makefs $v $b"
			}
			same_as_d x.img "makefs $v $b"
		done
		for o in minfree=5,optimization=space maxbpcg=1000 \
		    density=3000 "avgfilesize=1000,avgfpdir=3 -B le"; do
			makefs -t ffs -s 40m -o version=$v,$o x.img d >log 2>&1 || {
				cat log
				atf_fail "makefs $v $o"
			}
			same_as_d x.img "makefs $v $o"
		done
		# As a layer, and a part of it in a folder.
		mkfs -t ext2 y.img x.img
		same_as_d y.img "a layer of makefs $v"
		atf_check "$NB_BIN/nb-mkfs" -x -C part x.img:/many
		atf_check diff -r d/many part/many
	done
}

atf_test_case from_mke2fs
from_mke2fs_head()
{
	atf_set descr "ext2 as mke2fs writes it, and debugfs and e2fsck change it"
	atf_set require.progs "mke2fs debugfs e2fsck"
}
from_mke2fs_body()
{
	tree
	for b in 1024 2048 4096; do
		for o in "" "-O none" "-O none,filetype" "-O ^resize_inode" \
		    "-I 128" "-r 0" "-O flex_bg" "-j" "-I 256" \
		    "-O ^sparse_super,^resize_inode" "-g 512 -N 4000" \
		    "-O dir_nlink,extra_isize" "-E packed_meta_blocks=1" \
		    "-m 20 -L label -U clear"; do
			# All of them with the smallest blocks only.
			[ $b -eq 1024 ] || [ -z "$o" ] ||
			    [ "${NB_SOAK-}" = y ] || continue
			rm -f x.img
			mke2fs -q -t ext2 -b $b $o -d d x.img 24m >log 2>&1 || {
				cat log
				atf_fail "mke2fs $b $o"
			}
			same_as_d x.img "mke2fs $b $o"
		done
		mkfs -t ffs2 y.img x.img
		rm -rf part
		atf_check "$NB_BIN/nb-mkfs" -x -C part y.img
		atf_check diff d/large part/large
		# Change it: and give large directories an index.
		cp -R d d2
		head -c 700000 /dev/urandom >new
		printf '%s\n' 'rm f98305' 'write new new' 'mkdir made' \
		    'cd made' 'write new again' 'symlink sym ../new' 'cd /' \
		    'rm many/name-number-7' 'ln f1 made/one' 'sif f1 links_count 2' \
		    >cmd
		debugfs -w -f cmd x.img >log 2>&1
		e2fsck -fyD x.img >log 2>&1
		[ $? -le 1 ] || { cat log; atf_fail "e2fsck"; }
		mv d was
		cp -a was d
		rm d/f98305 d/many/name-number-7
		mkdir d/made
		cp new d/new
		cp new d/made/again
		ln -s ../new d/made/sym
		ln d/f1 d/made/one
		touch -r d d/new d/made/again
		"$NB_BIN/nb-mkfs" -c x.img || atf_fail "$b: changed: faults"
		rm -rf out
		mkdir out
		"$NB_BIN/nb-mkfs" -x -o tar x.img | tar -xf - -C out
		rm -rf out/lost+found
		diff -r --no-dereference d out || atf_fail "$b: changed: differs"
		rm -rf d d2
		mv was d
	done
}

atf_test_case half_known
half_known_head()
{
	atf_set descr "features that do not touch files: read, but not checked"
	atf_set require.progs mke2fs
}
half_known_body()
{
	tree
	for o in huge_file uninit_bg metadata_csum quota sparse_super2; do
		rm -f x.img
		mke2fs -q -t ext2 -b 1024 -O $o -d d x.img 24m >log 2>&1 ||
		    continue
		atf_check -s exit:1 -e match:'^nb-mkfs: x.img: cannot be checked here' \
		    "$NB_BIN/nb-mkfs" -c x.img
		listed_as_d x.img "mke2fs -O $o"
	done
}

atf_test_case xattrs
xattrs_head()
{
	atf_set descr "blocks of attributes are counted, shared ones once"
	atf_set require.progs "mke2fs debugfs"
}
xattrs_body()
{
	mkdir d
	echo a >d/a
	echo b >d/b
	ln -s x d/sym
	mke2fs -q -t ext2 -I 128 -b 1024 -d d x.img 1m
	for f in a b sym; do
		debugfs -w -R "ea_set $f user.key value" x.img >/dev/null 2>&1
	done
	debugfs -R "stat a" x.img 2>/dev/null >out
	grep -q 'File ACL: [1-9]' out || atf_skip "this debugfs sets none"
	atf_check "$NB_BIN/nb-mkfs" -c x.img
	atf_check -o inline:'a\n' "$NB_BIN/nb-mkfs" -x x.img:/a
	atf_check -o match:'/sym -> x$' "$NB_BIN/nb-mkfs" -l x.img
}

atf_test_case left_out
left_out_head()
{
	atf_set descr "sockets and whiteouts are no part of a layer"
	atf_set require.progs debugfs
}
left_out_body()
{
	mkdir d
	mkfifo d/socket
	echo x >d/x
	mkfs -n -t ext2 x.img d
	debugfs -w -R 'sif socket mode 0140755' x.img >/dev/null 2>&1
	atf_check -o match:'^srwxr-xr-x .* /socket$' "$NB_BIN/nb-mkfs" -l x.img
	atf_check -o match:'"name":"/socket","type":"socket"' \
	    "$NB_BIN/nb-mkfs" -l -o json x.img
	atf_check -o not-match:socket "$NB_BIN/nb-mkfs" -l -o mtree x.img
	atf_check "$NB_BIN/nb-mkfs" -n y.img x.img
	atf_check -o not-match:socket -o match:'/x$' "$NB_BIN/nb-mkfs" -l y.img
	# A union mount's whiteout: inode 1, type 14.
	mkfs -n -t ffs x.img d
	ffs_places x.img
	at=$(dirent x.img "$(content x.img 2)" socket)
	lost=$(ino x.img socket)
	put 32 x.img "$at" 1
	put 8 x.img $((at + 6)) 14
	atf_check -o not-match:socket -o match:'/x$' "$NB_BIN/nb-mkfs" -l x.img
	atf_check -s exit:1 -e ignore \
	    -o inline:"x.img: inode $lost: in use, but it has no name (0 bytes)\n" \
	    "$NB_BIN/nb-mkfs" -c x.img
}

atf_test_case other_places
other_places_head()
{
	atf_set descr "superblocks of NetBSD's makefs, and of older systems"
}
other_places_body()
{
	mkdir d
	echo hello >d/f
	# FFSv2 at 8192, with the magic number that allows attributes.
	mkfs -n -t ffs2 -s 4m x.img d
	move x.img 65536 8192 8192
	put 64 x.img $((8192 + 1000)) 8192
	put 32 x.img $((8192 + 1372)) $((0x19012038))
	put 64 x.img $((65536 + 1000)) 8192
	atf_check -o inline:'hello\n' "$NB_BIN/nb-mkfs" -x x.img:/f
	# What a partition held before may still be there: its type counts.
	mkfs -t ext2 -s 4m x.img d
	mkfs -t ffs -n -s 2m f.img d
	dd if=f.img of=x.img bs=1 skip=8192 seek=$((1048576 + 8192)) \
	    count=1376 conv=notrunc 2>/dev/null
	"$NB_BIN/nb-mkfs" -l x.img >out || atf_fail "not listed"
	atf_check -o match:' 4096 .* /$' cat out
	# FFSv1 whose later fields stand for something else.
	mkfs -n -t ffs -s 4m x.img d
	put 8 x.img $((8192 + 211)) 0
	put 64 x.img $((8192 + 1000)) 77
	put 64 x.img $((8192 + 1080)) 0
	put 64 x.img $((8192 + 1096)) 0
	atf_check -o inline:'hello\n' "$NB_BIN/nb-mkfs" -x x.img:/f
	atf_check -o ignore "$NB_BIN/nb-mkfs" -l x.img
}

atf_test_case refusals
refusals_head()
{
	atf_set descr "what is not understood is refused by its name"
	atf_set require.progs "mke2fs makefs"
}
refusals_body()
{
	mkdir d
	echo hello >d/f
	refused() {
		for mode in "-l x.img" "-c x.img" "-x x.img:/f" "y.img x.img"; do
			atf_check -s exit:1 -o empty -e match:"^nb-mkfs: x.img: $1" \
			    "$NB_BIN/nb-mkfs" $mode
		done
		rm -f x.img
	}
	mke2fs -q -t ext4 -d d x.img 8m
	refused '.*feature extents: an ext4 file system$'
	mke2fs -q -t ext2 -d d x.img 8m
	put 32 x.img $((1024 + 96)) $((0x82))
	refused '.*feature 64bit: an ext4 file system$'
	mke2fs -q -t ext2 -O meta_bg,^resize_inode -d d x.img 8m
	refused '.*feature meta_bg$'
	mke2fs -q -t ext3 -d d x.img 8m
	put 32 x.img $((1024 + 96)) 6
	refused '.*feature needs_recovery: its journal was not replayed'
	mke2fs -q -t ext2 -d d x.img 8m
	put 32 x.img $((1024 + 96)) $((0x40000002))
	refused '.*unknown features 0x40000000$'
	makefs -t ffs -B be -s 4m x.img d >/dev/null
	refused 'a big-endian FFS: only little-endian ones are understood$'
	makefs -t ffs -B be -s 4m -o version=2 x.img d >/dev/null
	refused 'a big-endian FFS: only little-endian ones are understood$'
	mkfs -n -t ffs2 x.img d
	put 32 x.img $((65536 + 1312)) 256
	put 8 x.img $((65536 + 864)) 1
	refused 'its journal was not replayed: mount it once with NetBSD'
	mkfs -n -t ffs x.img d
	put 32 x.img $((8192 + 1324)) $((0xffffffff))
	refused 'FFS in the format of 4.3BSD'
	# Partitions of which none is meant.
	mkfs -t ffs -s 8m x.img d
	sgdisk -A 1:clear:59 -n 2:40:100 x.img >/dev/null
	atf_check -o inline:'hello\n' "$NB_BIN/nb-mkfs" -x x.img:/f
	sgdisk -d 1 -n 3:200:300 x.img >/dev/null
	atf_check -s exit:1 -e match:'^nb-mkfs: x.img: of 2 partitions none is marked bootme' \
	    "$NB_BIN/nb-mkfs" -l x.img
	# One that begins where no file can have a byte.
	perl -MCompress::Zlib -e '
		open my $f, "+<:raw", "x.img" or die;
		read $f, my $disk, 1 << 20;
		my $last = (1 << 63) / 512 - 2;
		substr($disk, 1024 + 128 + 32, 24) = pack "Q<3", $last - 7, $last, 0;
		substr($disk, 512 + 88, 4) = pack "V", crc32(substr $disk,
		    1024, 128 * 128);
		substr($disk, 512 + 16, 4) = pack "V", 0;
		substr($disk, 512 + 16, 4) = pack "V", crc32(substr $disk,
		    512, 92);
		seek $f, 0, 0;
		print $f $disk;
		close $f or die' || atf_fail perl
	atf_check -s exit:1 -e match:'^nb-mkfs: x.img: of 2 partitions none is marked bootme, and 0 ' \
	    "$NB_BIN/nb-mkfs" -l x.img
}

atf_test_case hostile
hostile_head()
{
	atf_set descr "loops and blocks used again end, in one line"
}
hostile_body()
{
	mkdir -p d/dir/sub
	echo hello >d/dir/file
	head -c 300000 /dev/urandom >d/large
	for type in ffs ffs2; do
		mkfs -n -t $type -s 3m -o bsize=8192,fsize=1024 good.img d
		ffs_places good.img
		large=$(ino good.img large)
		dir=$(ino good.img dir)
		sub=$(ino good.img dir/sub)
		# Pointers that lead to themselves, three levels deep.
		cp good.img x.img
		at=$(get $ptr x.img "$(pointer "$large" 12)")
		put $ptr x.img "$(pointer "$large" 14)" "$at"
		i=0
		while [ $i -lt 8 ]; do
			put $ptr x.img $((at * fsize + i * ptr / 8)) "$at"
			i=$((i + 1))
		done
		put 64 x.img $(($(inode "$large") + size_at)) 100000000000
		atf_check -s exit:1 -o ignore -e match:'^nb-mkfs: x.img: /large: damaged: ' \
		    "$NB_BIN/nb-mkfs" -n -t ffs2 -s 3m y.img x.img
		atf_check -s exit:1 -o ignore -e match:'^nb-mkfs: x.img: ' \
		    "$NB_BIN/nb-mkfs" -c x.img
		# A directory in itself.
		cp good.img x.img
		put 16 x.img $(($(content x.img "$sub") + 12 + 4)) 12
		put 32 x.img $(($(content x.img "$sub") + 24)) "$dir"
		put 16 x.img $(($(content x.img "$sub") + 24 + 4)) 488
		put 32 x.img $(($(content x.img "$sub") + 24 + 6)) \
		    $((0x6d610104))
		atf_check -s exit:1 -o ignore -e match:'/dir/sub/a: damaged: this directory has another name too$' \
		    "$NB_BIN/nb-mkfs" -l x.img
		# One block in many files: more content than there is room.
		cp good.img x.img
		i=0
		while [ $i -lt 12 ]; do
			put $ptr x.img "$(pointer "$large" $i)" \
			    "$(get $ptr x.img "$(pointer "$large" 0)")"
			i=$((i + 1))
		done
		atf_check -s exit:1 -e ignore -o match:'/large .*: [0-9]* of its blocks are used twice' \
		    "$NB_BIN/nb-mkfs" -c x.img
		# A file of nothing but holes, as large as there can be.
		cp good.img x.img
		i=0
		while [ $i -lt 15 ]; do
			put $ptr x.img "$(pointer "$large" $i)" 0
			i=$((i + 1))
		done
		put 64 x.img $(($(inode "$large") + size_at)) 70000000000
		put 32 x.img $(($(inode "$large") + blocks_at)) 0
		atf_check "$NB_BIN/nb-mkfs" -n -t ffs2 -s 3m y.img x.img
		atf_check -o match:' 70000000000 .*/large$' \
		    "$NB_BIN/nb-mkfs" -l y.img
	done
}

atf_test_case usage
usage_head()
{
	atf_set descr "modes and options that do not go together"
}
usage_body()
{
	mkdir d
	mkfs x.img d
	for words in "-l -c x.img" "-x -l x.img" "-l -s 5m x.img" \
	    "-c -t ffs x.img" "-l -o xml x.img" "-x -o zip x.img" \
	    "-c -o json x.img" "-C d x.img d" "-l -C d x.img" \
	    "-x -C d -o tar x.img" "-x -C" "-x -C d" "-l" "-c" "-x" "-l x.img x.img"; do
		atf_check -s exit:2 -e not-empty "$NB_BIN/nb-mkfs" $words
	done
	# The other order of words.
	atf_check -o match:'^[{]"name":"/"' "$NB_BIN/nb-mkfs" -o json -l x.img
	atf_check -e match:'x.img: ffs, 1 inodes in use: no fault found' \
	    "$NB_BIN/nb-mkfs" -v -c x.img
}

atf_test_case quiet
quiet_head()
{
	atf_set descr "a warning of what has no place, and none with -q"
}
quiet_body()
{
	mkdir -p set/lib over
	echo x >set/lib/a
	tar -cf set.tar -C set .
	ln -s usr/lib over/lib
	atf_check -e inline:'nb-mkfs: warning: x.img: 1 entries have no '\
'place: /lib is a symbolic link in a later layer
' "$NB_BIN/nb-mkfs" x.img set.tar over
	atf_check "$NB_BIN/nb-mkfs" -q x.img set.tar over
	atf_check "$NB_BIN/nb-mkfs" -qv x.img set.tar over
}

atf_init_test_cases()
{
	atf_add_test_case metalog
	atf_add_test_case same_again
	atf_add_test_case list_long
	atf_add_test_case list_json
	atf_add_test_case copy_file
	atf_add_test_case copy_tar
	atf_add_test_case folder_as_root
	atf_add_test_case folder_as_user
	atf_add_test_case layer
	atf_add_test_case from_makefs
	atf_add_test_case from_mke2fs
	atf_add_test_case half_known
	atf_add_test_case xattrs
	atf_add_test_case left_out
	atf_add_test_case other_places
	atf_add_test_case refusals
	atf_add_test_case hostile
	atf_add_test_case usage
	atf_add_test_case quiet
}
