-- The engine's rules over several rows: what a claim needs besides its job, and what follows from a
-- job's end. Each runs within the transaction of the verb that calls it, so that a job and what
-- hangs on it change together or not at all.
--
-- Everybody locks in one order: unique keys, jobs by id, gates, workflows; and jobs that wait at a
-- gate behind that gate. Gates are what many jobs meet at, so they are held for the shortest time.
-- Where a cascade cannot keep the order, PostgreSQL breaks the deadlock and the verb is tried again.

-- A job that a function changed on the side. `due`: it can be ticketed now.
do $$ begin
  if to_regtype('touched') is null then
    create type touched as (id uuid, pool text, due boolean);
  end if;
  -- How many slots of a gate some jobs need, and the capacity that they give it.
  if to_regtype('gate_need') is null then
    create type gate_need as (id text, scope text, name text, capacity integer, n integer);
  end if;
end $$;

-- Functions that had other arguments or answers once.
do $$ declare
  old regprocedure;
begin
  for old in
    select p.oid from pg_proc p
    where p.pronamespace = current_schema()::regnamespace
      and p.oid in (to_regprocedure('call_parked(text)'), to_regprocedure('lock_keys(uuid[])'),
        to_regprocedure('gates_of(job)'), to_regprocedure('after_end(uuid[])'),
        to_regprocedure('after_leaving(uuid[])'),
        to_regprocedure('claim_through_gates(uuid, text[], integer[], uuid[], integer[])'),
        to_regprocedure('make_gates(uuid[], text[])'))
  loop
    execute 'drop function ' || old;
  end loop;
end $$;

-- Partitions --------------------------------------------------------------------------------------

-- Makes the partitions from yesterday to `days_ahead` days from now, one a day in UTC.
--
-- Half of each page of `job` is left free: a batch of jobs is claimed as it was inserted, page by
-- page, and each new version must fit beside the old one to be heap-only. The settle reuses what
-- that left.
create or replace function ensure_job_partitions(days_ahead integer) returns void
  language plpgsql as $$
declare
  first_day date := (now() at time zone 'UTC')::date - 1;
  last_day  date := (now() at time zone 'UTC')::date + days_ahead;
  a_day     date;
begin
  if to_regclass('call_wait_' || to_char(last_day, 'YYYYMMDD')) is not null then
    return;
  end if;
  -- Several nodes start at once.
  perform pg_advisory_xact_lock(hashtext('offstage.job_partition'));
  for a_day in select generate_series(first_day, last_day, '1 day')::date
               union select (from_at at time zone 'UTC')::date from job_partition
  loop
    perform make_job_partition('job', a_day, 'with (fillfactor = 45)');
    perform make_job_partition('job_step', a_day, '');
    perform make_job_partition('job_log', a_day, '');
    perform make_job_partition('webhook_delivery', a_day, '');
    perform make_job_partition('webhook_attempt', a_day, '');
    perform make_job_partition('call_wait', a_day, '');
    insert into job_partition (name, from_at, to_at)
    values ('job_' || to_char(a_day, 'YYYYMMDD'), a_day::timestamp at time zone 'UTC',
            (a_day + 1)::timestamp at time zone 'UTC')
    on conflict (name) do nothing;
  end loop;
end $$;

create or replace function make_job_partition(parent text, a_day date, options text) returns void
  language plpgsql as $$
declare
  partition_name text := parent || '_' || to_char(a_day, 'YYYYMMDD');
begin
  if to_regclass(partition_name) is null then
    execute format('create table %I partition of %I for values from (%L) to (%L) %s',
      partition_name, parent, uuid7_floor(a_day::timestamp at time zone 'UTC'),
      uuid7_floor((a_day + 1)::timestamp at time zone 'UTC'), options);
  end if;
end $$;

select ensure_job_partitions(7);

-- Gates -------------------------------------------------------------------------------------------

-- The starts that a paced gate may owe at once, so that many a second need not come one by one: a
-- twentieth of a second's. The pace is lowered by as much, so that no `per` ever sees more than
-- `rate` starts.
create or replace function gate_burst(rate integer, per interval) returns integer
  language sql immutable
  return greatest(1, floor(rate / (20 * extract(epoch from per))))::integer;

create or replace function gate_pace(rate integer, per interval) returns interval
  language sql immutable
  return per / (rate - gate_burst(rate, per) + 1);

-- When the gate lets the next one start; -infinity where it is not paced.
create or replace function gate_opens(g gate) returns timestamptz
  language sql stable
  return case when g.rate is null or g.free_at is null then '-infinity'
    else g.free_at - gate_pace(g.rate, g.per) * (gate_burst(g.rate, g.per) - 1) end;

-- How many may hold a slot of it at once; null for any number. Of a gate that was shut, and not yet
-- found to be well again, only as many as try it.
create or replace function gate_slots(g gate) returns integer
  language sql stable
  return case when g.shut_until > now() then 0
              when g.shut_until is not null and g.probes is not null then least(g.capacity, g.probes)
              else g.capacity end;

-- The capacity of a gate to which jobs give one: a rule's of the key, else theirs.
create or replace function gate_capacity(g gate, said integer) returns integer
  language sql immutable
  return case when g.rule and g.scope = 'key' then g.capacity else said end;

