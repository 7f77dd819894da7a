-- Events of the apps: written once each, in batches, by the workers' COPY.

-- Write keys and what is kept ------------------------------------------------------------------

-- What is known of a write key besides its api_key row; one without a row here is of the app
-- 'default'. Write keys are public: they ship inside apps and web pages, and may only write.
create table write_key (
  id       uuid    not null,
  app      text    not null default 'default',
  platform text,              -- ios, android, web, server ...; null: as the events say
  rate     integer,           -- events a second over all nodes; null: the setting's default
  constraint write_key_pk primary key (id),
  constraint write_key_api_key_fk foreign key (id) references api_key (id),
  constraint write_key_app_short check (length(app) between 1 and 100),
  constraint write_key_platform_short check (length(platform) between 1 and 40),
  constraint write_key_rate_positive check (rate > 0)
);

-- What a tenant wants never to be kept. Applied by ingest, so that it does not even reach the broker.
create table event_policy (
  tenant text   not null,
  -- A name, wherever it stands within properties, traits or context; or a path from the event's
  -- top, such as context.device.advertisingId.
  deny   text[] not null default '{}',
  ip     text   not null default 'drop',
  constraint event_policy_pk primary key (tenant),
  constraint event_policy_tenant_fk foreign key (tenant) references tenant (id),
  constraint event_policy_ip_known check (ip in ('drop', 'truncate', 'keep'))
);

-- Events ---------------------------------------------------------------------------------------

-- Partitioned by the day (UTC) on which the event happened, by the corrected clock, so that a late
-- event finds its day and retention drops whole days. Days are made by the writers as they come
-- (ensure_event_days): ingest moves a time that is absurd to the time of receipt, so that there are
-- at most as many days as that allows.
--
-- No unique index: that each message is written once is event_seen's business, whose window does
-- not depend on the day of an event.
create table event (
  id           uuid        not null, -- of tenant, app and messageId: the same for every copy
  tenant       text        not null,
  app          text        not null, -- the write key's
  write_key    uuid        not null,
  type         text        not null, -- track, identify, screen, page, group, alias
  name         text,                 -- track's event; screen's and page's name
  message_id   text        not null,
  user_id      text,                 -- as sent; who an anonymous one was: event_identity
  anonymous_id text,
  previous_id  text,                 -- alias: who user_id was before
  group_id     text,
  device_id    text,                 -- context.device.id
  session_id   text,                 -- context.sessionId, context.session.id or what stands for it
  app_version  text,
  platform     text,                 -- the write key's, else context.os.name in lower case
  os_version   text,
  device_model text,
  locale       text,
  country      text,                 -- context.location.country, or the locale's
  ip           inet,                 -- null unless the tenant wants it
  occurred_at  timestamptz not null, -- corrected; original + (received - sent)
  original_at  timestamptz,          -- by the device's clock
  sent_at      timestamptz,          -- by the device's clock
  received_at  timestamptz not null,
  clamped      boolean     not null, -- the corrected time was absurd, and is the time of receipt
  properties   jsonb,                -- or the traits of identify and group
  context      jsonb,
  integrations jsonb
) partition by range (occurred_at);

create index event_time on event (tenant, occurred_at, id);
create index event_of_user on event (tenant, user_id, occurred_at) where user_id is not null;
create index event_of_anonymous on event (tenant, anonymous_id, occurred_at)
  where anonymous_id is not null;

-- What was refused in a batch that was otherwise good, by the day of receipt.
create table event_reject (
  id          uuid        not null, -- of tenant, app, messageId and 'reject'; or made up
  tenant      text        not null,
  app         text        not null,
  write_key   uuid        not null,
  received_at timestamptz not null,
  reason      text        not null, -- stable and machine-readable, such as no-user
  detail      text        not null, -- for people: what was wrong and what was expected
  type        text,
  name        text,
  message_id  text,
  event       jsonb                 -- as it was read; null where it could not be
) partition by range (received_at);

create index event_reject_time on event_reject (tenant, received_at, id);

-- Once each ------------------------------------------------------------------------------------

-- What was written within the window. Two generations are looked at, the current one and the one
-- before; each is filled for as long as the window is, so that a copy is recognised for at least
-- that long after the first one was written, whatever day either belongs to. A generation that
-- neither is any more is dropped whole.
--
-- The primary key decides between concurrent writers of one generation. Writers hold the advisory
-- lock 'offstage.event' shared for their transaction, and whoever begins a generation takes it
-- exclusively: so no two writers ever fill different generations at the same time, and who fills a
-- new one sees all of the last.
create table event_seen (
  generation integer not null,
  id         uuid    not null,
  constraint event_seen_pk primary key (generation, id)
) partition by list (generation);

