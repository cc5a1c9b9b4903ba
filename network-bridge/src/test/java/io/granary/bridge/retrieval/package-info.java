/** Tests of retrieval over HTTP, with pieces and their index in memory. */
@NullMarked
package io.granary.bridge.retrieval;

import org.jspecify.annotations.NullMarked;
