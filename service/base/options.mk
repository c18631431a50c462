# base: a shell on the whole base set.