-- Whether so many more, whose jobs give it such a capacity, may have a slot of it at once, without a
-- look at who comes first or when.
create or replace function gate_has_room(g gate, the_capacity integer, n integer) returns boolean
  language sql stable
  return g.rate is null and not g.paused
    and (g.shut_until is null or (g.shut_until <= now() and g.probes is null))
    and coalesce(g.held + n <= gate_capacity(g, the_capacity), true);

-- How many jobs at once go to a destination: what the most exact rule says that says it; of the same
-- pattern, the operator's.
create or replace function destination_at_once(the_name text) returns integer
  language sql stable
  return coalesce(
    (select r.at_once from destination_rule r
     where r.at_once is not null and the_name like r.name_like
     order by r.pattern = the_name desc, length(r.pattern) desc, r.origin desc limit 1),
    20);

-- Calls as many of those who wait at some gates as may pass: they fall due, and have their slot. To a
-- paced gate they are called a quarter of a second ahead, each for a beat of its own, so that their
-- tickets are with the workers when it opens.
create or replace function call_parked(gates text[]) returns setof touched
  language plpgsql as $$
declare
  called uuid[];
begin
  -- From here on, those that are locked.
  select array_agg(l.id) into gates
  from (select id from gate where id = any(gates) order by id for update) l;
  -- Some were shut for a time, which is over.
  update gate set shut_until = null, shut_reason = null
  where id = any(gates) and not paused and shut_until <= now() and probes is null;
  with open as materialized (
    select g.id, g.capacity is not null or g.rate is not null as counts,
           case when g.capacity is null then 1000 else gate_slots(g) - g.held end as room,
           case when g.rate is null then now()
                else greatest(now(), gate_opens(g), g.called_until) end as beat,
           case when g.rate is null then interval '0' else gate_pace(g.rate, g.per) end as pace
    from gate g
    where g.id = any(gates) and not g.paused and coalesce(g.shut_until <= now(), true)),
  picked as materialized (
    select o.*, q.position, q.job_id
    from open o cross join lateral (
      select position, job_id from parked where gate = o.id
      order by position
      limit greatest(0, least(o.room,
        floor(extract(epoch from now() + interval '250 ms' - o.beat)
          / nullif(extract(epoch from o.pace), 0)) + 1))
      for update) q), -- who is cancelled at this moment makes room for the next
  taken as (
    delete from parked p where p.job_id = any(array(select job_id from picked))),
  numbered as (
    select p.job_id, p.id as gate, p.counts, p.beat, p.pace,
           row_number() over (partition by p.id order by p.position) - 1 as n
    from picked p),
  due as (
    update job j
    set version = j.version + 1,
        due_at = case when exists (select from unique_key u where u.tenant = j.tenant
              and u.kind = j.kind and u.key = j.unique_key and u.next = j.id) then 'infinity'
            else greatest(n.beat + n.pace * n.n, j.run_at) end,
        holds = case when n.counts then j.holds || n.gate else j.holds end
    from numbered n
    where j.id = any(array(select job_id from picked)) and j.id = n.job_id
      and (j.due_at = 'infinity') is true -- no index is to serve this: many wait elsewhere
    returning j.id, n.gate, n.counts, n.beat, n.pace),
  counted as (
    update gate g
    set held = g.held + d.n,
        called_until = case when g.rate is not null then d.beat + d.pace * d.n end
    from (select gate, beat, pace, count(*) as n from due where counts group by 1, 2, 3) d
    where g.id = d.gate)
  select array_agg(d.id order by d.id) into called from due d;
  if called is null then
    return;
  end if;
  -- A statement of its own, for those who were next of a unique key until their rows were locked.
  update job j
  set due_at = greatest(now(), j.run_at), version = j.version + 1
  where j.id = any(called) and j.id between called[1] and called[cardinality(called)]
    and (j.due_at = 'infinity') is true
    and not exists (select from unique_key u where u.tenant = j.tenant and u.kind = j.kind
      and u.key = j.unique_key and u.next = j.id);
  return query select j.id, j.pool, true from job j
    where j.id = any(called) and j.id between called[1] and called[cardinality(called)];
end $$;

-- Gives slots back, one for each time that a gate is named, and calls the next. Jobs that have ended
-- keep the names of the gates that they held, which says nothing any more.
create or replace function give_back(gates text[]) returns setof touched
  language plpgsql as $$
declare
  freed text[];
begin
  perform from gate g where g.id = any(gates) order by g.id for update;
  with given as (
    update gate g set held = g.held - b.n
    from (select unnest as id, count(*) as n from unnest(gates) group by 1) b
    where g.id = b.id
    returning g.id)
  select array_agg(id) into freed from given;
  -- A statement of its own, which sees who came to wait until the gates were locked.
  freed := array(select id from unnest(freed) as f(id)
                 where exists (select from parked p where p.gate = f.id));
  if cardinality(freed) > 0 then
    return query select * from call_parked(freed);
  end if;
end $$;

