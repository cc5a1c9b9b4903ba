package io.granary.bridge.libp2p;

/** Serves the streams of a protocol, or uses one that we opened. */
@FunctionalInterface
public interface StreamHandler {
  /**
   * Takes a stream over: pushes its handlers. Called on the connection's event loop, so it must not
   * block; an exception resets the stream and ends nothing else.
   */
  void handle(P2pStream stream);
}
