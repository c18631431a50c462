# signals to everything there is
kill -0 "$OUTER" 2>/dev/null && echo "can see $OUTER"
kill -9 "$OUTER" 2>/dev/null && echo "killed $OUTER"
i=2
while [ $i -lt 400 ]; do
	[ $i -eq $$ ] || kill -9 $i $((i + OUTER - 200)) 2>/dev/null
	i=$((i + 1))
done
trap '' TERM
kill -TERM 0 2>/dev/null
exit 0
