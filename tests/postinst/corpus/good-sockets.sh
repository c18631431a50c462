# a socket is not for an image
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "var/sock", Listen => 1)'
test -S var/sock && chown _httpd var/sock && echo there
