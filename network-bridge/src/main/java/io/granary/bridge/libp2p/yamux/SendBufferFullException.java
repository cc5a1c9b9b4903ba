package io.granary.bridge.libp2p.yamux;

/** A write beyond the bounds of a stream that was not writable; the stream is reset. */
public final class SendBufferFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SendBufferFullException(long streamId, long queuedBytes, int bytes) {
    super(
        "stream "
            + streamId
            + ": no room for "
            + bytes
            + " more bytes behind "
            + queuedBytes
            + ", isWritable() was not heeded");
  }
}
