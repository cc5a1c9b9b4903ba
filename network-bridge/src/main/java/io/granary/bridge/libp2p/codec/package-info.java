/**
 * The small encodings that libp2p's messages and names are written in.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.libp2p.codec.ProtoReader} walks the fields of a Protobuf message
 *       that came from a peer: each value is checked against what is there and against the caller's
 *       bound before a byte of it is copied.
 *   <li>{@link io.granary.bridge.libp2p.codec.ProtoWriter} writes fields in the order it is told,
 *       always in their one shortest form, so that what is signed or hashed is the same everywhere.
 *   <li>{@link io.granary.bridge.libp2p.codec.Multibase} reads and writes bytes as text.
 *   <li>{@link io.granary.bridge.libp2p.codec.LengthPrefix} reads the length in front of a message
 *       that is still arriving.
 * </ol>
 *
 * <p>Everything refused is a {@link io.granary.bridge.libp2p.codec.CodecException} that names the
 * field.
 */
@NullMarked
package io.granary.bridge.libp2p.codec;

import org.jspecify.annotations.NullMarked;
