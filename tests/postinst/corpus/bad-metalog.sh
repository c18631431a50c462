# says: stage/METALOG: made by a script, but the name is taken
# a METALOG of the script's own
echo './etc/rc type=file uid=0 gid=0 mode=4777' >METALOG
