/** Content identifiers. */
@NullMarked
package io.granary.protocol.cid;

import org.jspecify.annotations.NullMarked;
