-- Where persons' ids stand within texts, and what is put in their place.

-- An id as it stands within a JSON text, as PostgreSQL writes it.
create or replace function person_quoted(person text) returns text
  language sql immutable
  return to_jsonb(person)::text;

-- Every string of a JSON text that is the id, and no part of a longer one.
create or replace function person_redacted(j jsonb, person text) returns jsonb
  language sql immutable
  return case when position(person_quoted(person) in j::text) = 0 then j
    else replace(j::text, person_quoted(person), '"(erased)"')::jsonb end;

-- Every place of a text for people where the id stands as a word.
create or replace function person_redacted(said text, person text) returns text
  language sql immutable
  return case when position(person in said) = 0 then said
    else regexp_replace(said,
      '(?<![[:alnum:]_-])' || regexp_replace(person, '([^[:alnum:]_])', '\\\1', 'g')
        || '(?![[:alnum:]_-])', '(erased)', 'g') end;

-- Takes a person's id out of what is known of batches and of what operators did: it stood there as a
-- parameter. What is put in its place tells who knows the id that it was this one.
create or replace function forget_person_in_records(of_tenant text, person text) returns bigint
  language plpgsql as $$
declare
  alias text := 'person:' || person_subject(of_tenant, person);
  runs  bigint[];
  n     bigint;
  sum   bigint := 0;
begin
  select array_agg(distinct r.instance) into runs from batch_run r
  where r.batch in ('erase-user', 'export-user') and r.parameters ->> 'tenant' = of_tenant
    and r.parameters ->> 'user' = person;
  update batch_run r set parameters = r.parameters || jsonb_build_object('user', alias)
  where r.instance = any(runs);
  get diagnostics sum = row_count;
  update springbatch_job_execution_params p set parameter_value = alias
  from springbatch_job_execution e
  where e.job_instance_id = any(runs) and p.job_execution_id = e.job_execution_id
    and p.parameter_name = 'user';
  -- An archive that was not finished could only be gone on with under another name.
  update springbatch_job_execution e set status = 'ABANDONED', version = e.version + 1
  from batch_run r
  where r.instance = any(runs) and r.batch = 'export-user' and r.ended_at is not null
    and e.job_execution_id = r.execution and e.status in ('FAILED', 'STOPPED');
  -- The hash of the parameters: another run for the same person must not meet it.
  update springbatch_job_instance i set job_key = md5('erased:' || i.job_instance_id)
  where i.job_instance_id = any(runs);
  if to_regclass('audit_entry') is not null then
    perform set_config('offstage.erasing', 'on', true);
    update audit_entry a
    set parameters = replace(a.parameters::text, person_quoted(person), to_jsonb(alias)::text)::jsonb,
        result = replace(a.result::text, person_quoted(person), to_jsonb(alias)::text)::jsonb,
        target = person_redacted(a.target, person)
    where coalesce(a.tenant, a.parameters ->> 'tenant', a.parameters -> 'parameters' ->> 'tenant',
                   of_tenant) = of_tenant
      and (position(person_quoted(person) in a.parameters::text) > 0
           or position(person_quoted(person) in a.result::text) > 0
           or person_redacted(a.target, person) <> a.target);
    get diagnostics n = row_count;
    sum := sum + n;
    perform set_config('offstage.erasing', 'off', true);
  end if;
  return sum;
end $$;

-- What was written down of operators' acts stays as it is, but for the ids of persons who asked to
-- be forgotten.
create or replace function refuse_change() returns trigger
  language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('offstage.erasing', true) = 'on' then
    return null;
  end if;
  raise exception 'what was written to % stays as it is', tg_table_name
    using errcode = 'insufficient_privilege';
end $$;

-- A user and all whom alias has merged with them: whom request_erasure() means.
create or replace function person_event_ids(of_tenant text, person text) returns text[]
  language sql stable
  return (
    with root as (
      select coalesce((select a.canonical_id from event_alias a
                       where a.tenant = of_tenant and a.user_id = person), person) as id)
    select array_agg(distinct u.id)
    from (select id from root
          union select person
          union select a.user_id from event_alias a, root
          where a.tenant = of_tenant and a.canonical_id = root.id) u);
