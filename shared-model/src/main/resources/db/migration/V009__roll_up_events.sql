-- What is asked of events: roll-ups, schema watch, tracking plans, and what goes onward.

-- Roll-ups ----------------------------------------------------------------------------------------

-- Hours (of UTC, by an event's corrected time) that got events since they were last rolled up. The
-- writer adds to it in the transaction that writes the events, so that a mark and its events become
-- visible together. Nothing is unique, so that writers never wait for one another here; whoever
-- rolls an hour up deletes the marks that it saw, and after that reads the events.
create table event_dirty (
  tenant text        not null,
  hour   timestamptz not null
);

-- What follows is written by roll-ups only, an hour as a whole. Zones of all the world differ from
-- UTC by whole quarters of an hour: a quarter is the smallest part of time that is kept, so that
-- every question can be asked in any zone.
--
-- An actor is whom an event names: its user, else its anonymous id, as event_actor() of either. Who
-- that is as a person (event_identity, alias) is looked up when it is asked for, by event_who, so
-- that nothing has to be counted again when somebody signs in.

-- When it was last done, and from how many events.
create table rollup_hour (
  tenant    text        not null,
  hour      timestamptz not null,
  events    bigint      not null,
  rolled_at timestamptz not null,
  constraint rollup_hour_pk primary key (tenant, hour)
);

create table rollup_count (
  tenant      text        not null,
  slot        timestamptz not null, -- the beginning of a quarter of an hour
  app         text        not null,
  type        text        not null,
  name        text        not null, -- '' where the event has none, as are the following
  platform    text        not null,
  app_version text        not null,
  events      bigint      not null,
  constraint rollup_count_pk primary key (tenant, slot, app, type, name, platform, app_version)
);

-- Who was active in which quarters of a day (UTC): the leftmost bit is the first.
create table rollup_active (
  tenant text    not null,
  day    date    not null,
  app    text    not null,
  actor  bigint  not null,
  slots  bit(96) not null,
  constraint rollup_active_pk primary key (tenant, day, app, actor)
);

create table rollup_actor (
  tenant   text        not null,
  actor    bigint      not null,
  app      text        not null,
  first_at timestamptz not null,
  constraint rollup_actor_pk primary key (tenant, actor, app)
);

-- What funnels are made of.
create table rollup_step (
  tenant text        not null,
  type   text        not null,
  name   text        not null,
  hour   timestamptz not null,
  app    text        not null,
  actor  bigint      not null,
  times  integer[]   not null, -- milliseconds within the hour, ascending; at most the first 256
  constraint rollup_step_pk primary key (tenant, type, name, hour, app, actor)
);

create index rollup_step_hour on rollup_step (tenant, hour);

-- How many different persons, near enough: HyperLogLog sketches of Apache DataSketches, 2^12
-- registers, which merge over hours and apps.
create table rollup_sketch (
  tenant    text        not null,
  hour      timestamptz not null,
  dimension text        not null,
  app       text        not null,
  value     text        not null,
  sketch    bytea       not null,
  constraint rollup_sketch_pk primary key (tenant, dimension, hour, app, value),
  constraint rollup_sketch_dimension_known check (dimension in ('all', 'event', 'platform', 'version'))
);

-- Schema watch ------------------------------------------------------------------------------------

-- What there is in events, noticed when they are rolled up.
create table event_schema (
  tenant        text        not null,
  app           text        not null,
  type          text        not null,
  name          text        not null,
  property      text        not null, -- '' for the event itself
  kind          text        not null, -- string, number, boolean, object, array, null; or event
  first_seen_at timestamptz not null,
  last_seen_at  timestamptz not null, -- to the hour
  constraint event_schema_pk primary key (tenant, app, type, name, property, kind)
);

-- What an app's events should look like; an app without one accepts everything.
create table tracking_plan (
  tenant     text        not null,
  app        text        not null,
  version    integer     not null,
  plan       jsonb       not null,
  changed_at timestamptz not null default now(),
  constraint tracking_plan_pk primary key (tenant, app),
  constraint tracking_plan_tenant_fk foreign key (tenant) references tenant (id)
);

-- Events that were kept though they are not as planned: how many, by name and problem.
create table event_flag (
  tenant       text        not null,
  app          text        not null,
  type         text        not null,
  name         text        not null,
  problem      text        not null,
  events       bigint      not null,
  latest_event uuid        not null,
  last_seen_at timestamptz not null,
  constraint event_flag_pk primary key (tenant, app, type, name, problem)
);

-- When a reject was sent to be written after all.
alter table event_reject add column replayed_at timestamptz;
create index event_reject_id on event_reject (id);

-- Events in the order of their commits ------------------------------------------------------------

-- Which transaction wrote an event. Transactions before pg_snapshot_xmin() have all ended, so that
-- whoever reads up to there has not missed what commits late.
alter table event add column txid xid8 not null default pg_current_xact_id();
create index event_txid on event (tenant, txid);

-- Onward ------------------------------------------------------------------------------------------

-- Where events go from here, and up to where they have gone: with the event of this transaction,
-- time and id. A transaction id counts on over a failover, but not over a dump and restore.
create table event_destination (
  id           uuid        not null,
  tenant       text        not null,
  name         text        not null,
  cluster      text        not null, -- of Kafka, as the operator's configuration names it
  apps         text[]      not null, -- which events; empty: any
  types        text[]      not null,
  events       text[]      not null,
  platforms    text[]      not null,
  paused       boolean     not null default false,
  txid         xid8        not null,
  at           timestamptz not null default '1970-01-01T00:00:00Z',
  event        uuid        not null default '00000000-0000-0000-0000-000000000000',
  delivered    bigint      not null default 0,
  delivered_at timestamptz,
  trouble      text,                 -- why the last delivery failed
  created_at   timestamptz not null default now(),
  constraint event_destination_pk primary key (id),
  constraint event_destination_tenant_fk foreign key (tenant) references tenant (id),
  constraint event_destination_name_unique unique (tenant, name)
);
