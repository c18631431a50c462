# says: stopped: its /tmp, which is in memory, has too much in it
# options: -S 64
# /tmp without an end
i=0
while [ $i -lt 100 ]; do
	head -c 1000000 /dev/zero >/tmp/big$i
	i=$((i + 1))
done
sleep 10