-- Whether nothing would be lost with the gate, if nobody waits at it. Whoever asks why a destination was
-- shut asks within a day.
create or replace function gate_says_nothing(g gate) returns boolean
  language sql stable
  return g.held = 0 and not g.rule and not g.paused
    and (g.shut_until is null
      or g.shut_until <= now() - case when g.probes is null then interval '0' else '1 day' end);

-- Deletes gates that say nothing (any more), of which nobody holds a slot and where nobody waits;
-- answers how many. They live on for a while after their last job, since most keys come again: a gate
-- that came and went with each job would cost two rows more. Whoever has locked one keeps it.
create or replace function forget_idle_gates(most integer) returns integer
  language plpgsql as $$
declare
  idle    text[];
  deleted integer;
begin
  idle := array(
    select g.id from gate g
    where gate_says_nothing(g)
      and not exists (select from parked p where p.gate = g.id)
    limit most for update skip locked);
  -- A statement of its own, which sees who came to wait until the gates were locked.
  delete from gate g
  where g.id = any(idle) and gate_says_nothing(g)
    and not exists (select from parked p where p.gate = g.id);
  get diagnostics deleted = row_count;
  return deleted;
end $$;

-- The gates of operators' rules that are no key's.
create or replace function gate_rules() returns text[]
  language sql stable
  return (select array_agg(g.id) from gate g
          where g.scope in ('pool', 'kind', 'tenant')
            and (g.paused or g.capacity is not null or g.rate is not null));

-- Names of the gates that may stand between a job and its claim; some are null. Few have any rules,
-- and then no job's three names need be looked for.
create or replace function gate_names(j job, rules text[]) returns text[]
  language sql immutable
  return case when rules is null then '{}'
              else array['kind:' || j.kind, 'pool:' || j.pool, 'tenant:' || j.tenant] end
    || array['key:' || j.tenant || '/' || j.concurrency_key, 'destination:' || j.destination];

-- The gates that do.
create or replace function gates_of(j job, rules text[]) returns text[]
  language sql stable as $$
  select array_agg(g.id order by g.id) from gate g
  where g.id = any(gate_names(j, rules))
    and (g.paused or g.capacity is not null or g.rate is not null);
$$;

-- Gives what runs already its slot of a gate that has come to stand before it. A claim that is under
-- way at this very moment may still be missed.
create or replace function count_running(gate_id text) returns void
  language plpgsql as $$
declare
  g     gate;
  found integer;
begin
  select * into g from gate where id = gate_id for update;
  with counted as (
    update job j set holds = j.holds || gate_id, linked = true
    where j.due_at < now() + interval '1 minute' and j.state = 'running'
      and not gate_id = any(coalesce(j.holds, '{}'))
      and case g.scope when 'pool' then j.pool = g.name
                       when 'kind' then j.kind = g.name
                       when 'tenant' then j.tenant = g.name end
    returning 1)
  select count(*) into found from counted;
  update gate set held = held + found where id = gate_id;
end $$;

-- Claims jobs, all claimed as often before, that a gate stands before: each takes a slot of every such
-- gate, or waits at one that has none and holds no other meanwhile. Answers who was claimed.
--
-- Here as wherever every batch passes, its first and last id say in which partitions it is, and what
-- is the same for all is a scalar: a table that has just been filled has no statistics, and a join
-- of two batches would be planned for a handful, as a loop in a loop.
create or replace function claim_through_gates(
    the_worker uuid, the_kinds text[], the_versions integer[], ids uuid[], the_claim_no integer)
  returns setof job
  language plpgsql as $$
declare
  rules  text[];
  asking uuid[];
  seen   integer[]; -- their versions
  needs  gate_need[];
  roomy  boolean;
  won    integer;
