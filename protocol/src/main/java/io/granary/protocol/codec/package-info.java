/**
 * Maps values between their Java records and the Protobuf schemas of {@code src/main/protobuf}.
 *
 * <ol>
 *   <li>A serializer of an outer module hands over a parsed message of the generated {@code wire}
 *       package.
 *   <li>{@link io.granary.protocol.codec.ValueCodec} maps the values that several schemas share,
 *       {@link io.granary.protocol.codec.JobCodec} the jobs.
 *   <li>What a message lacks or holds out of range is refused with an {@link
 *       java.lang.IllegalArgumentException} that names it; nothing is filled in.
 * </ol>
 */
@NullMarked
package io.granary.protocol.codec;

import org.jspecify.annotations.NullMarked;
