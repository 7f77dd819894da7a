-- What is asked of events: roll-ups, schema watch, tracking plans, and what goes onward.

-- Roll-ups ----------------------------------------------------------------------------------------

-- Hours (of UTC, by an event's corrected time) that got events since they were last rolled up. The
-- writer adds to it in the transaction that writes the events, so that a mark and its events become
-- visible together. Nothing is unique, so that writers never wait for one another here; whoever
-- rolls an hour up deletes the marks that it saw, and after that reads the events.
create table event_dirty (
  tenant text        not null,
  hour   timestamptz not null
);
