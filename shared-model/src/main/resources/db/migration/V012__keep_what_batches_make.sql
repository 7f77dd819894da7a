-- What batches make and find: files, certificates, and how long each tenant's things are kept.

-- Files -------------------------------------------------------------------------------------------

-- A blob that a batch has made whole: written in the transaction that says how far the batch came.
-- `run` is Spring Batch's job instance, the same over all restarts.
create table batch_file (
  blob_key   text        not null,
  run        bigint      not null,
  batch      text        not null,
  tenant     text        not null,
  subject    uuid,                 -- whom an archive is about, as a hash
  name       text        not null, -- as the manifest has it
  rows       bigint,
  bytes      bigint      not null,
  sha256     text        not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,          -- its bytes go, then this row
  constraint batch_file_pk primary key (blob_key),
  constraint batch_file_tenant_fk foreign key (tenant) references tenant (id)
);

create index batch_file_of_run on batch_file (run, blob_key);
create index batch_file_of_tenant on batch_file (tenant, created_at);

-- Retention ---------------------------------------------------------------------------------------

-- How long a tenant's things are kept, where that is not as the configuration says for all.
create table tenant_retention (
  tenant     text        not null,
  kind       text        not null,
  keep       interval    not null,
  changed_at timestamptz not null default now(),
  constraint tenant_retention_pk primary key (tenant, kind),
  constraint tenant_retention_tenant_fk foreign key (tenant) references tenant (id),
  constraint tenant_retention_kind_known check (kind in ('jobs', 'events', 'rejects', 'assets', 'files')),
  constraint tenant_retention_at_least_a_day check (keep >= interval '1 day')
);

-- Days of which a tenant's events went by age, while others' stay: their roll-ups stay as they are.
create table rollup_closed (
  tenant text not null,
  day    date not null,
  constraint rollup_closed_pk primary key (tenant, day)
);

create index asset_age on asset (tenant, created_at, id);

-- Storage -----------------------------------------------------------------------------------------

-- What an audit of the blob store found, and what it did about it.
create table storage_finding (
  run       bigint      not null,
  kind      text        not null,
  name      text        not null, -- the blob's key
  tenant    text,
  bytes     bigint,               -- of the blob, or as the row says
  detail    text        not null, -- for people
  found_at  timestamptz not null default now(),
  mended_at timestamptz,
  constraint storage_finding_pk primary key (run, kind, name),
  constraint storage_finding_kind_known check (kind in
    ('blob-without-row', 'blob-unknown', 'asset-without-blob', 'variant-without-blob',
     'upload-without-blob', 'file-without-blob'))
);

-- Persons -----------------------------------------------------------------------------------------

-- What was done about a person, without saying who: `subject` is a hash (person_subject).
create table person_certificate (
  id         uuid        not null,
  run        bigint      not null,
  act        text        not null,
  tenant     text        not null,
  subject    uuid        not null,
  by         text        not null,
  body       text        not null, -- the certificate, JSON, byte by byte what sha256 is of
  sha256     text        not null,
  issued_at  timestamptz not null default now(),
  constraint person_certificate_pk primary key (id),
  constraint person_certificate_run_unique unique (run),
  constraint person_certificate_act_known check (act in ('erase-user', 'export-user'))
);

create index person_certificate_of_subject on person_certificate (tenant, subject);

create index upload_of_owner on upload (tenant, owner, id) where owner is not null;
create index asset_of_owner on asset (tenant, owner, id) where owner is not null;
create index workflow_of_owner on workflow (tenant, owner, id) where owner is not null;

-- What a person is remembered by where their id must not be.
create function person_subject(tenant text, id text) returns uuid
  language sql immutable
  return encode(substr(sha256(convert_to(
    length(tenant) || ':' || tenant || 'person:' || id, 'UTF8')), 1, 16), 'hex')::uuid;
