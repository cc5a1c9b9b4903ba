/** Tests of the store against a real Cassandra. */
@NullMarked
package io.granary.persistence;

import org.jspecify.annotations.NullMarked;
