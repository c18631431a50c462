# says: stage/METALOG: made by a script, but the name is taken
# the name under which METALOG is going to be written
ln -s "$HOST/victim" METALOG.part
