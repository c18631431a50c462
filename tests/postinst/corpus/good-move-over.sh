# a file moved over another is still itself
mv -f etc/secret etc/rc
cp -p 'etc/a b' etc/new
mv etc/new etc/group
awk '{ print $0 "!" }' etc/passwd >etc/passwd.new && mv etc/passwd.new etc/passwd
