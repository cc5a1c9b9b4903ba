/** Tests of the publisher. */
@NullMarked
package io.granary.sharding.publish;

import org.jspecify.annotations.NullMarked;
