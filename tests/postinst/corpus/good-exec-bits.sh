# files of the service: their modes do not depend on anyone's umask
cp ../service/web/files/one etc/one
cp ../service/web/files/sub/two etc/two
cp -p ../service/web/files/sub/two etc/two.p
cp -R ../service/web/files var/files
cp -a ../service/web/files var/files.a
install ../service/web/files/one bin/one
stat -c '%a %u:%g %n' ../service/web/files/one ../service/web/files/sub