begin
  perform from worker where id = the_worker and state = 'alive' for key share;
  if not found then
    return;
  end if;
  rules := gate_rules();
  ids := array(select distinct i from unnest(ids) i order by 1);
  with asked as materialized (
    select c.id, c.version, c.tenant || '/' || c.concurrency_key as key, c.concurrency_limit,
           c.destination, coalesce(c.holds, '{}') as holds,
           rules is null or not rules && gate_names(c, rules) as simple
    from job c
    where c.id = any(ids) and c.id between ids[1] and ids[cardinality(ids)]
      and c.claim_no = the_claim_no
      and coalesce(c.due_at, 'infinity') < 'infinity' -- no index is to serve this
      and c.state in ('scheduled', 'available', 'retryable')
      and (c.expires_at is null or c.expires_at > now())
      and c.kind = any(the_kinds)
      and c.payload_version <= the_versions[array_position(the_kinds, c.kind)]),
  needed as (
    select 'destination:' || a.destination as id, 'destination' as scope, a.destination as name,
           destination_at_once(a.destination) as capacity,
           count(*) filter (where 'destination:' || a.destination <> all(a.holds))::integer as n
    from asked a where a.destination is not null group by a.destination
    union all
    select 'key:' || a.key, 'key', a.key, max(a.concurrency_limit),
           count(*) filter (where 'key:' || a.key <> all(a.holds))::integer
    from asked a where a.key is not null group by a.key)
  select a.ids, a.versions, coalesce(n.needs, '{}'), a.simple and n.roomy is not false
  into asking, seen, needs, roomy
  from (select array_agg(id order by id) as ids, array_agg(version order by id) as versions,
               bool_and(simple) as simple
        from asked) a,
       (select array_agg((n.id, n.scope, n.name, n.capacity, n.n)::gate_need order by n.id) as needs,
               bool_and(n.n <= n.capacity
                 and ((found.g).id is null or gate_has_room(found.g, n.capacity, n.n))) as roomy
        from needed n -- each is looked for by itself, for most gates are others'
        left join lateral (select g from gate g where g.id = n.id offset 0) found on true) n;
  if asking is null then
    return; -- somebody else may have had them, or they wait elsewhere
  end if;
  if roomy then
    begin
      return query select * from claim_at_once(the_worker, asking, seen, needs);
      return;
    exception when raise_exception then
      null; -- somebody else was faster
    end;
  end if;
  asking := array(
    select c.id from job c
    where c.id = any(asking) and c.id between asking[1] and asking[cardinality(asking)]
      and c.claim_no = the_claim_no
      and coalesce(c.due_at, 'infinity') < 'infinity'
      and c.state in ('scheduled', 'available', 'retryable')
    order by c.id for update);
  if asking = '{}' then
    return;
  end if;
  perform make_gates(needs);
  if rules is not null then
    perform from gate
    where id = any(rules)
      and id in (
        select unnest(gate_names(c, rules)) from job c
        where c.id = any(asking) and c.id between asking[1] and asking[cardinality(asking)])
    order by id for update;
  end if;
  return query select * from claim_with_room(the_worker, asking, rules);
  get diagnostics won = row_count;
  if won < cardinality(asking) then
    perform wait_where_full(asking, rules);
    return query select * from claim_in_turn(the_worker, asking, rules);
  end if;
end $$;

-- Claims jobs, all of them, as they were seen, and with each slot that they need and do not hold; or
-- fails. Gates are locked last and in one pass, so that they are held for little more than the commit.
create or replace function claim_at_once(
    the_worker uuid, jobs uuid[], versions integer[], needs gate_need[])
  returns setof job
  language plpgsql as $$
declare
  -- Mostly it is the same for all, which costs less to ask.
  same  integer := case when versions[1] = all(versions) then versions[1] end;
  new   gate_need[] := array(select g from unnest(needs) g where g.n > 0);
  won   integer;
  taken integer;
begin
  return query
    update job j
    set state = 'running', claim_no = j.claim_no + 1, worker = the_worker,
        attempt = j.attempt + 1, version = j.version + 1, started_at = now(),
        progress = 0, progress_note = null, linked = true,
        holds = case when j.holds is null then array_remove(gate_names(j, null), null)
                     else array(select unnest(j.holds) union
                                select unnest(array_remove(gate_names(j, null), null))) end
    where j.id = any(jobs) and j.id between jobs[1] and jobs[cardinality(jobs)]
      and j.version = coalesce(same, versions[array_position(jobs, j.id)])
    returning j.*;
  get diagnostics won = row_count;
  if won < cardinality(jobs) then
    raise exception 'not all jobs are as they were';
  end if;
  insert into gate (id, scope, name, capacity, held)
  select n.id, n.scope, n.name, n.capacity, n.n from unnest(new) n order by n.id
  on conflict (id) do update
  set held = gate.held + excluded.held, capacity = gate_capacity(gate, excluded.capacity)
  where gate_has_room(gate, excluded.capacity, excluded.held);
  get diagnostics taken = row_count;
  if taken < cardinality(new) then
    raise exception 'not all jobs have their slots';
  end if;
end $$;

-- Locks the gates of keys and destinations, makes those that are missing and sets their capacity: all
-- in one pass, in the order in which everybody locks them. Those of rules come after.
create or replace function make_gates(needs gate_need[]) returns void
  language plpgsql as $$
begin
  insert into gate (id, scope, name, capacity)
  select n.id, n.scope, n.name, n.capacity from unnest(needs) n order by n.id
  on conflict (id) do update
  set capacity = excluded.capacity -- or it is locked and no more
  where gate.capacity is distinct from gate_capacity(gate, excluded.capacity);
end $$;

-- Claims, of locked jobs, those who find room at all their gates: of as many as a gate has room for,
-- the first. Paced gates let nobody pass so. Answers who was claimed.
create or replace function claim_with_room(
    the_worker uuid, jobs uuid[], rules text[])
  returns setof job
  language plpgsql as $$
