/**
 * What an app would do, shown on a terminal: sends files through the public API, follows their jobs
 * and shows what came of them. Knows the API's HTTP contract and none of its classes.
 */
@NullMarked
package dev.offstage.standalone.demo;

import org.jspecify.annotations.NullMarked;
