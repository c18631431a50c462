# .profile of usershell's user, read by ksh(1) at login.
PATH=$HOME/bin:/bin:/sbin:/usr/bin:/usr/sbin:/usr/pkg/bin:/usr/pkg/sbin
EDITOR=vi
HISTFILE=$HOME/.history
PS1="$USER@$(hostname)\$ "
export PATH EDITOR HISTFILE PS1
set -o emacs
