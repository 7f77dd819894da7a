-- Who is told what. A settle asks webhook_listener only.

-- Whether one of an endpoint's patterns (a type, type.* or *) means a type.
create or replace function webhook_matches(patterns text[], the_type text) returns boolean
  language sql immutable
  return exists (
    select from unnest(patterns) p
    where p in ('*', the_type) or (p like '%.*' and starts_with(the_type, left(p, -1))));

-- Offstage's own events; those of tenants are told by themselves.
create or replace function webhook_own_types() returns setof text
  language sql immutable
  return unnest(array['job.completed', 'job.failed', 'job.discarded', 'job.cancelled', 'asset.ready',
                      'webhook.endpoint.disabled']);

create or replace function webhook_listen() returns trigger
  language plpgsql as $$
begin
  delete from webhook_listener where endpoint = new.id;
  insert into webhook_listener (tenant, type, endpoint)
  select new.tenant, t, new.id from webhook_own_types() t
  where new.state in ('active', 'paused') and webhook_matches(new.types, t);
  return null;
end $$;

create or replace trigger webhook_endpoint_listens
  after insert or update of types, state on webhook_endpoint
  for each row execute function webhook_listen();

-- What a job's row may not say later any more: the job may have been tried again by then.
create or replace function webhook_attempt_data(attempt integer, reason text, message text) returns text
  language sql immutable
  return jsonb_strip_nulls(jsonb_build_object('attempt', attempt, 'error',
    case when reason is not null then jsonb_build_object('reason', reason, 'message', message) end));

-- Leaves a mark, if anybody listens.
create or replace function webhook_tell(the_tenant text, the_type text, the_subject uuid, the_data text)
  returns void
  language sql as $$
  insert into webhook_mark (tenant, type, subject, data)
  select the_tenant, the_type, the_subject, the_data
  where exists (select from webhook_listener l where l.tenant = the_tenant and l.type = the_type);
$$;

-- A release may bring new types.
insert into webhook_listener (tenant, type, endpoint)
select e.tenant, t, e.id from webhook_endpoint e, webhook_own_types() t
where e.state in ('active', 'paused') and webhook_matches(e.types, t)
on conflict do nothing;

-- An asset is told of once: when it becomes ready, in the transaction that makes it so.
create or replace function webhook_asset_ready() returns trigger
  language plpgsql as $$
begin
  perform webhook_tell(new.tenant, 'asset.ready', new.id, null);
  return null;
end $$;

create or replace trigger asset_is_told_when_made
  after insert on asset for each row when (new.ready_at is not null)
  execute function webhook_asset_ready();

create or replace trigger asset_is_told_when_ready
  after update of ready_at on asset for each row
  when (old.ready_at is null and new.ready_at is not null)
  execute function webhook_asset_ready();

-- Push rules listen like endpoints do: whoever takes a mark away looks for both.
create or replace function push_rule_listen() returns trigger
  language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    delete from webhook_listener where endpoint = old.id;
  end if;
  if tg_op <> 'DELETE' then
    insert into webhook_listener (tenant, type, endpoint)
    select new.tenant, 'job.' || e, new.id from unnest(new.ends) e
    on conflict do nothing;
  end if;
  return null;
end $$;

create or replace trigger push_rule_listens
  after insert or update of ends or delete on push_rule
  for each row execute function push_rule_listen();
