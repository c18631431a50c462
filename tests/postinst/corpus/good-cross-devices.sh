# /tmp is another file system: owners come along both ways
cp -p etc/secret /tmp/secret
chown _httpd /tmp/secret
stat -c %u:%g /tmp/secret
mv /tmp/secret etc/from-tmp
mv var/www /tmp/www
stat -c %u:%g:%a /tmp/www
mv /tmp/www var/site
mknod /tmp/node b 3 4 && mv /tmp/node dev/node
