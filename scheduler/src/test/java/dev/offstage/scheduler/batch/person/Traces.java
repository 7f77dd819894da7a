package dev.offstage.scheduler.batch.person;

import dev.offstage.blob.StoredBlob;
import dev.offstage.scheduler.batch.TestScheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Looks for a word in every column of every table, and in every blob. */
public final class Traces {
  private Traces() {}

  /** Where it was found, such as {@code job.payload} or {@code upload/…}. */
  public static List<String> of(String word, TestScheduler scheduler) throws IOException {
    return Stream.concat(inDatabase(word, scheduler).stream(), inBlobs(word, scheduler).stream())
        .toList();
  }

  private record Column(String table, String name, String type) {}

  private static List<String> inDatabase(String word, TestScheduler scheduler) {
    var columns =
        scheduler
            .jdbc()
            .sql(
                """
                select n.nspname || '.' || c.relname as in_table, a.attname as name,
                  format_type(a.atttypid, null) as type
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                where c.relkind in ('r', 'p') and not c.relispartition
                  and n.nspname not in ('pg_catalog', 'information_schema')
                  and format_type(a.atttypid, null) ~ '^(text|character|json|bytea|name|hstore)'
                """)
            .query(
                (row, n) ->
                    new Column(
                        row.getString("in_table"), row.getString("name"), row.getString("type")))
            .list();
    var found = new TreeSet<String>();
    for (var column : columns) {
      var holds =
          column.type().equals("bytea")
              ? "position(convert_to(:word, 'UTF8') in \"%s\") > 0"
              : "position(:word in \"%s\"::text) > 0";
      boolean there =
          scheduler
              .jdbc()
              .sql(
                  "select exists (select from %s where %s)"
                      .formatted(column.table(), holds.formatted(column.name())))
              .param("word", word)
              .query(Boolean.class)
              .single();
      if (there) {
        found.add(column.table().replace("public.", "") + "." + column.name());
      }
    }
    return List.copyOf(found);
  }

  private static List<String> inBlobs(String word, TestScheduler scheduler) throws IOException {
    var found = new TreeSet<String>();
    var listing = scheduler.blobs().list(null);
    for (var page = listing.next(100); !page.isEmpty(); page = listing.next(100)) {
      for (StoredBlob blob : page) {
        var text = new String(scheduler.bytes(blob.key().path()), StandardCharsets.ISO_8859_1);
        if (text.contains(word)) {
          found.add(blob.key().path());
        }
      }
    }
    return List.copyOf(found);
  }
}
