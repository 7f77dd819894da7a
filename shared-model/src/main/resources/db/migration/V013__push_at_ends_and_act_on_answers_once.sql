-- Who is told by push that a job has ended; and what makes a call's late answer count once.

-- Push rules --------------------------------------------------------------------------------------

-- What a tenant's users are sent when their jobs of a kind end. The settle leaves a mark, as it does
-- for webhooks; whoever takes that away makes the push of it, in the same transaction.
create table push_rule (
  id         uuid        not null default gen_random_uuid(),
  tenant     text        not null,
  kind       text        not null, -- media.image, media.* or *
  ends       text[]      not null, -- completed, discarded, cancelled
  payload    text        not null, -- JSON: of push.send, without whom it is for
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint push_rule_pk primary key (tenant, kind),
  constraint push_rule_id_unique unique (id),
  constraint push_rule_tenant_fk foreign key (tenant) references tenant (id),
  constraint push_rule_ends_known check
    (cardinality(ends) > 0 and ends <@ array['completed', 'discarded', 'cancelled'])
);

-- Calls -------------------------------------------------------------------------------------------

-- A claim that dies between closing a wait and its settle has settled nothing: a crash is no
-- attempt, so that the next claim has the same number, and finds the wait as the other one saw it.
alter table call_wait
  add column acted_attempt integer; -- the attempt that has closed it

-- Webhooks ----------------------------------------------------------------------------------------

alter table webhook_attempt
  add column answer_cut boolean not null default false; -- its body was longer than what is kept
