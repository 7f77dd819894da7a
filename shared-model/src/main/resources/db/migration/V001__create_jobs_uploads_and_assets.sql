-- Offstage's first schema. PostgreSQL decides: every state below changes by one guarded statement.

-- Who may call, and to whom things belong ---------------------------------------------------------

create table tenant (
  id         text        not null,
  name       text        not null,
  created_at timestamptz not null default now(),
  constraint tenant_pk primary key (id),
  constraint tenant_id_form check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);

-- A key is shown once and stored as the SHA-256 of its whole text: it has 160 random bits, so a slow
-- hash would only cost every request.
create table api_key (
  id         uuid        not null,
  tenant     text        not null,
  name       text        not null,
  hint       text        not null, -- the first characters, to recognise a key by
  hash       bytea       not null,
  scopes     text[]      not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint api_key_pk primary key (id),
  constraint api_key_hash_unique unique (hash),
  constraint api_key_tenant_fk foreign key (tenant) references tenant (id)
);

-- Workers and their leases ------------------------------------------------------------------------

-- One row a worker process: its heartbeat is the lease on every job that it runs. A dead id never
-- comes back. Claims take FOR KEY SHARE on it, rescue takes FOR UPDATE before it says dead.
create table worker (
  id           uuid        not null,
  host         text        not null,
  pid          bigint      not null,
  kinds        text[]      not null, -- what it can run
  lacks        text[]      not null, -- what it cannot, each as "kind: why"
  state        text        not null default 'alive',
  started_at   timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  lease        interval    not null,
  constraint worker_pk primary key (id),
  constraint worker_state_known check (state in ('alive', 'stopped', 'dead'))
);

-- Jobs --------------------------------------------------------------------------------------------

-- The truth and the outbox. Partitioned by its UUIDv7, so that an id names its partition and
-- retention drops partitions.
--
-- Which updates are heap-only (HOT) is a design decision: no index and no index predicate names a
-- column that a claim writes, so that claims and progress never touch an index. `due_at` is written
-- by insert and settle alone; it is null once a job has ended, so that the one secondary index that
-- the hot path uses holds only live jobs.
create table job (
  id              uuid        not null,
  tenant          text        not null,
  owner           text,
  kind            text        not null,
  pool            text        not null,
  priority        smallint    not null,
  state           text        not null,
  due_at          timestamptz,          -- from when the dispatcher may ticket it; null once ended
  claim_no        integer     not null default 0, -- bumped by each claim, never reset
  worker          uuid,                 -- who claimed it last
  attempt         smallint    not null default 0,
  max_attempts    smallint    not null,
  crashes         smallint    not null default 0, -- claims that ended with the worker's death
  interruptions   smallint    not null default 0, -- claims that ended with a worker's shutdown
  version         integer     not null default 1, -- bumped by every write: ETag and event id
  payload         jsonb       not null,
  payload_version smallint    not null default 1,
  timeout         interval    not null,
  progress        real        not null default 0,
  progress_note   text,
  result          jsonb,
  error_reason    text,                 -- stable and machine-readable, such as image-truncated
  error_message   text,
  traceparent     text,                 -- W3C trace context of the request that enqueued it
  created_at      timestamptz not null default now(),
  started_at      timestamptz,          -- of the latest attempt
  ended_at        timestamptz,
  constraint job_pk primary key (id),
  constraint job_state_known check (state in
    ('scheduled', 'available', 'retryable', 'running', 'waiting', 'completed', 'cancelled', 'discarded')),
  constraint job_attempts_positive check (max_attempts > 0),
  constraint job_ended_is_not_due check ((ended_at is null) = (due_at is not null))
) partition by range (id);

create index job_due on job (pool, due_at) where due_at is not null;

create table job_partition (
  name    text        not null,
  from_at timestamptz not null,
  to_at   timestamptz not null,
  constraint job_partition_pk primary key (name)
);

