/** Tests of the store's ports that need no store. */
@NullMarked
package io.granary.persistence.store;

import org.jspecify.annotations.NullMarked;
