# what is removed is gone from METALOG
rm etc/secret bin/su dev/null
rm -rf var
rm etc/link