begin
  return query
    with asked as (
      select c.id, g.id as gate, g.id <> all(coalesce(c.holds, '{}')) as takes,
             g.rate is null and not g.paused and coalesce(g.shut_until <= now(), true) as open,
             gate_slots(g) - g.held as room
      from job c join gate g on g.id = any(gate_names(c, rules))
      where c.id = any(jobs) and c.id between jobs[1] and jobs[cardinality(jobs)]
        and (g.paused or g.capacity is not null or g.rate is not null)),
    ranked as (
      select a.id, a.gate, a.takes,
             a.open and (not a.takes or a.room is null or a.room >=
               count(*) filter (where a.takes) over (partition by a.gate order by a.id)) as passes
      from asked a),
    passing as materialized (
      select i.id, array_agg(r.gate) filter (where r.takes) as takes
      from unnest(jobs) as i(id) left join ranked r on r.id = i.id
      group by i.id having bool_and(r.passes) is not false),
    taken as (
      update gate g set held = g.held + t.n
      from (select gate, count(*) as n from passing p, unnest(p.takes) as u(gate) group by 1) t
      where g.id = t.gate)
    update job j
    set state = 'running', claim_no = j.claim_no + 1, worker = the_worker,
        attempt = j.attempt + 1, version = j.version + 1, started_at = now(),
        progress = 0, progress_note = null, linked = true,
        holds = case when p.takes is null then j.holds else j.holds || p.takes end
    from passing p
    where j.id = any(jobs) and j.id between jobs[1] and jobs[cardinality(jobs)] and j.id = p.id
    returning j.*;
end $$;

-- Lets, of locked jobs that were not claimed and hold no slot, those wait who face a gate that has
-- none or lets nobody pass.
create or replace function wait_where_full(jobs uuid[], rules text[]) returns void
  language plpgsql as $$
declare
  waiting uuid[];
begin
  with refused as materialized (
    select c.id, min(g.id) as gate
    from job c join gate g on g.id = any(gate_names(c, rules))
    where c.id = any(jobs) and c.id between jobs[1] and jobs[cardinality(jobs)]
      and c.state <> 'running'
      and not exists (select from unnest(c.holds) h where h not like 'order:%')
      and (g.paused or g.shut_until > now() or g.held >= gate_slots(g))
    group by c.id),
  waits as (
    insert into parked (gate, job_id) select gate, id from refused order by id)
  select array_agg(id order by id) into waiting from refused;
  update job j
  set due_at = 'infinity', linked = true, version = j.version + 1
  where j.id = any(waiting) and j.id between waiting[1] and waiting[cardinality(waiting)];
end $$;

-- Claims, of locked jobs, one after the other those who neither were claimed nor wait. Answers who
-- was claimed.
create or replace function claim_in_turn(
    the_worker uuid, jobs uuid[], rules text[])
  returns setof job
  language plpgsql as $$
declare
  j       job;
  needed  text[];
  blocked gate;
begin
  for j in
    select c.* from job c
    where c.id = any(jobs) and c.id between jobs[1] and jobs[cardinality(jobs)]
      and c.state <> 'running' and coalesce(c.due_at, 'infinity') < 'infinity'
    order by c.id
  loop
    needed := gates_of(j, rules);
    select g.* into blocked from gate g
    where g.id = any(needed)
      and (g.paused or g.shut_until > now()
        or (g.held >= gate_slots(g) and not g.id = any(coalesce(j.holds, '{}')))
        or gate_opens(g) > now()
        or (g.rate is not null and not g.id = any(coalesce(j.holds, '{}'))
            and exists (select from parked p where p.gate = g.id)))
    order by g.id limit 1;
    if not found then
      update gate g
      set held = g.held + case when g.id = any(coalesce(j.holds, '{}')) then 0 else 1 end,
          free_at = case when g.rate is not null
              then greatest(g.free_at, now()) + gate_pace(g.rate, g.per) end
      where g.id = any(needed);
      update job
      set state = 'running', claim_no = j.claim_no + 1, worker = the_worker,
          attempt = j.attempt + 1, version = j.version + 1, started_at = now(),
          progress = 0, progress_note = null, linked = true,
          holds = array(select unnest(j.holds) union select unnest(needed))
      where id = j.id
      returning * into j;
      return next j;
    elsif not blocked.paused and gate_opens(blocked) > now()
        and blocked.id = any(coalesce(j.holds, '{}')) then
      -- It was called, and comes a moment before the gate opens.
      update job set due_at = gate_opens(blocked), version = j.version + 1 where id = j.id;
    else
      perform wait_at(j, blocked.id);
    end if;
  end loop;
end $$;

-- Lets a job wait at a gate; what it held of others it gives back, but for its turn in an order.
create or replace function wait_at(j job, gate_id text) returns void
  language plpgsql as $$
begin
  update job
  set due_at = 'infinity', linked = true, version = j.version + 1,
      holds = array(select h from unnest(j.holds) h where h like 'order:%')
  where id = j.id;
  insert into parked (gate, job_id) values (gate_id, j.id);
  perform give_back(array(select h from unnest(j.holds) h where h not like 'order:%'));
end $$;

-- Order -------------------------------------------------------------------------------------------

-- Lines jobs up at their ordering keys, in the order given. Answers those whose turn it is.
create or replace function line_up(jobs uuid[], keys text[]) returns setof uuid
  language plpgsql as $$
declare
  entry record;
begin
  insert into gate (id, scope, name, capacity)
  select distinct 'order:' || key, 'order', key, 1 from unnest(keys) as k(key) order by 1
  on conflict (id) do update set capacity = 1;
  for entry in select * from unnest(jobs, keys) with ordinality as e(job, key, n) order by n
  loop
    update gate set held = 1 where id = 'order:' || entry.key and held = 0;
    if found then
      return next entry.job;
    else
      -- There already if somebody else redrives the same job: the verb finds that out when it
      -- writes the job, and rolls back.
      insert into parked (gate, job_id) values ('order:' || entry.key, entry.job)
      on conflict (job_id) do nothing;
    end if;
  end loop;
