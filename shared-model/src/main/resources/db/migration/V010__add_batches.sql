-- Batches: Spring Batch's own tables, and what Offstage knows of an execution besides.

-- Spring Batch 6.0's, as its schema-postgresql.sql has them. A prefix of their own, so that they do
-- not meet those of an application that shares the database; constraints are named, and what its
-- statements look for is indexed. Times are of the zone of the node that wrote them: what is shown
-- to people is counted from batch_run's.

create sequence springbatch_job_instance_seq;
create sequence springbatch_job_execution_seq;
create sequence springbatch_step_execution_seq;

create table springbatch_job_instance (
  job_instance_id bigint       not null,
  version         bigint,
  job_name        varchar(100) not null,
  job_key         varchar(32)  not null,
  constraint springbatch_job_instance_pk primary key (job_instance_id),
  constraint springbatch_job_instance_unique unique (job_name, job_key)
);

create table springbatch_job_execution (
  job_execution_id bigint    not null,
  version          bigint,
  job_instance_id  bigint    not null,
  create_time      timestamp not null,
  start_time       timestamp,
  end_time         timestamp,
  status           varchar(10),
  exit_code        varchar(2500),
  exit_message     varchar(2500),
  last_updated     timestamp,
  constraint springbatch_job_execution_pk primary key (job_execution_id),
  constraint springbatch_job_execution_instance_fk
    foreign key (job_instance_id) references springbatch_job_instance (job_instance_id)
);

create index springbatch_job_execution_instance on springbatch_job_execution (job_instance_id);

create table springbatch_job_execution_params (
  job_execution_id bigint       not null,
  parameter_name   varchar(100) not null,
  parameter_type   varchar(100) not null,
  parameter_value  varchar(2500),
  identifying      char(1)      not null,
  constraint springbatch_job_execution_params_pk primary key (job_execution_id, parameter_name),
  constraint springbatch_job_execution_params_execution_fk
    foreign key (job_execution_id) references springbatch_job_execution (job_execution_id)
);

create table springbatch_step_execution (
  step_execution_id  bigint       not null,
  version            bigint       not null,
  step_name          varchar(100) not null,
  job_execution_id   bigint       not null,
  create_time        timestamp    not null,
  start_time         timestamp,
  end_time           timestamp,
  status             varchar(10),
  commit_count       bigint,
  read_count         bigint,
  filter_count       bigint,
  write_count        bigint,
  read_skip_count    bigint,
  write_skip_count   bigint,
  process_skip_count bigint,
  rollback_count     bigint,
  exit_code          varchar(2500),
  exit_message       varchar(2500),
  last_updated       timestamp,
  constraint springbatch_step_execution_pk primary key (step_execution_id),
  constraint springbatch_step_execution_execution_fk
    foreign key (job_execution_id) references springbatch_job_execution (job_execution_id)
);

create index springbatch_step_execution_execution
  on springbatch_step_execution (job_execution_id, step_name);

create table springbatch_step_execution_context (
  step_execution_id  bigint        not null,
  short_context      varchar(2500) not null,
  serialized_context text,
  constraint springbatch_step_execution_context_pk primary key (step_execution_id),
  constraint springbatch_step_execution_context_step_fk
    foreign key (step_execution_id) references springbatch_step_execution (step_execution_id)
);

create table springbatch_job_execution_context (
  job_execution_id   bigint        not null,
  short_context      varchar(2500) not null,
  serialized_context text,
  constraint springbatch_job_execution_context_pk primary key (job_execution_id),
  constraint springbatch_job_execution_context_execution_fk
    foreign key (job_execution_id) references springbatch_job_execution (job_execution_id)
);

-- Whoever runs executions -------------------------------------------------------------------------

-- A node's lease on all that it runs, as a worker's is. Recovery marks the row dead first; every
-- chunk's transaction locks it (KEY SHARE) and fails when it is; a dead id never comes back.
create table batch_node (
  id           uuid        not null,
  host         text        not null,
  pid          bigint      not null,
  state        text        not null default 'alive',
  lease        interval    not null,
  started_at   timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  constraint batch_node_pk primary key (id),
  constraint batch_node_state_known check (state in ('alive', 'stopped', 'dead'))
);

