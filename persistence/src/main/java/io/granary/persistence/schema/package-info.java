/**
 * The CQL schema and its migrations. Each numbered resource is applied once, in order, under a lock
 * row; what was applied is recorded with a checksum in {@code schema_versions}.
 */
@NullMarked
package io.granary.persistence.schema;

import org.jspecify.annotations.NullMarked;