end $$;

-- Unique keys -------------------------------------------------------------------------------------

-- Takes a unique key for a new job. Answers nothing if it has it, and else who has it; `behind`: the
-- new job runs after that one. Whoever it replaces is cancelled.
create or replace function take_unique_key(
    the_tenant text, the_kind text, the_key text, policy text, period interval, new_job uuid,
    out holder uuid, out behind boolean, out replaced uuid)
  language plpgsql as $$
declare
  taken unique_key;
begin
  insert into unique_key as u (tenant, kind, key, holder, taken_until)
  values (the_tenant, the_kind, the_key, new_job, now() + period)
  on conflict (tenant, kind, key) do update set holder = u.holder
  returning * into taken;
  behind := false;
  if taken.holder = new_job then
    return;
  end if;
  perform expire(array[taken.holder]);
  select u.* into taken from unique_key u
  where u.tenant = the_tenant and u.kind = the_kind and u.key = the_key;
  if not found or taken.taken_until < now() then
    insert into unique_key (tenant, kind, key, holder, taken_until)
    values (the_tenant, the_kind, the_key, new_job, now() + period)
    on conflict (tenant, kind, key) do update
    set holder = new_job, taken_until = now() + period, next = null, next_until = null;
    return;
  end if;
  if policy <> 'replace' then
    holder := taken.holder;
    return;
  end if;
  perform lock_ends(array(
    select j.id from job j
    where j.id = coalesce(taken.next, taken.holder)
      and j.state in ('scheduled', 'available', 'retryable', 'waiting')));
  update job set state = 'cancelled', outcome = 'cancelled', ended_at = now(), due_at = null,
                 error_reason = 'replaced', error_message = 'job ' || new_job || ' has replaced it',
                 version = version + 1
  where id = coalesce(taken.next, taken.holder)
    and state in ('scheduled', 'available', 'retryable', 'waiting')
  returning id into replaced;
  if taken.next is null and
      (replaced is not null or exists (select from job where id = taken.holder and ended_at is not null))
  then
    update unique_key u set holder = new_job, taken_until = now() + period
    where u.tenant = the_tenant and u.kind = the_kind and u.key = the_key;
  else
    behind := true;
    update unique_key u set next = new_job, next_until = now() + period
    where u.tenant = the_tenant and u.kind = the_kind and u.key = the_key;
  end if;
end $$;

-- Frees the unique keys of jobs that have ended, or hands them on.
create or replace function free_unique_keys(jobs uuid[]) returns setof touched
  language plpgsql as $$
declare
  k record;
begin
  for k in
    select u.*, j.id as job, j.outcome = 'cancelled' or j.error_reason = 'expired' as at_once
    from job j join unique_key u
      on u.tenant = j.tenant and u.kind = j.kind and u.key = j.unique_key
    where j.id = any(jobs) and j.id in (u.holder, u.next)
    order by u.tenant, u.kind, u.key for update of u
  loop
    if k.next = k.job then
      update unique_key set next = null, next_until = null
      where tenant = k.tenant and kind = k.kind and key = k.key;
    elsif k.next is not null then
      update unique_key set holder = next, taken_until = next_until, next = null, next_until = null
      where tenant = k.tenant and kind = k.kind and key = k.key;
      -- Whoever calls it to a gate at this moment looks for its key once more after that.
      perform from job j where j.id = k.next for no key update;
      return query update job j set due_at = greatest(now(), j.run_at), version = j.version + 1
        where j.id = k.next and (j.due_at = 'infinity') is true and j.state <> 'waiting'
          and not exists (select from parked p where p.job_id = j.id)
        returning j.id, j.pool, true;
    elsif k.at_once or k.taken_until is null or k.taken_until <= now() then
      delete from unique_key where tenant = k.tenant and kind = k.kind and key = k.key;
    end if;
  end loop;
end $$;

-- Ends --------------------------------------------------------------------------------------------

-- Locks the unique keys that the ends of jobs, in the order of their ids, concern; before the jobs.
create or replace function lock_unique_keys(jobs uuid[]) returns void
  language plpgsql as $$
begin
  if exists (
      select from job j
      where j.id = any(jobs) and j.id between jobs[1] and jobs[cardinality(jobs)]
        and j.unique_key is not null) then
    perform from unique_key u
    where (u.tenant, u.kind, u.key) in
      (select j.tenant, j.kind, j.unique_key from job j
       where j.id = any(jobs) and j.unique_key is not null)
    order by u.tenant, u.kind, u.key for update;
  end if;
end $$;

-- Locks jobs whose ends concern other rows, and their unique keys before them. Of those that wait at
-- a gate, the gate comes first, for whoever calls them has it; and before that, what their ends free.
create or replace function lock_ends(jobs uuid[]) returns void
  language plpgsql as $$
