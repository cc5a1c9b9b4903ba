/**
 * Transfers against a server that says byte by byte what a test wants ({@link
 * io.granary.bridge.transfer.FileServer}), names that lead where a test wants.
 */
@NullMarked
package io.granary.bridge.transfer;

import org.jspecify.annotations.NullMarked;
