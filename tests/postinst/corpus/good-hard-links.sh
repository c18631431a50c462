# one file under several names has one owner
ln etc/secret etc/second
chown _httpd etc/second
chmod 0400 etc/secret
mv etc/secret var/third
ln bin/su bin/su3 && rm bin/su
