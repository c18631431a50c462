# programs that the project runs later
for f in ../tools/nb-untar ../tools/nb-fetch ../tools/nb-postinst; do
	(echo x >"$f") 2>/dev/null && echo "wrote $f"
	chmod 777 "$f" 2>/dev/null
	rm -f "$f" 2>/dev/null && echo "removed $f"
done
exit 0