declare
  waits uuid[] := array(select p.job_id from parked p where p.job_id = any(jobs) order by 1);
  free  uuid[];
  gates text[];
begin
  jobs := array(select i from unnest(jobs) i order by 1);
  perform lock_unique_keys(jobs);
  free := array(
    select i from unnest(jobs) i where i <> all(waits)
    union
    select d.child_id from job_dependency d where d.parent_id = any(waits) and not d.done
    order by 1);
  perform from job j
  where j.id = any(free) and j.id between free[1] and free[cardinality(free)]
    and j.ended_at is null
  order by j.id for no key update;
  if waits <> '{}' then
    gates := array(
      select p.gate from parked p where p.job_id = any(waits)
      union
      select h from job j, unnest(j.holds) h
      where j.id = any(jobs) and j.id between jobs[1] and jobs[cardinality(jobs)]);
    perform from gate g where g.id = any(gates) order by g.id for update;
    perform from job j
    where j.id = any(waits) and j.id between waits[1] and waits[cardinality(waits)]
    order by j.id for no key update;
  end if;
end $$;

-- Completes attempts, all claimed as often before, whose ends concern other rows, if the worker still
-- owns them. Answers those, without a pool, and what was changed on the side.
create or replace function complete_linked(
    the_worker uuid, the_claim_no integer, ids uuid[], results text[])
  returns setof touched
  language plpgsql as $$
declare
  jobs      uuid[] := array(select i from unnest(ids) i order by 1);
  completed uuid[];
begin
  perform lock_unique_keys(jobs);
  with settled as (
    update job j
    set state = 'completed', outcome = 'completed', due_at = null, ended_at = now(),
        progress = 1, progress_note = null, error_reason = null, error_message = null,
        version = j.version + 1,
        result = case when results is null then j.result
                      else coalesce(results[array_position(ids, j.id)]::jsonb, j.result) end
    where j.id = any(jobs) and j.id between jobs[1] and jobs[cardinality(jobs)]
      and j.claim_no = the_claim_no and j.worker = the_worker and j.state = 'running'
    returning j.id)
  select array_agg(id) into completed from settled;
  return query select id, null::text, false from unnest(completed) as c(id);
  return query select * from after_end(completed);
end $$;

-- What follows when jobs have ended, and when others have left `running` otherwise: of those, slots go
-- back but for the turn in an order, and one that has been replaced meanwhile is not tried again.
create or replace function after_settling(ended uuid[], going_on uuid[]) returns setof touched
  language plpgsql as $$
declare
  slots    text[];
  replaced uuid[];
begin
  slots := array(select h from job j, unnest(j.holds) h
                 where j.id = any(going_on) and h not like 'order:%');
  update job j set holds = array(select h from unnest(j.holds) h where h like 'order:%')
  where j.id = any(going_on) and j.holds is not null;
  with over as (
    update job j set state = 'cancelled', outcome = 'cancelled', ended_at = now(), due_at = null,
        error_reason = 'replaced', error_message = 'job ' || u.next || ' has replaced it',
        version = j.version + 1
    from unique_key u
    where j.id = any(going_on) and u.tenant = j.tenant and u.kind = j.kind
      and u.key = j.unique_key and u.holder = j.id and u.next is not null and j.ended_at is null
    returning j.id)
  select array_agg(id) into replaced from over;
  return query select * from after_end(ended || replaced, slots);
end $$;

-- What follows when jobs have ended: slots and keys are free for the next, children may run or are
-- cancelled, workflows count and perhaps end, and so on with what that ends. Gates are locked once in
-- a round, so `also` says what other slots are to go back.
create or replace function after_end(jobs uuid[], also text[] default '{}') returns setof touched
  language plpgsql as $$
declare
  ended  uuid[] := jobs; -- and workflows, from the second round on
  waited boolean;
  keyed  boolean;
  member boolean;
  slots  text[];
  told   touched[];
begin
  while cardinality(ended) > 0 loop
    ended := array(select e from unnest(ended) e order by 1);
    with over as materialized (
      select j.id, j.tenant, j.kind, j.pool, j.outcome, j.attempt, j.error_reason, j.error_message,
             j.unique_key, j.workflow, j.holds
      from job j
      where j.id = any(ended) and j.id between ended[1] and ended[cardinality(ended)]),
    counted as (
      insert into job_count_delta (tenant, kind, pool, state, n)
      select j.tenant, j.kind, j.pool, s.state, sum(s.n)
      from over j, lateral (values ('live', -1), (j.outcome, 1)) as s(state, n)
      group by 1, 2, 3, 4),
    -- The same as SettleStore.TOLD, which marks what ends without coming here.
    marked as (
      insert into webhook_mark (tenant, type, subject, data)
      select j.tenant, 'job.' || j.outcome, j.id,
             webhook_attempt_data(j.attempt, j.error_reason, j.error_message)
      from over j
      where j.kind <> 'webhook.deliver'
        and exists (select from webhook_listener l
                    where l.tenant = j.tenant and l.type = 'job.' || j.outcome))
    select bool_or(j.outcome <> 'completed'), bool_or(j.unique_key is not null),
           bool_or(j.workflow is not null), array_agg(h) filter (where h is not null)
    into waited, keyed, member, slots
    from over j left join lateral unnest(j.holds) h on true;
    if waited then -- perhaps; what is completed ran
      delete from parked p where p.job_id = any(ended);
    end if;
    slots := also || slots;
    also := '{}';
    if keyed then
      return query select * from free_unique_keys(ended);
    end if;
    told := array(select t from after_parents(ended) t);
    if slots <> '{}' then
      return query select * from give_back(slots);
    end if;
    return query select * from unnest(told);
    jobs := ended;
    ended := array(select t.id from unnest(told) t where not t.due);
    if member then
      ended := ended || array(select w.id from count_in_workflows(jobs) w(id));
    end if;
  end loop;
  if also <> '{}' then -- nothing has ended
    return query select * from give_back(also);
  end if;
