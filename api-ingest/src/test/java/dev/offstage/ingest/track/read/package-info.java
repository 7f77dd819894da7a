@org.jspecify.annotations.NullMarked
package dev.offstage.ingest.track.read;
