/** The API's description in OpenAPI 3.1, served at {@code /v3/api-docs}. */
@NullMarked
package dev.offstage.ingest.openapi;

import org.jspecify.annotations.NullMarked;
