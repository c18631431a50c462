# says: 1\.sh: not done after 1 seconds \(-T\)
# options: -T 1
# an endless loop
trap '' TERM INT ALRM
while :; do :; done
