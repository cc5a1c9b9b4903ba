/**
 * Many streams over one connection: yamux ({@code /yamux/1.0.0}, libp2p/specs yamux/README.md),
 * each stream a Netty channel with a pipeline of its own on the connection's event loop.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.libp2p.yamux.YamuxSession} stands last in the pipeline of the
 *       secured connection. What it reads goes through {@code FrameDecoder}, which knows bytes and
 *       headers, to {@code FrameReceiver}, which knows what each frame means.
 *   <li>A SYN makes a {@link io.granary.bridge.libp2p.yamux.YamuxStream} (limits: {@code
 *       StreamBook}), gives it to the initializer and registers it. Payload goes to {@code
 *       StreamInput}: straight to a stream that waits for it, else into its queue, never more than
 *       its {@code ReceiveWindow}. What the stream's pipeline has been given is credited to the
 *       peer again.
 *   <li>What a stream's pipeline writes and flushes lies in the stream's own outbound buffer until
 *       {@code FrameWriter} takes it, one frame of each stream in turn, as long as the connection
 *       is writable and the peer has granted window.
 *   <li>{@code KeepAlive} asks and answers pings, {@code ClosedStreams} bounds what may still come
 *       for streams that are gone. Any breach of the protocol ends the session with go away 1.
 * </ol>
 *
 * <p>All of it but the few methods that say otherwise runs on the connection's event loop.
 */
@NullMarked
package io.granary.bridge.libp2p.yamux;

import org.jspecify.annotations.NullMarked;
