# children that end while others start and files are looked at: no call may
# be interrupted that never is elsewhere
bad=0
i=0
while [ $i -lt 100 ]; do
	/bin/true & /bin/true &
	for f in etc/rc etc/rc etc/rc etc/rc etc/rc etc/rc etc/rc etc/rc; do
		test -f $f || bad=$((bad + 1))
	done
	i=$((i + 1))
done
wait
echo $bad
