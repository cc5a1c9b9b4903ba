package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.HeadEvent;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A chain node that says anything on the channel of head events; a message is a line. */
class NotifyChannelFuzzTest {
  private static final int FRAME_CHARS_MAX = 4096;

  /** Jackson's buffers and its tables of names, for each message. */
  private static final long FIXED_BYTES = 16 << 20;

  /** Counts. */
  private static final class Listener implements NotifyChannel.Handler {
    private int frames;
    private int ends;

    @Override
    public CompletionStage<Void> heads(List<HeadEvent> events) {
      frames++;
      return CompletableFuture.completedStage(null);
    }

    @Override
    public void ended(String reason) {
      ends++;
    }
  }

  /** A socket that takes all it is given. */
  private static final class OpenSocket implements WebSocket {
    private long requested;
    private boolean aborted;

    @Override
    public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public CompletableFuture<WebSocket> sendClose(int status, String reason) {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public void request(long count) {
      requested += count;
    }

    @Override
    public String getSubprotocol() {
      return "";
    }

    @Override
    public boolean isOutputClosed() {
      return aborted;
    }

    @Override
    public boolean isInputClosed() {
      return aborted;
    }

    @Override
    public void abort() {
      aborted = true;
    }
  }

  @FuzzTest
  void readsOnOrEnds_whateverComes(byte[] input) {
    String[] messages = new String(input, StandardCharsets.UTF_8).split("\n", -1);
    Listener last =
        Parsing.of(input.length, FIXED_BYTES * messages.length, () -> run(messages)).orElseThrow();
    assertThat(last.ends).isLessThanOrEqualTo(1);
    assertThat(last.frames).isLessThanOrEqualTo(messages.length);
  }

  private static Listener run(String[] messages) {
    Listener listener = new Listener();
    OpenSocket socket = new OpenSocket();
    NotifyChannel channel =
        new NotifyChannel(
            listener, new ChainJson('t').blocks().change(), FRAME_CHARS_MAX, Runnable::run);
    channel.onOpen(socket);
    long asked = 1;
    for (String message : messages) {
      if (listener.ends > 0) {
        assertThat(socket.aborted).isTrue();
        return listener;
      }
      assertThat(socket.requested).as("messages asked for").isEqualTo(asked);
      assertThat(channel.onText(socket, message, true)).isNull();
      asked++;
      assertThat(channel.handling() && listener.ends == 0).as("still handling").isFalse();
    }
    return listener;
  }
}
