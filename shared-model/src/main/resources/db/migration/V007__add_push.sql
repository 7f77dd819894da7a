-- Whom push notifications reach, by which credentials, and what became of each of them.

-- A token of an end user's app. registered_at, PostgreSQL's time, tells whether a token that the
-- provider calls dead has been registered again since.
create table device (
  id            uuid        not null,
  tenant        text        not null,
  owner         text        not null,
  platform      text        not null,
  provider      text        not null,
  app           text        not null, -- the bundle (APNs' topic) or application id
  sandbox       boolean     not null default false, -- a development build's: APNs only
  token         text        not null,
  app_version   text,
  locale        text,
  time_zone     text,
  created_at    timestamptz not null default now(),
  registered_at timestamptz not null default now(),
  constraint device_pk primary key (id),
  constraint device_tenant_fk foreign key (tenant) references tenant (id),
  -- One user at a time has a token: a phone that changes hands must not get the other's messages.
  constraint device_token_once unique (tenant, provider, app, token),
  constraint device_platform_known check (platform in ('ios', 'android', 'web')),
  constraint device_provider_known check (provider in ('apns', 'fcm')),
  constraint device_sandbox_is_apns check (not sandbox or provider = 'apns')
);

create index device_of_owner on device (tenant, owner, id);
create index device_of_tenant on device (tenant, id);

create table device_topic (
  tenant    text not null,
  topic     text not null,
  device_id uuid not null,
  constraint device_topic_pk primary key (tenant, topic, device_id),
  constraint device_topic_device_fk foreign key (device_id) references device (id) on delete cascade
);

create index device_topic_of_device on device_topic (device_id);

-- What a provider knows a tenant's app by. Its id changes with each new secret.
create table push_credential (
  id         uuid        not null,
  tenant     text        not null,
  provider   text        not null,
  app        text        not null,
  sandbox    boolean     not null default false,
  facts      jsonb       not null, -- what of it is no secret
  secret     text        not null, -- sealed
  created_at timestamptz not null default now(),
  fault      text,                 -- why the provider refused it last
  fault_at   timestamptz,
  constraint push_credential_pk primary key (tenant, provider, app, sandbox),
  constraint push_credential_id_unique unique (id),
  constraint push_credential_tenant_fk foreign key (tenant) references tenant (id),
  constraint push_credential_provider_known check (provider in ('apns', 'fcm'))
);

-- A list of users or devices that a backend has sent, part by part as it arrived.
create table push_audience (
  id         uuid        not null,
  tenant     text        not null,
  members    integer,              -- null until all of it has come
  created_at timestamptz not null default now(),
  constraint push_audience_pk primary key (id),
  constraint push_audience_tenant_fk foreign key (tenant) references tenant (id)
);

create index push_audience_age on push_audience (created_at);

create table push_audience_part (
  audience uuid    not null,
  no       integer not null, -- from 0
  users    text[]  not null,
  devices  uuid[]  not null,
  constraint push_audience_part_pk primary key (audience, no),
  constraint push_audience_part_fk foreign key (audience)
    references push_audience (id) on delete cascade
);

-- How far a push to a topic or an audience has been split into parts.
create table push_fanout (
  push       uuid        not null, -- the job
  last_part  integer     not null default -1,
  last_id    uuid,                 -- of a topic: the last device
  split      boolean     not null default false,
  created_at timestamptz not null default now(),
  constraint push_fanout_pk primary key (push)
);

create index push_fanout_age on push_fanout (created_at);

-- Up to some hundreds of devices of a push, and who of them is still to be sent it: what makes an
-- attempt that is repeated go on where the one before stopped.
create table push_part (
  push       uuid        not null,
  no         integer     not null, -- 0 for a push that is not split
  job_id     uuid        not null, -- who sends it
  users      text[],               -- until they are resolved
  pending    uuid[]      not null default '{}',
  members    integer     not null, -- users or devices, as they were named
  devices    integer     not null default 0,
  sent       integer     not null default 0,
  removed    integer     not null default 0, -- tokens that were dead
  unreached  integer     not null default 0, -- members without a device
  failed     jsonb       not null default '{}', -- counts by reason
  ended      boolean     not null default false,
  created_at timestamptz not null default now(),
  constraint push_part_pk primary key (push, no)
);

create index push_part_age on push_part (created_at);

insert into sealed_column (table_name, column_name, key_columns, tenant_column, purpose)
values ('push_credential', 'secret', array['id'], 'tenant', 'push.credential');
