-- A gate's slots are counted at each batch that claims or settles jobs of it: its new version is to
-- fit beside the old one.
alter table gate set (fillfactor = 40);

-- Gates of keys live on for a while; whoever looks for those to be called at reads none of them.
create index gate_callable on gate (id)
  where scope in ('pool', 'kind', 'tenant', 'destination') or rate is not null;

-- What a run that is forgotten is looked for by.
create index batch_run_instance on batch_run (instance);
create index batch_run_restart_of on batch_run (restart_of) where restart_of is not null;
create index batch_run_node on batch_run (node) where node is not null;
