-- Who operates, what they did, and what is done by the clock.

-- Operators ---------------------------------------------------------------------------------------

create table operator (
  name        text        not null,
  role        text        not null,
  password    text,                 -- hashed, {algorithm} in front; null: tokens only
  created_at  timestamptz not null default now(),
  disabled_at timestamptz,
  constraint operator_pk primary key (name),
  constraint operator_name_form check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  constraint operator_role_known check (role in ('viewer', 'operator', 'admin'))
);

-- For scripts. Random, so that a plain hash is enough.
create table operator_token (
  id         uuid        not null default gen_random_uuid(),
  operator   text        not null,
  label      text        not null, -- for people
  hash       bytea       not null, -- SHA-256
  hint       text        not null, -- its first characters
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint operator_token_pk primary key (id),
  constraint operator_token_hash_unique unique (hash),
  constraint operator_token_operator_fk foreign key (operator) references operator (name)
);

create index operator_token_operator on operator_token (operator);

-- Logged in by a browser; here, so that every node knows it and a log-out holds everywhere.
create table operator_session (
  hash       bytea       not null, -- SHA-256 of the cookie
  operator   text        not null,
  created_at timestamptz not null default now(),
  seen_at    timestamptz not null default now(),
  constraint operator_session_pk primary key (hash),
  constraint operator_session_operator_fk foreign key (operator) references operator (name)
);

create index operator_session_operator on operator_session (operator);

-- Log-ins that were tried and did not succeed, by whom they were for and whence they came.
create table login_attempt (
  key      bytea       not null, -- SHA-256
  attempts integer     not null,
  until    timestamptz not null, -- then it is forgotten
  constraint login_attempt_pk primary key (key)
);

create index login_attempt_until on login_attempt (until);

-- Audit -------------------------------------------------------------------------------------------

-- What operators did, in the transaction in which it was done; and what they were refused.
create table audit_entry (
  id         bigint      generated always as identity,
  at         timestamptz not null default clock_timestamp(),
  actor      text        not null, -- an operator, or cli:<user of the system>
  via        text        not null, -- page, token, cli, dashboard
  action     text        not null,
  target     text        not null,
  tenant     text,
  parameters jsonb       not null,
  outcome    text        not null,
  result     jsonb       not null, -- what came of it, or why it was refused
  constraint audit_entry_pk primary key (id),
  constraint audit_entry_outcome_known check (outcome in ('done', 'refused', 'failed'))
);

create index audit_entry_actor on audit_entry (actor, id);
create index audit_entry_target on audit_entry (target, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'what was written to % stays as it is', tg_table_name
    using errcode = 'insufficient_privilege';
end $$;

create trigger audit_entry_stays before update or delete or truncate on audit_entry
  for each statement execute function refuse_change();

-- Schedules ---------------------------------------------------------------------------------------

-- What is done by the clock. The configuration's definitions are written by whoever starts; an
-- operator's stands above it until it is reset.
create table schedule (
  name       text        not null,
  configured jsonb,                -- null: no longer, or never, in the configuration
  changed    jsonb,                -- null: as configured
  paused     boolean     not null default false,
  reason     text,                 -- why it is paused
  version    integer     not null default 1, -- counts every change; tells nodes to read it again
  decided_to timestamptz not null, -- the ticks up to here are decided
  next_at    timestamptz,          -- the tick after that; null: none, or paused
  skipped    bigint      not null default 0, -- missed ticks that the policy let go
  changed_by text,
  changed_at timestamptz,
  constraint schedule_pk primary key (name),
  constraint schedule_name_form check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  constraint schedule_is_defined check (configured is not null or changed is not null)
);

create index schedule_next on schedule (next_at) where next_at is not null;

-- One a tick, whoever fires it and however often: the primary key's other half says so.
create table schedule_run (
  id         uuid        not null,
  schedule   text        not null,
  tick       timestamptz not null, -- for which it runs; of one that an operator started, when
  due_at     timestamptz not null, -- the tick, and its jitter
  definition jsonb       not null, -- as it was at the tick
  started_by text        not null,
  state      text        not null default 'planned',
  execution  bigint,               -- of its batch; the latest, where it was restarted
  told       bigint,               -- the execution whose failure JobRunr has been told
  job        uuid,                 -- or its job
  detail     text,                 -- what came of it, for people
  created_at timestamptz not null default now(),
  launched_at timestamptz,
  ended_at   timestamptz,
  constraint schedule_run_pk primary key (id),
  constraint schedule_run_tick_unique unique (schedule, tick),
  constraint schedule_run_state_known check
    (state in ('planned', 'launched', 'completed', 'failed', 'refused', 'stopped'))
);

create index schedule_run_open on schedule_run (due_at) where ended_at is null;
create index schedule_run_ended on schedule_run (ended_at);

-- JobRunr makes its tables itself, in a place of their own.
create schema if not exists jobrunr;

-- Poison ------------------------------------------------------------------------------------------

-- Messages that no worker could read, once an operator has fetched them from the broker, where they
-- cannot be looked at without being taken. One that was fetched twice, over a crash, is here twice.
create table parked_message (
  id           bigint      generated always as identity,
  fetched_at   timestamptz not null default now(),
  queue        text        not null, -- where it was read, or would have been
  reason       text        not null,
  content_type text,
  headers      jsonb       not null,
  body         bytea       not null,
  constraint parked_message_pk primary key (id)
);
