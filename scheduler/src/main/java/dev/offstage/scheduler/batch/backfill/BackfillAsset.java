package dev.offstage.scheduler.batch.backfill;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An asset that is to have a job. */
record BackfillAsset(UUID id, @Nullable String owner) {}
