# writes by absolute names
for f in /oops /usr/oops /etc/oops /root/oops /home/oops /var/oops \
    /build/oops /build/tools/nb-untar /etc/passwd.new /dev/null.oops/x \
    "$HOST/victim" "$HOST/home/.ssh/id" "$HOST/new"; do
	(echo x >"$f") 2>/dev/null && echo "wrote $f"
	mkdir "$f.d" 2>/dev/null && echo "made $f.d"
done
exit 0
