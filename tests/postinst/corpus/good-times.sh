# times that scripts set do not count
touch -d 2001-01-01 etc/rc
touch var/new
touch -r etc/rc var/old
cp -p etc/rc var/copy
