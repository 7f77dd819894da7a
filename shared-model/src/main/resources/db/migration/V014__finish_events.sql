-- What events still lacked: destinations that are webhooks and cheap to watch, sessions of apps that
-- name none, and replays that never double.

-- Onward ------------------------------------------------------------------------------------------

-- A destination is a Kafka or a webhook: one URL, whose calls are signed. Secret and headers are
-- sealed.
alter table event_destination
  alter column cluster drop not null,
  add column url              text,
  add column headers          text,
  add column header_names     text[] not null default '{}',
  add column secret           text,
  add column old_secret       text,        -- signs as well, until
  add column old_secret_until timestamptz,
  add column failing_since    timestamptz, -- of nothing but failure; null after a success
  add constraint event_destination_one_way check ((cluster is null) <> (url is null)),
  add constraint event_destination_signed check ((url is null) = (secret is null)),
  add constraint event_destination_overlap_whole
    check ((old_secret is null) = (old_secret_until is null));

insert into sealed_column (table_name, column_name, key_columns, tenant_column, purpose)
values ('event_destination', 'headers', '{id}', 'tenant', 'onward.headers'),
       ('event_destination', 'secret', '{id}', 'tenant', 'onward.secret'),
       ('event_destination', 'old_secret', '{id}', 'tenant', 'onward.secret');

-- Which transactions wrote events of whom: added by each writer, in the transaction that writes them,
-- and taken away again once a newer one says the same, or nobody waits for it. So whoever looks for
-- something to deliver reads a handful of rows, however many days of events there are.
create table event_onward_mark (
  tenant text not null,
  txid   xid8 not null default pg_current_xact_id()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

insert into event_onward_mark (tenant) select distinct tenant from event_destination;

-- Sessions ----------------------------------------------------------------------------------------

-- Of an app that names no sessions: whose session it is, a device or an anonymous id. Two of one
-- subject are further apart than the gap that ends a session; their intervals never meet.
alter table event_session add column subject text;

create index event_session_of_subject on event_session (tenant, app, subject, started_at)
  where subject is not null;

-- For erasure: of those who were never anybody else.
create index event_session_of_anonymous on event_session (tenant, anonymous_id)
  where user_id is null;

-- Rejects -----------------------------------------------------------------------------------------

-- When the event of a reject happened that was sent to be written, written down before it is sent:
-- whoever repeats a replay whose end is not known looks there first, however long ago that was.
alter table event_reject add column replaying_at timestamptz;
