# a new file in the place of another's is root's
rm etc/secret
echo new >etc/secret
mv etc/rc etc/rc.old && cp etc/rc.old etc/rc
rm -r var/www && mkdir var/www
rm bin/su.link && cp bin/su bin/su.link
