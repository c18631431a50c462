# tslog: where the kernel's time goes while it boots, if it keeps a log of that.
