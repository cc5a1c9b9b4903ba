/** UnixFS against the CIDs of other implementations, and DAG walks. */
@NullMarked
package io.granary.bridge.unixfs;

import org.jspecify.annotations.NullMarked;
