package io.granary.bridge.retrieval.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Locale;

/** Heads of requests. */
class RequestsFuzzTest {
  private static final int HEAD_BYTES_MAX = 16 << 10;

  @FuzzTest
  void hasNoBodyAndCleanParts_whenAccepted(byte[] input) {
    Parsing.of(input, () -> head(input), HttpProblem.class)
        .ifPresent(
            head -> {
              assertThat(head.method()).isNotEmpty().doesNotContain(" ", "\r", "\n");
              assertThat(head.path()).doesNotContain("");
              assertThat(head.headers()).doesNotContainKey("transfer-encoding");
              head.headers()
                  .forEach(
                      (name, values) -> {
                        assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT)).isNotEmpty();
                        assertThat(values)
                            .isNotEmpty()
                            .allMatch(v -> v.indexOf('\r') < 0 && v.indexOf('\n') < 0);
                      });
              assertThat(head.header("content-length").orElse("0")).matches("0(, 0)*");
            });
  }

  /** What the server's decoder makes of the input, judged as the server judges it. */
  private static RequestHead head(byte[] input) {
    EmbeddedChannel channel = new EmbeddedChannel(HttpServer.codec(HEAD_BYTES_MAX));
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(input));
      if (channel.inboundMessages().peek() instanceof HttpRequest request) {
        return Requests.head(request, HEAD_BYTES_MAX);
      }
      throw new HttpProblem(400, "no whole head");
    } finally {
      channel.finishAndReleaseAll();
    }
  }
}
