# bozohttpd: what `bmake start` forwards to it.
PORT=		::8080-:80
