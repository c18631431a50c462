# games: a menu of NetBSD's games, and of those in the package nbsdgames.
ADDSETS=	games
ADDPKGS=	nbsdgames
