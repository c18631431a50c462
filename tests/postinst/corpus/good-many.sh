# two thousand files of another owner
mkdir var/many
perl -e 'for (1 .. 2000) { open(F, sprintf(">var/many/%04d", $_)); close F }'
chown -R _httpd var/many
find var/many -user _httpd | wc -l
rm -r var/many
: >var/many
