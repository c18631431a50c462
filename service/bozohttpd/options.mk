# bozohttpd: NetBSD's web server in front of /var/www, on port 80.
PORT=		::8080-:80
# device nodes are in the image: it is up sooner
DEVNODES=	y
