@NullMarked
package io.granary.protocol.machine;

import org.jspecify.annotations.NullMarked;
