@NullMarked
package io.granary.protocol;

import org.jspecify.annotations.NullMarked;
