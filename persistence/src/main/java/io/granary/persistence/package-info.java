@NullMarked
package io.granary.persistence;

import org.jspecify.annotations.NullMarked;
