# public keys of the service
mkdir -p home/me/.ssh
cat ../service/web/etc/*.pub >home/me/.ssh/authorized_keys
chmod 700 home/me/.ssh
chmod 600 home/me/.ssh/authorized_keys
chown -R 1000:100 home/me
