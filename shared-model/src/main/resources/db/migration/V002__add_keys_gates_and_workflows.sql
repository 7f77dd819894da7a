-- What backends ask of a queue beyond a thread of plain jobs. The rules over these rows are the
-- functions of R__engine.sql.

alter table job
  add column run_at            timestamptz, -- not before; what due_at becomes when a wait ends
  add column expires_at        timestamptz, -- not after
  add column tags              text[],
  add column backoff           text,        -- null for the handler's, or the default
  add column unique_key        text,
  add column ordering_key      text,
  add column concurrency_key   text,
  add column concurrency_limit integer,
  add column workflow          uuid,
  add column workflow_ref      text,
  add column pending           integer not null default 0, -- how many it still waits for
  add column holds             text[],      -- the gates whose slots it has
  add column linked            boolean not null default false, -- its end concerns other rows
  add column cancel_reason     text,        -- asked for while it ran
  -- The terminal state, again: claims write state, so no index may name that.
  add column outcome           text;

update job set outcome = state where ended_at is not null;

alter table job
  add constraint job_outcome_tells_the_end check ((outcome is null) = (ended_at is null));

-- A job that waits for something other than time (a key, a gate, its parents) is due at infinity:
-- dispatchers never see it, and whatever ends the wait writes due_at in the same transaction.

-- Which tenants have work of which urgency: the dispatcher's round robin under a backlog.
create index job_fair on job (pool, priority, tenant, due_at) where due_at is not null;

create index job_expiry on job (expires_at) where due_at is not null and expires_at is not null;

-- Keys --------------------------------------------------------------------------------------------

-- A partitioned table cannot hold such a constraint, so a unique key is a row of its own: who has
-- it, and who takes over once that one has ended.
create table unique_key (
  tenant     text        not null,
  kind       text        not null,
  key        text        not null,
  holder     uuid        not null,
  taken_until timestamptz,          -- null: while the holder is live
  next       uuid,
  next_until timestamptz,
  constraint unique_key_pk primary key (tenant, kind, key)
);

-- Remembers what an idempotency key made, so that a repeat is answered with it.
create table idempotency_key (
  tenant      text        not null,
  key         text        not null,
  fingerprint text        not null,
  job_id      uuid        not null,
  job_state   text        not null, -- as it was answered
  created_at  timestamptz not null default now(),
  constraint idempotency_key_pk primary key (tenant, key)
);

create index idempotency_key_age on idempotency_key (created_at);

-- Gates -------------------------------------------------------------------------------------------

-- Counts what may run at once or start in a time. Rules of operators stand for a pool, a kind or a
-- tenant; gates of keys come with the first job that names them and go with the last. A gate of
-- scope `worker`, named kind@version, is paused while no live worker runs that.
create table gate (
  id       text    not null, -- scope:name
  scope    text    not null,
  name     text    not null, -- of a key: tenant/key
  rule     boolean not null default false, -- an operator's: stays when nothing waits
  paused   boolean not null default false,
  reason   text,             -- why
  capacity integer,          -- jobs at once; null for any number
  held     integer not null default 0,
  rate     integer,          -- starts in each `per`, evenly spread; null for any number
  per      interval,
  free_at  timestamptz,      -- when the starts so far have been paid for (GCRA)
  called_until timestamptz,  -- up to when those who wait have been called ahead
  constraint gate_pk primary key (id),
  constraint gate_scope_known check (scope in ('pool', 'kind', 'tenant', 'key', 'order', 'worker')),
  constraint gate_held_counts check (held >= 0),
  constraint gate_rate_whole check ((rate is null) = (per is null))
);

create index gate_rule on gate (scope, name) where scope in ('pool', 'kind', 'tenant', 'worker');
create index gate_paced on gate (free_at) where rate is not null;

-- Who waits at a gate, first come first served.
create table parked (
  gate     text    not null,
  position bigint  generated always as identity,
  job_id   uuid    not null,
  constraint parked_pk primary key (gate, position),
  constraint parked_job_once unique (job_id)
);

-- Workflows ---------------------------------------------------------------------------------------

create table workflow (
  id         uuid        not null,
  tenant     text        not null,
  owner      text,
  name       text        not null,
  on_discard text        not null,
  live       integer     not null default 0, -- members that have not ended
  completed  integer     not null default 0,
  cancelled  integer     not null default 0,
  discarded  integer     not null default 0,
  created_at timestamptz not null default now(),
  ended_at   timestamptz,
  constraint workflow_pk primary key (id),
  constraint workflow_on_discard_known check (on_discard in ('cancel', 'continue', 'hold')),
  constraint workflow_counts check (live >= 0 and completed >= 0 and cancelled >= 0 and discarded >= 0)
);

create index workflow_of_tenant on workflow (tenant, id);
create index job_of_workflow on job (workflow, id) where workflow is not null;

-- The parent is a job or a whole workflow.
create table job_dependency (
  parent_id  uuid    not null,
  child_id   uuid    not null,
  condition  text    not null,
  on_discard text    not null,
  done       boolean not null default false,
  constraint job_dependency_pk primary key (parent_id, child_id),
  constraint job_dependency_condition_known check (condition in ('completed', 'failed', 'ended')),
  constraint job_dependency_on_discard_known check (on_discard in ('cancel', 'continue', 'hold'))
);

create index job_dependency_of_child on job_dependency (child_id);

-- What handlers leave on their job ----------------------------------------------------------------

create table job_step (
  job_id     uuid        not null,
  name       text        not null,
  result     jsonb,
  created_at timestamptz not null default now(),
  constraint job_step_pk primary key (job_id, name)
) partition by range (job_id);

create table job_log (
  job_id   uuid        not null,
  claim_no integer     not null,
  line_no  integer     not null, -- within the claim
  at       timestamptz not null default now(),
  line     text        not null,
  constraint job_log_pk primary key (job_id, claim_no, line_no)
) partition by range (job_id);

-- Counts ------------------------------------------------------------------------------------------

-- How many jobs are live or ended how: each batch adds its difference, and the scheduler folds them,
-- so that no row is everybody's.
create table job_count (
  tenant text   not null,
  kind   text   not null,
  pool   text   not null,
  state  text   not null, -- live, completed, cancelled or discarded
  n      bigint not null,
  constraint job_count_pk primary key (tenant, kind, pool, state)
);

create table job_count_delta (
  tenant text   not null,
  kind   text   not null,
  pool   text   not null,
  state  text   not null,
  n      bigint not null
);

insert into job_count (tenant, kind, pool, state, n)
select tenant, kind, pool, coalesce(outcome, 'live'), count(*) from job group by 1, 2, 3, 4;

-- Workers -----------------------------------------------------------------------------------------

alter table worker
  add column versions integer[] not null default '{}', -- beside kinds: the newest payload it reads
  add column running  integer   not null default 0,
  add column rescued_at timestamptz; -- since when none of its jobs runs any more; null until then
update worker set versions = array_fill(1, array[cardinality(kinds)]);
