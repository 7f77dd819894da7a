-- What tenants' own servers are told and asked: webhooks, and jobs that are calls of an endpoint. The
-- rules over these rows are the functions of R__webhooks.sql and R__engine.sql.

-- Webhooks ----------------------------------------------------------------------------------------

-- Where a tenant wants its events. Secrets and header values are sealed.
create table webhook_endpoint (
  id               uuid        not null,
  tenant           text        not null,
  url              text        not null,
  description      text,
  types            text[]      not null, -- job.completed, job.* or *
  ordered          boolean     not null,
  state            text        not null default 'active',
  reason           text,                 -- why it is paused or disabled
  headers          text,                 -- a sealed JSON object
  header_names     text[]      not null default '{}',
  secret           text        not null,
  old_secret       text,                 -- signs as well, until
  old_secret_until timestamptz,
  failing_since    timestamptz,          -- of nothing but failure; null after a success
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint webhook_endpoint_pk primary key (id),
  constraint webhook_endpoint_tenant_fk foreign key (tenant) references tenant (id),
  constraint webhook_endpoint_state_known check (state in ('active', 'paused', 'disabled', 'removed')),
  constraint webhook_endpoint_overlap_whole check ((old_secret is null) = (old_secret_until is null))
);

create index webhook_endpoint_of_tenant on webhook_endpoint (tenant, id);

-- Which of Offstage's own events anybody of a tenant wants to hear: what a settle asks, so it is
-- small and exact. Kept by a trigger on webhook_endpoint.
create table webhook_listener (
  tenant   text not null,
  type     text not null,
  endpoint uuid not null,
  constraint webhook_listener_pk primary key (tenant, type, endpoint)
);

create index webhook_listener_of_endpoint on webhook_listener (endpoint);

-- The outbox: what is to be told, written in the transaction in which it came about, and taken away
-- in the one that makes deliveries of it.
create table webhook_mark (
  position bigint      generated always as identity,
  event    uuid        not null default gen_random_uuid(),
  tenant   text        not null,
  type     text        not null,
  subject  uuid,                  -- the job or the asset
  data     text,                  -- JSON: all of a tenant's own event, and what a row may not say later
  at       timestamptz not null default now(),
  failure  text,                  -- why it cannot be told: set aside
  constraint webhook_mark_pk primary key (position)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- One event for one endpoint. Its job has the same id and says how it stands; both are forgotten
-- together, by the day. `body` is what is signed and sent, byte by byte, at every attempt.
create table webhook_delivery (
  job_id     uuid        not null,
  tenant     text        not null,
  endpoint   uuid        not null,
  event      uuid        not null,
  type       text        not null,
  body       text        not null,
  replays    uuid,                 -- the delivery that it repeats
  created_at timestamptz not null default now(),
  constraint webhook_delivery_pk primary key (job_id)
) partition by range (job_id);

create index webhook_delivery_of_endpoint on webhook_delivery (endpoint, job_id);

-- The log: each request that was sent, and what came of it.
create table webhook_attempt (
  job_id          uuid        not null,
  claim_no        integer     not null,
  attempt         smallint    not null,
  at              timestamptz not null,
  url             text        not null,
  request_headers jsonb       not null, -- without the values of the tenant's own, which are secret
  status          smallint,             -- null: there was no answer
  answer          text,                 -- its first 4 KB
  duration_ms     integer     not null,
  reason          text,                 -- null: it was delivered
  message         text,
  next_at         timestamptz,
  constraint webhook_attempt_pk primary key (job_id, claim_no)
) partition by range (job_id);

-- Calls -------------------------------------------------------------------------------------------

-- An endpoint that jobs of the kind http.call name instead of saying all of it. `default` signs the
-- calls that name none.
create table call_target (
  tenant           text        not null,
  name             text        not null,
  url              text,                 -- null for the default, until one is set
  headers          text,                 -- a sealed JSON object
  header_names     text[]      not null default '{}',
  secret           text        not null,
  old_secret       text, 
  old_secret_until timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint call_target_pk primary key (tenant, name),
  constraint call_target_tenant_fk foreign key (tenant) references tenant (id),
  constraint call_target_name_form check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  constraint call_target_overlap_whole check ((old_secret is null) = (old_secret_until is null))
);

-- A call whose endpoint may finish the job later: each claim sends a token of its own, and any of them
-- finishes the job, once.
create table call_wait (
  job_id      uuid        not null,
  claim_no    integer     not null,
  token_hash  bytea       not null, -- SHA-256; a token has 256 random bits
  within      interval    not null,
  deadline    timestamptz,          -- null until the endpoint has answered 202
  answered_at timestamptz,
  answer      text,                 -- JSON: what the endpoint said in the end
  woken       boolean     not null default false, -- the job has been called for the answer
  closed_at   timestamptz,          -- it was too late, or its answer was acted upon
  constraint call_wait_pk primary key (job_id, claim_no)
) partition by range (job_id);

create index call_wait_answered on call_wait (answered_at) where answered_at is not null and not woken;

-- The secret that is being replaced is sealed for the same place as the one that replaces it.
insert into sealed_column (table_name, column_name, key_columns, tenant_column, purpose)
values ('webhook_endpoint', 'headers', '{id}', 'tenant', 'webhook.headers'),
       ('webhook_endpoint', 'secret', '{id}', 'tenant', 'webhook.secret'),
       ('webhook_endpoint', 'old_secret', '{id}', 'tenant', 'webhook.secret'),
       ('call_target', 'headers', '{tenant,name}', 'tenant', 'call.headers'),
       ('call_target', 'secret', '{tenant,name}', 'tenant', 'call.secret'),
       ('call_target', 'old_secret', '{tenant,name}', 'tenant', 'call.secret');
