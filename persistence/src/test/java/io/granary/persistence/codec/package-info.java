/** Tests of the journal's codecs. */
@NullMarked
package io.granary.persistence.codec;

import org.jspecify.annotations.NullMarked;
