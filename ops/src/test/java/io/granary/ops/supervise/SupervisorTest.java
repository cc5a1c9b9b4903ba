package io.granary.ops.supervise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Children are shells here: what they do at their n-th start is what the test says. */
class SupervisorTest {
  @TempDir private Path data;

  private final AtomicInteger starts = new AtomicInteger();
  private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
  private HttpServer peer = server();

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void listen() {
    peer.createContext(
        "/v1/cluster/down",
        exchange -> {
          news.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("{}".getBytes(UTF_8));
          exchange.close();
        });
    peer.start();
  }

  @AfterEach
  void stopListening() {
    peer.stop(0);
  }

  private URI peerAddress() {
    return URI.create("http://127.0.0.1:" + peer.getAddress().getPort());
  }

  private static SupervisorSettings settings(List<URI> peers, Duration delay) {
    return new SupervisorSettings(
        peers, delay, Duration.ofMillis(400), Duration.ofMinutes(1), Duration.ofSeconds(2));
  }

  private Supervisor supervisor(SupervisorSettings settings, List<String> lives) {
    return new Supervisor(
        settings,
        data,
        () ->
            new ProcessBuilder(
                    "sh", "-c", lives.get(Math.min(starts.getAndIncrement(), lives.size() - 1)))
                .start());
  }

  private String memberThenExit(long uid, int code) {
    return "echo '{\"address\":\"akka://granary@127.0.0.1:2\",\"uid\":\""
        + uid
        + "\"}' > '"
        + data.resolve("member.json")
        + "'; exit "
        + code;
  }

  @Test
  void startsTheNodeAnew_untilItEndsInOrder() throws InterruptedException {
    Supervisor supervisor =
        supervisor(settings(List.of(), Duration.ZERO), List.of("exit 255", "kill -9 $$", "exit 0"));
    assertThat(supervisor.run()).isZero();
    assertThat(starts).hasValue(3);
  }

  @Test
  void tellsAPeerWhichIncarnationDied_andSaysNothingOfOneThatWasNoMember()
      throws InterruptedException {
    Supervisor supervisor =
        supervisor(
            settings(List.of(URI.create("http://127.0.0.1:1"), peerAddress()), Duration.ZERO),
            List.of(memberThenExit(7, 9), "exit 1", memberThenExit(-8, 255), "exit 0"));
    supervisor.run();
    assertThat(news)
        .containsExactly(
            "{\"address\":\"akka://granary@127.0.0.1:2\",\"uid\":\"7\"}",
            "{\"address\":\"akka://granary@127.0.0.1:2\",\"uid\":\"-8\"}");
  }

  @Test
  void waitsLongerAndLonger_whileTheNodeDiesYoung() throws InterruptedException {
    long began = System.nanoTime();
    supervisor(
            settings(List.of(), Duration.ofMillis(100)),
            List.of("exit 1", "exit 1", "exit 1", "exit 0"))
        .run();
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofMillis(100 + 200 + 400));
  }

  @Test
  void handsOnTheOrderToLeave_andStartsNothingAfterIt() throws Exception {
    Path left = data.resolve("left");
    Supervisor supervisor =
        supervisor(
            settings(List.of(peerAddress()), Duration.ZERO),
            List.of(
                "trap 'touch "
                    + left
                    + "; exit 143' TERM; touch "
                    + data
                    + "/up; while :; do sleep 0.05; done"));
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return supervisor.run();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    while (!Files.exists(data.resolve("up"))) {
      Thread.sleep(10);
    }
    supervisor.stop();
    assertThat(code.get(10, TimeUnit.SECONDS)).isEqualTo(143);
    assertThat(left).exists();
    assertThat(starts).hasValue(1);
    assertThat(news).isEmpty();
  }

  @Test
  void startsNothing_whenToldToStopWhileItWaits() throws Exception {
    Supervisor supervisor =
        supervisor(
            new SupervisorSettings(
                List.of(),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(1)),
            List.of("exit 3"));
    Thread stopper =
        new Thread(
            () -> {
              try {
                Thread.sleep(500);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              supervisor.stop();
            });
    stopper.start();
    assertThat(supervisor.run()).isEqualTo(3);
    assertThat(starts).hasValue(1);
    stopper.join();
  }

  @Test
  void keepsTheMemberBetweenProcesses() throws IOException {
    new MemberFile("akka://granary@10.0.0.1:25520", -5).write(data);
    assertThat(MemberFile.read(data)).contains(new MemberFile("akka://granary@10.0.0.1:25520", -5));
    Files.writeString(data.resolve("member.json"), "{\"address\":");
    assertThat(MemberFile.read(data)).isEmpty();
    MemberFile.delete(data);
    assertThat(MemberFile.read(data)).isEmpty();
  }
}
