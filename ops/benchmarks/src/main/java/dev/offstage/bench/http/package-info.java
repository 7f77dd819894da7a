/**
 * A small HTTP/1.1 client and the load that it makes: the JDK's own costs as much CPU as what is
 * measured, on the same cores.
 */
@NullMarked
package dev.offstage.bench.http;

import org.jspecify.annotations.NullMarked;
