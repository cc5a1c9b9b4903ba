@NullMarked
package io.granary.ops;

import org.jspecify.annotations.NullMarked;
