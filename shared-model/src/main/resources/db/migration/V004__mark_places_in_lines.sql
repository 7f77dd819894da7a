-- A dispatcher under a backlog goes on where it was, and many jobs fall due in the same microsecond:
-- the id tells their places in the line.
drop index job_fair;
create index job_fair on job (pool, priority, tenant, due_at, id) where due_at is not null;
