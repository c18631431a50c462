# nitro: the base set under nitro(8), a tiny init and supervisor; a login on the console.
ADDPKGS=	nitro
