# device nodes are renamed, linked, copied, removed like files
mv dev/null dev/nil
mknod dev/a c 1 1
ln dev/a dev/b
mv dev var/dev && mkdir dev
cp -R var/dev/nil dev/null
test -c dev/null && test ! -f dev/null && echo node
mknod dev/gone c 9 9 && rm dev/gone
