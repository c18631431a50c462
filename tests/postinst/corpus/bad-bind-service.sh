# the service and common are not written to
echo x >>../service/web/etc/me.pub
rm -rf ../service/web ../service/common
touch ../service/new
chmod 777 ../service/web ../service/common/funcs
chown 24 ../service/web/etc/me.pub
mv ../service/web ../service/web2
exit 0
