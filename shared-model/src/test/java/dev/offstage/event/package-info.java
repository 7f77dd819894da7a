@org.jspecify.annotations.NullMarked
package dev.offstage.event;