create table event_window (
  generation integer     not null,
  began_at   timestamptz not null default now(),
  length     interval    not null default '72 hours',
  only_row   boolean     not null default true,
  constraint event_window_pk primary key (only_row),
  constraint event_window_only_one check (only_row),
  constraint event_window_long check (length >= interval '48 hours')
);

create table event_seen_1 partition of event_seen for values in (1);
insert into event_window (generation) values (1);

-- Who and what was seen ------------------------------------------------------------------------

-- Kept current in the transaction that writes the events. Times are corrected ones.

create table event_user (
  tenant        text        not null,
  user_id       text        not null,
  first_seen_at timestamptz not null,
  last_seen_at  timestamptz not null,
  app           text        not null, -- as are the following: of the latest event
  app_version   text,
  platform      text,
  locale        text,
  country       text,
  traits        jsonb       not null default '{}', -- merged, the latest of each wins
  traits_at     timestamptz,
  constraint event_user_pk primary key (tenant, user_id)
) with (fillfactor = 80);

-- Whom alias has merged into whom. Never a chain: canonical_id has no row of its own, so that one
-- look tells who somebody is. Changed by the writers alone, under an advisory lock of the tenant.
create table event_alias (
  tenant       text not null,
  user_id      text not null,
  canonical_id text not null,
  constraint event_alias_pk primary key (tenant, user_id),
  constraint event_alias_not_of_itself check (canonical_id <> user_id)
);

create index event_alias_of on event_alias (tenant, canonical_id);

create table event_device (
  tenant        text        not null,
  device_id     text        not null,
  app           text        not null,
  first_seen_at timestamptz not null,
  last_seen_at  timestamptz not null,
  user_id       text,                 -- as are the following: of the latest event that says so
  anonymous_id  text,
  app_version   text,
  platform      text,
  os_version    text,
  model         text,
  locale        text,
  country       text,
  push_opt_in   boolean,              -- as the latest event that says so
  constraint event_device_pk primary key (tenant, app, device_id)
) with (fillfactor = 80);

create table event_session (
  tenant        text        not null,
  app           text        not null,
  session_id    text        not null,
  started_at    timestamptz not null,
  last_event_at timestamptz not null,
  events        bigint      not null,
  user_id       text,
  anonymous_id  text,
  device_id     text,
  app_version   text,
  platform      text,
  constraint event_session_pk primary key (tenant, app, session_id)
) with (fillfactor = 80);

create index event_session_of_user on event_session (tenant, user_id) where user_id is not null;

-- Who was seen under which anonymous id, by events that name both. An anonymous id may have several
-- users (a family's tablet) and a user several anonymous ids. Read from anonymous to user by
-- event_person(), from user to anonymous by the index.
create table event_identity (
  tenant       text        not null,
  anonymous_id text        not null,
  user_id      text        not null,
  first_at     timestamptz not null,
  last_at      timestamptz not null,
  constraint event_identity_pk primary key (tenant, anonymous_id, user_id)
) with (fillfactor = 80);

create index event_identity_of_user on event_identity (tenant, user_id);

-- Erasure --------------------------------------------------------------------------------------

-- A request to forget a user. `done_at` is null until nothing of the user is left; `ids` and
-- `anonymous_ids` are then emptied too, and the request keeps only that it was made.
create table event_erasure (
  id            uuid        not null,
  tenant        text        not null,
  ids           text[]      not null, -- the user and all that alias has merged with it
  anonymous_ids text[]      not null,
  requested_at  timestamptz not null default now(),
  events        bigint      not null default 0, -- deleted so far
  done_at       timestamptz,
  constraint event_erasure_pk primary key (id),
  constraint event_erasure_tenant_fk foreign key (tenant) references tenant (id)
);

create index event_erasure_undone on event_erasure (requested_at) where done_at is null;

-- Events of these that happened, or were received, until then are not written any more: they may
-- wait in the queue, or on a phone. What comes later is written again. The ids are hashed
-- (event_subject), since to remember them in the clear would not be to forget.
create table event_tombstone (
  subject uuid        not null, -- of tenant, 'user' or 'anonymous', and the id
  until   timestamptz not null,
  constraint event_tombstone_pk primary key (subject)
);
