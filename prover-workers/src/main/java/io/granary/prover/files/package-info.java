/** Files that survive a crash whole: written aside, synced, published by rename. */
@NullMarked
package io.granary.prover.files;

import org.jspecify.annotations.NullMarked;
