# trees, with links in them that are not followed
mkdir -p var/www/htdocs/sub
echo 1 >var/www/htdocs/index.html
ln -s ../../../etc/secret var/www/htdocs/sub/secret
chown -R _httpd:_httpd var/www