-- Ranges: one execution a day ---------------------------------------------------------------------

create table batch_range (
  id         bigint      not null generated always as identity,
  batch      text        not null,
  others     jsonb       not null, -- the parameters besides from and to
  from_day   date        not null,
  to_day     date        not null, -- included
  next_day   date        not null, -- after to_day when all were begun
  at_once    integer     not null,
  started_by text        not null,
  created_at timestamptz not null default now(),
  stopped_at timestamptz,
  ended_at   timestamptz,
  constraint batch_range_pk primary key (id),
  constraint batch_range_days check (from_day <= to_day and next_day between from_day and to_day + 1),
  constraint batch_range_at_once_positive check (at_once > 0)
);

create index batch_range_live on batch_range (id) where ended_at is null;

-- Executions --------------------------------------------------------------------------------------

-- A row for each execution, written with Spring Batch's in the transaction of whoever asked for it.
-- One without a node waits for any to take it; one whose node is not alive is recovered.
create table batch_run (
  execution  bigint      not null,
  instance   bigint      not null,
  batch      text        not null,
  parameters jsonb       not null,
  run        integer     not null, -- the how many-th beginning for these parameters
  started_by text        not null,
  restart_of bigint,
  recoveries integer     not null default 0, -- nodes that died in a row, nothing having come of it
  range      bigint,
  node       uuid,
  stop       boolean     not null default false, -- somebody wants it stopped
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at   timestamptz,
  constraint batch_run_pk primary key (execution),
  constraint batch_run_execution_fk
    foreign key (execution) references springbatch_job_execution (job_execution_id),
  constraint batch_run_instance_fk
    foreign key (instance) references springbatch_job_instance (job_instance_id),
  constraint batch_run_restart_of_fk foreign key (restart_of) references batch_run (execution),
  constraint batch_run_range_fk foreign key (range) references batch_range (id),
  constraint batch_run_node_fk foreign key (node) references batch_node (id)
);

-- What makes "never two at once" hold, whatever else goes wrong.
create unique index batch_run_live_unique on batch_run (instance) where ended_at is null;

-- Nodes look here for what waits and what is left behind.
create index batch_run_live on batch_run (execution) where ended_at is null;

-- The runs for the same parameters, the latest first.
create index batch_run_same on batch_run (batch, md5(parameters::text), run, execution);
create index batch_run_batch on batch_run (batch, execution);
create index batch_run_range on batch_run (range) where range is not null;

-- How far a run's steps came, and what came of it. Written in the chunk's transaction, and kept over
-- restarts: the items of this step's execution are added to those of the executions before it.
create table batch_progress (
  instance  bigint not null,
  step      text   not null,
  execution bigint not null, -- the step execution that counts now
  before    bigint not null, -- items of those before it
  done      bigint not null,
  total     bigint,
  place     text,            -- where a part is that runs on a worker; else Spring Batch knows it
  constraint batch_progress_pk primary key (instance, step),
  constraint batch_progress_instance_fk
    foreign key (instance) references springbatch_job_instance (job_instance_id)
);

create table batch_figure (
  instance bigint not null,
  name     text   not null,
  amount   bigint not null,
  constraint batch_figure_pk primary key (instance, name),
  constraint batch_figure_instance_fk
    foreign key (instance) references springbatch_job_instance (job_instance_id)
);

-- What could not be done, and was left out.
create table batch_skip (
  id        bigint      not null generated always as identity,
  execution bigint      not null,
  instance  bigint      not null,
  step      text        not null,
  item      text        not null,
  reason    text        not null,
  at        timestamptz not null default now(),
  constraint batch_skip_pk primary key (id),
  constraint batch_skip_instance_fk
    foreign key (instance) references springbatch_job_instance (job_instance_id)
);

create index batch_skip_instance on batch_skip (instance, id);

-- Jobs that a run has enqueued and waits for; a row goes when its job has ended and was counted.
create table batch_job (
  instance bigint not null,
  job      uuid   not null,
  constraint batch_job_pk primary key (instance, job),
  constraint batch_job_instance_fk
    foreign key (instance) references springbatch_job_instance (job_instance_id)
);

-- A batch goes through a tenant's assets in the order of their ids.
create index asset_of_tenant on asset (tenant, id) where deleted_at is null;
