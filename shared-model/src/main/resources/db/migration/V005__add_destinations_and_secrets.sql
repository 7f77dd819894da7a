-- Where jobs go outside, what holds there, and which columns keep secrets.

-- Secrets -----------------------------------------------------------------------------------------

-- Every column that keeps sealed texts (dev.offstage.secret): a rotation of keys seals them again.
-- A migration that makes such a column adds its row here.
create table sealed_column (
  table_name    text   not null,
  column_name   text   not null,
  key_columns   text[] not null, -- what names a row; joined by / it is the place's row
  tenant_column text,            -- null: the operator's own
  purpose       text   not null, -- part of the place that the texts are bound to
  constraint sealed_column_pk primary key (table_name, column_name),
  constraint sealed_column_has_key check (cardinality(key_columns) > 0)
);

-- Destinations ------------------------------------------------------------------------------------

-- Where a job's calls go: a host, or a provider and a credential. Jobs of one destination wait at its
-- gate while it is shut, and no more of them run at once than it may take.
alter table job add column destination text;

alter table gate
  add column shut_until  timestamptz, -- nobody passes before
  add column shut_reason text,        -- why
  add column shut_times  integer not null default 0, -- how often in a row
  add column probes      integer,     -- how many may pass after that, until one has done well; null: all
  drop constraint gate_scope_known,
  add constraint gate_scope_known check
    (scope in ('pool', 'kind', 'tenant', 'key', 'order', 'worker', 'destination'));

create index gate_shut on gate (shut_until) where shut_until is not null;

-- What holds for destinations, by patterns of their names. What a rule leaves null, the next less
-- exact one says. The rules of the configuration are written by whoever starts; an operator's stand
-- beside them.
create table destination_rule (
  pattern       text    not null, -- * stands for any characters
  name_like     text    generated always as (replace(replace(replace(replace(
                  pattern, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')) stored,
  origin        text    not null,
  at_once       integer,  -- calls at once, over the whole cluster
  time_limit    interval, -- of one call
  quota         integer,  -- calls in each `per`, over the whole cluster
  per           interval,
  failure_rate  integer,  -- per cent of the latest calls, from which on it is shut
  sample        integer,  -- the latest calls that are looked at
  at_least      integer,  -- before so many calls, nothing is concluded
  shut_for      interval, -- at first; doubled each time in a row
  shut_at_most  interval,
  probes        integer,  -- calls that try whether it is back
  changed_at    timestamptz not null default now(),
  constraint destination_rule_pk primary key (pattern, origin),
  constraint destination_rule_origin_known check (origin in ('configuration', 'operator')),
  constraint destination_rule_quota_whole check ((quota is null) = (per is null))
);
