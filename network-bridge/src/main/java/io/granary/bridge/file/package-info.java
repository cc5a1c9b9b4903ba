/**
 * Files that only their owner can read: keys, passphrases, a client's deals and CARs.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.file.OwnerOnlyFile} makes them whole or not at all and refuses to
 *       read one that others can read.
 *   <li>That refusal is an {@link io.granary.bridge.file.OwnerOnlyException}; who keeps keys says
 *       in its own words which file it is.
 * </ol>
 */
@NullMarked
package io.granary.bridge.file;

import org.jspecify.annotations.NullMarked;
