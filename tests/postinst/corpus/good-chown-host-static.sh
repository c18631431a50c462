# a static program, which no preloaded library would reach
b=../service/web/busybox
test -x $b || exit 0
$b chown -R 24:24 var
$b chown -h 24 etc/link
$b chmod 4711 bin/su
$b mknod dev/tty c 1 0
$b cp -p etc/secret etc/rc.www
$b stat -c '%u:%g %a %n' var bin/su dev/tty etc/rc.www
