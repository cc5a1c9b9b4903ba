/** Random lives of publishers. */
@NullMarked
package io.granary.protocol.publish;

import org.jspecify.annotations.NullMarked;
