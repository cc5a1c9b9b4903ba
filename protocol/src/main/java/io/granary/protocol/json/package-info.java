/**
 * The JSON a Lotus node writes, to and from the records of {@code protocol.chain}; used by the
 * chain client to read answers and by the devnet to write them.
 *
 * <ol>
 *   <li>{@link io.granary.protocol.json.JsonText} turns bytes into a tree and back.
 *   <li>{@link io.granary.protocol.json.RpcMethod} names a method, its permission and the codec of
 *       each parameter and of the result; {@link io.granary.protocol.json.ChainMethods} lists them.
 *   <li>{@link io.granary.protocol.json.ChainJson} holds a {@link
 *       io.granary.protocol.json.JsonCodec} for each record, put together from {@link
 *       io.granary.protocol.json.JsonScalars}.
 *   <li>A codec reads through a {@link io.granary.protocol.json.JsonCursor}, which knows its path:
 *       what is missing or of the wrong type is refused with a {@link
 *       io.granary.protocol.json.JsonShapeException} that names the place. Members a codec does not
 *       know are passed over, since a newer node may add some.
 * </ol>
 *
 * <p>Names, types, order and the uses of null are those recorded from a node (chain.md 2.3).
 */
@NullMarked
package io.granary.protocol.json;

import org.jspecify.annotations.NullMarked;
