@NullMarked
package io.granary.bench;

import org.jspecify.annotations.NullMarked;
