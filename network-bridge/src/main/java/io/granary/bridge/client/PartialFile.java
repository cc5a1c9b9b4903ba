package io.granary.bridge.client;

import io.granary.bridge.transfer.ContentRange;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What has come of a download, over one attempt or several. An attempt writes by its number, so
 * that one given up cannot write any more. Thread-safe.
 */
final class PartialFile {
  private static final long UNKNOWN = -1;

  private final FileChannel channel;
  private final long bytesMax;
  private final LongConsumer progress;
  private long received;
  private long total = UNKNOWN;
  private int attempt;
  private @Nullable String etag;
  private @Nullable String failure;

  PartialFile(FileChannel channel, long bytesMax, LongConsumer progress) {
    this.channel = channel;
    this.bytesMax = bytesMax;
    this.progress = progress;
  }

  /** The next attempt brings the content from its first byte; returns its number. */
  synchronized int restart(HttpHeaders headers) {
    try {
      channel.truncate(0);
    } catch (IOException e) {
      fail("cannot start again: " + e.getMessage());
    }
    received = 0;
    total = UNKNOWN;
    etag = strongTag(headers);
    return attempt;
  }

  /** The next attempt brings what is missing; returns its number. */
  synchronized int goOn(HttpHeaders headers) {
    String given = headers.firstValue("Content-Range").orElse("");
    Optional<ContentRange> range = ContentRange.parse(given);
    if (received == 0 || range.isEmpty() || range.get().first().orElse(-1) != received) {
      fail("asked for the bytes from " + received + ", the answer is of range '" + given + "'");
    } else {
      total = range.get().total().orElse(UNKNOWN);
    }
    String tag = strongTag(headers);
    if (tag != null && !tag.equals(etag)) {
      fail("the rest is of other content: " + tag + ", not " + etag);
    }
    return attempt;
  }

  /** A strong ETag names the bytes themselves (RFC 9110, 8.8.1). */
  private static @Nullable String strongTag(HttpHeaders headers) {
    return headers.firstValue("ETag").filter(tag -> tag.startsWith("\"")).orElse(null);
  }

  /** Appends; false when the attempt is over, or fails by this. */
  synchronized boolean write(int number, List<ByteBuffer> parts) {
    if (number != attempt || failure != null) {
      return false;
    }
    long bytes = parts.stream().mapToLong(ByteBuffer::remaining).sum();
    if (received + bytes > bytesMax) {
      fail("more than " + bytesMax + " bytes came");
      return false;
    }
    try {
      for (ByteBuffer part : parts) {
        while (part.hasRemaining()) {
          received += channel.write(part, received);
        }
      }
    } catch (IOException e) {
      fail("cannot be written: " + e.getMessage());
      return false;
    }
    progress.accept(received);
    return true;
  }

  /** Nothing that still comes of the last attempt is written. */
  synchronized void endAttempt() {
    attempt++;
  }

  private void fail(String problem) {
    if (failure == null) {
      failure = problem;
    }
  }

  /** Whether the server can be asked for the rest. */
  synchronized boolean resumable() {
    return received > 0 && etag != null;
  }

  /** Whether the server has said that there is more. */
  synchronized boolean incomplete() {
    return received < total;
  }

  synchronized long received() {
    return received;
  }

  synchronized Optional<String> etag() {
    return Optional.ofNullable(etag);
  }

  /** Why another attempt is of no use. */
  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }
}