end $$;

-- Tells children that parents (jobs or workflows) have ended. Those that waited for no other fall
-- due; those that cannot run any more are cancelled, and answered with `due` false.
create or replace function after_parents(parents uuid[]) returns setof touched
  language plpgsql as $$
declare
  freed uuid[];
  lost  uuid[];
begin
  if not exists (select from job_dependency d where d.parent_id = any(parents) and not d.done) then
    return;
  end if;
  perform from job c where c.id in
    (select d.child_id from job_dependency d where d.parent_id = any(parents) and not d.done)
  order by c.id for no key update;
  with ended as (
    select j.id, j.outcome = 'completed' as good from job j where j.id = any(parents)
    union all
    select w.id, w.cancelled + w.discarded = 0 from workflow w where w.id = any(parents)),
  told as (
    update job_dependency d set done = true
    from ended e where d.parent_id = e.id and not d.done
      and not (d.condition = 'completed' and not e.good and d.on_discard = 'hold')
    returning d.child_id,
      case d.condition
        when 'ended' then true
        when 'failed' then not e.good
        else e.good or d.on_discard = 'continue' end as runs)
  select array_agg(child_id) filter (where runs), array_agg(child_id) filter (where not runs)
  into freed, lost from told;
  return query
    update job c set state = 'cancelled', outcome = 'cancelled', ended_at = now(), due_at = null,
                     error_reason = 'parent', version = c.version + 1,
                     error_message = 'what it waited for has ended otherwise'
    where c.id = any(lost) and c.state = 'waiting'
    returning c.id, c.pool, false;
  return query
    update job c
    set pending = c.pending - f.n, version = c.version + 1,
        state = case when c.pending > f.n then 'waiting'
                     when c.run_at > now() then 'scheduled' else 'available' end,
        due_at = case when c.pending > f.n then 'infinity' else greatest(now(), c.run_at) end
    from (select unnest as id, count(*) as n from unnest(freed) group by 1) f
    where c.id = any(freed) and c.id = f.id and c.state = 'waiting'
    returning c.id, c.pool, true;
end $$;

-- What follows for new children of parents that have ended already.
create or replace function catch_up(parents uuid[]) returns setof touched
  language plpgsql as $$
declare
  told touched[] := array(select t from after_parents(parents) t);
begin
  return query select * from unnest(told);
  return query select * from after_end(array(select t.id from unnest(told) t where not t.due));
end $$;

-- Counts ended members. Answers the workflows that end with them.
create or replace function count_in_workflows(jobs uuid[]) returns setof uuid
  language plpgsql as $$
begin
  perform from workflow w
  where w.id in (select j.workflow from job j where j.id = any(jobs) and j.workflow is not null)
  order by w.id for update;
  return query
    with counts as (
      select j.workflow, count(*) as n,
             count(*) filter (where j.outcome = 'completed') as completed,
             count(*) filter (where j.outcome = 'cancelled') as cancelled,
             count(*) filter (where j.outcome = 'discarded') as discarded
      from job j where j.id = any(jobs) and j.workflow is not null group by 1),
    counted as (
      update workflow w
      set live = w.live - c.n, completed = w.completed + c.completed,
          cancelled = w.cancelled + c.cancelled, discarded = w.discarded + c.discarded,
          ended_at = case when w.live = c.n then now() end
      from counts c where w.id = c.workflow
      returning w.id, w.live)
    select c.id from counted c where c.live = 0;
end $$;

-- Discards jobs that nobody ran in time.
create or replace function expire(jobs uuid[]) returns setof touched
  language plpgsql as $$
declare
  expired uuid[];
begin
  jobs := array(
    select j.id from job j
    where j.id = any(jobs) and j.expires_at <= now()
      and j.state in ('scheduled', 'available', 'retryable', 'waiting'));
  perform lock_ends(jobs);
  with over as (
    update job set state = 'discarded', outcome = 'discarded', ended_at = now(), due_at = null,
                   error_reason = 'expired', error_message = 'it was not run before ' || expires_at,
                   version = version + 1
    where id = any(jobs) and expires_at <= now()
      and state in ('scheduled', 'available', 'retryable', 'waiting')
    returning id, pool)
  select array_agg(id) into expired from over;
  if expired is not null then
    return query select j.id, j.pool, false from job j where j.id = any(expired);
    return query select * from after_end(expired);
  end if;
end $$;
