# a set-id program for other users of the host to find while this runs
cp /bin/sh var/sh && chmod 6755 var/sh
perl -e 'use Fcntl; sysopen(F, "var/sh2", O_CREAT|O_WRONLY, 06755) and print "opened\n"'
stat -c %a var/sh
# (the test looks at it meanwhile)
: >var/ready; sleep 1; rm var/ready var/sh
