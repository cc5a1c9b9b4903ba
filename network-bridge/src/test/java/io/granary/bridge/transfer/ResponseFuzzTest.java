package io.granary.bridge.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;

/** Answers of a client's web server: head, body, ranges. */
class ResponseFuzzTest {
  private static final int HEAD_BYTES_MAX = 4096;

  /** The buffer of the input, and a head of the longest kind. */
  private static final long FIXED_BYTES = 4 << 20;

  private static final TransferSettings SETTINGS = Transfers.settings("");

  /** A connection whose server has said everything and closed. */
  private static final class Said extends Socket {
    private final InputStream input;

    Said(byte[] input) {
      this.input = new ByteArrayInputStream(input);
    }

    @Override
    public InputStream getInputStream() {
      return input;
    }

    @Override
    public synchronized void setSoTimeout(int timeout) throws SocketException {
      if (timeout < 1) {
        throw new SocketException("a wait without end");
      }
    }
  }

  @FuzzTest
  void givesNoMoreThanCame_whenAccepted(byte[] input) {
    Parsing.of(input.length, FIXED_BYTES, () -> read(input), IOException.class, EOFException.class)
        .ifPresent(bytes -> assertThat(bytes).isBetween(0L, (long) input.length));
  }

  private static long read(byte[] input) throws IOException {
    try (Socket socket = new Said(input)) {
      AnswerReader in = new AnswerReader(new TimedInput(socket, SETTINGS), HEAD_BYTES_MAX);
      ResponseHead head = ResponseHead.read(in);
      assertThat(head.status()).isBetween(200, 599);
      head.validator().ifPresent(text -> assertThat(text).doesNotContain("\n"));
      head.field("content-range").flatMap(ContentRange::parse).ifPresent(ResponseFuzzTest::check);
      WebBody body = WebBody.of(in, head);
      byte[] part = new byte[1024];
      long total = 0;
      for (int some = body.read(part); some >= 0; some = body.read(part)) {
        assertThat(some).isPositive();
        total += some;
      }
      if (body.length().isPresent()) {
        assertThat(total).isEqualTo(body.length().getAsLong());
      }
      return total;
    }
  }

  private static void check(ContentRange range) {
    assertThat(range.first().isPresent()).isEqualTo(range.last().isPresent());
    if (range.first().isPresent()) {
      assertThat(range.first().getAsLong()).isBetween(0L, range.last().orElseThrow());
    }
  }
}
