# nbakery: a playground: a user with bash, git, neovim and more, inside tmux.
IMGSIZE=	1024
ADDPKGS=	bash bat curl doas fd-find fzf git-base gmake neovim pkgin ripgrep
