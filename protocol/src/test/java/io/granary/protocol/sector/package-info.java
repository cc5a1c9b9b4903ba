@NullMarked
package io.granary.protocol.sector;

import org.jspecify.annotations.NullMarked;
