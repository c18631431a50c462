# says: stopped: the disk has 8 MB less than before it
# options: -S 8
# many files without an end
i=0
while [ $i -lt 300 ]; do
	head -c 1000000 /dev/urandom >var/big$i
	i=$((i + 1))
done
sleep 5
