# symbolic links, made, forced, moved
ln -s /var/run/x.sock etc/x.sock
ln -sf ../rc etc/link
ln -sfn var/www www
mv etc/link etc/moved
readlink www
