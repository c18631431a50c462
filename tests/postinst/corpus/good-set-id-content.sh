# set-id bits stay when root writes, and go with cp without -p
chmod 6755 etc/rc
echo more >>etc/rc
cp etc/rc etc/rc2
stat -c '%a' etc/rc etc/rc2
test -u etc/rc && test -g etc/rc && echo both
