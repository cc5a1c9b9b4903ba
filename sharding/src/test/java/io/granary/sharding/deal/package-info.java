/** Tests of deals: the entity with a fetcher played by hand, and the desk. */
@NullMarked
package io.granary.sharding.deal;

import org.jspecify.annotations.NullMarked;
