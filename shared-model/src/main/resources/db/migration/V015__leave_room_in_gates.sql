-- A gate's slots are counted at each batch that claims or settles jobs of it: its new version is to
-- fit beside the old one.
alter table gate set (fillfactor = 40);
