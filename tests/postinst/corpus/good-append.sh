# files are added to, in place: owners and modes stay
echo 'sshd=YES' >>etc/rc
echo more >>etc/secret
printf 'operator:*:5:root\n' >>etc/group
