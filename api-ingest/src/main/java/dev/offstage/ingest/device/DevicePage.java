package dev.offstage.ingest.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of devices, the newest first.
 *
 * @param next the cursor of the next page; null at the end
 */
record DevicePage(List<Device> devices, @Nullable String next) {}
