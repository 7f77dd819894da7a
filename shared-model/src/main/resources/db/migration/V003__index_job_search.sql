-- Search over tens of millions of jobs.
--
-- What it costs: every job pays two index entries, one in job_live when it is inserted and one in
-- job_ended when it is settled (an update that cannot be heap-only anyway, because due_at changes);
-- one index over both would have cost as many, and could not find the few that are live among the
-- many that have ended, nor the reverse. One more for a job that was discarded or cancelled, two for
-- one with an owner and two for one with tags; a job without them pays nothing for those. None
-- names a column that a claim or progress writes (`outcome` is written at the end only), so claims
-- stay heap-only. Every other filter (state, pool, error) is looked up on the rows that one of
-- these finds, and only so many rows a page: JobSearch.

-- Newest first within a tenant's kind; a tenant's kinds are known from job_count.
create index job_live on job (tenant, kind, id) where outcome is null;
create index job_ended on job (tenant, kind, id) where outcome is not null;
create index job_failed on job (tenant, kind, id) where outcome in ('discarded', 'cancelled');

create index job_of_owner on job (tenant, owner, id) where owner is not null;

create index job_tagged on job using gin (tags) where tags is not null;

-- Words as they are: errors are no prose.
create index job_error_words on job using gin (to_tsvector('simple', error_message))
  where outcome = 'discarded';
