@NullMarked
package io.granary.bridge;

import org.jspecify.annotations.NullMarked;
