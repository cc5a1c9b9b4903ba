/** Tests of the embedded Cassandra, and the instance that test runs share. */
@NullMarked
package io.granary.persistence.cassandra;

import org.jspecify.annotations.NullMarked;
