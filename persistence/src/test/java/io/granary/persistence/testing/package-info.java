/** What other modules' tests use of the store: the shared Cassandra with a keyspace per suite. */
@NullMarked
package io.granary.persistence.testing;

import org.jspecify.annotations.NullMarked;