-- The least UUIDv7 of a millisecond.
create function uuid7_floor(at timestamptz) returns uuid
  language sql immutable
  return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- Half of each page is left free: a batch of jobs is claimed as it was inserted, page by page, and
-- each new version must fit beside the old one to be heap-only. The settle reuses what that left.
--
-- Makes the partitions from yesterday to `days_ahead` days from now, one a day in UTC.
create function ensure_job_partitions(days_ahead integer) returns void
  language plpgsql as $$
declare
  day date;
  partition_name text;
begin
  -- Several nodes start at once.
  perform pg_advisory_xact_lock(hashtext('offstage.job_partition'));
  for day in select generate_series(
      (now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date + days_ahead, '1 day')::date
  loop
    partition_name := 'job_' || to_char(day, 'YYYYMMDD');
    continue when exists (select from job_partition where name = partition_name);
    execute format(
      'create table %I partition of job for values from (%L) to (%L) with (fillfactor = 45)',
      partition_name, uuid7_floor(day::timestamp at time zone 'UTC'),
      uuid7_floor((day + 1)::timestamp at time zone 'UTC'));
    insert into job_partition (name, from_at, to_at)
    values (partition_name, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
  end loop;
end $$;

select ensure_job_partitions(7);

-- Uploads, assets, variants -----------------------------------------------------------------------

-- One resumable upload. Its id is random: knowing the URL is what authorises HEAD and PATCH.
-- `received` never promises bytes that are not on disk: they are forced before it is written.
create table upload (
  id         uuid        not null,
  tenant     text        not null,
  owner      text,
  state      text        not null default 'open',
  length     bigint,               -- null while deferred
  received   bigint      not null default 0,
  metadata   text,                 -- Upload-Metadata, verbatim
  concat     text,                 -- Upload-Concat, verbatim; null for a plain upload
  blob_key   text        not null,
  asset_id   uuid,
  job_id     uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint upload_pk primary key (id),
  constraint upload_tenant_fk foreign key (tenant) references tenant (id),
  constraint upload_state_known check (state in ('open', 'complete', 'gone')),
  constraint upload_within_length check (received >= 0 and (length is null or received <= length)),
  constraint upload_complete_is_whole check (state <> 'complete' or received = length)
);

create index upload_expiry on upload (expires_at);
-- Counts a tenant's open uploads at each creation.
create index upload_open on upload (tenant) where state = 'open';

-- What became of an upload: the original, kept untouched. `ready_at` is set in the transaction that
-- makes its variants visible; an asset that needs no work is ready from the start. Whether one that
-- is not ready is still in work or has failed is its job's state: that is not written twice.
create table asset (
  id             uuid        not null,
  tenant         text        not null,
  owner          text,
  upload_id      uuid,
  blob_key       text        not null,
  byte_size      bigint      not null,
  media_type     text        not null, -- sniffed, never claimed
  filename       text,                 -- claimed; for people only
  job_id         uuid,
  width          integer,
  height         integer,
  blurhash       text,
  thumbhash      text,                 -- base64
  dominant_color text,                 -- #rrggbb
  created_at     timestamptz not null default now(),
  ready_at       timestamptz,
  deleted_at     timestamptz,
  constraint asset_pk primary key (id),
  constraint asset_tenant_fk foreign key (tenant) references tenant (id),
  constraint asset_upload_unique unique (upload_id)
);

create index asset_deleted on asset (deleted_at) where deleted_at is not null;

create table variant (
  asset_id   uuid        not null,
  name       text        not null, -- the preset's
  format     text        not null,
  width      integer     not null,
  height     integer     not null,
  byte_size  bigint      not null,
  blob_key   text        not null,
  created_at timestamptz not null default now(),
  constraint variant_pk primary key (asset_id, name, format),
  constraint variant_asset_fk foreign key (asset_id) references asset (id) on delete cascade,
  constraint variant_format_known check (format in ('jpeg', 'webp', 'avif', 'png'))
);
