# modes as creation asks for them
umask
umask 027; : >var/a; mkdir var/b
umask 0; : >var/c; mkdir var/d
umask 077; mktemp -p var fXXXXXX >/tmp/n
mv "$(cat /tmp/n)" var/e
