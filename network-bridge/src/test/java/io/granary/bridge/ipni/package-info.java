/** Tests of the advertisements to network indexers. */
@NullMarked
package io.granary.bridge.ipni;

import org.jspecify.annotations.NullMarked;
