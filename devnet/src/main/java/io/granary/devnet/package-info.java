@NullMarked
package io.granary.devnet;

import org.jspecify.annotations.NullMarked;
