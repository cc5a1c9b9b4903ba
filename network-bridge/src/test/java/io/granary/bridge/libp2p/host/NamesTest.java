package io.granary.bridge.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class NamesTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final EventExecutor executor = new DefaultEventExecutor();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final List<Names> made = new ArrayList<>();

  private Names names(Names.Service service) {
    Names names = new Names(service);
    made.add(names);
    return names;
  }

  private Names silent() {
    return names(
        host -> {
          try {
            answer.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return both();
        });
  }

  /** One address of each family. */
  private static InetAddress[] both() throws UnknownHostException {
    return new InetAddress[] {
      InetAddress.getByAddress(new byte[] {1, 2, 3, 4}), InetAddress.getByAddress(new byte[16])
    };
  }

  private Future<InetSocketAddress> resolve(Names names, String address, Duration limit) {
    return names.resolve(Multiaddr.parse(address).tcp().orElseThrow(), executor, limit);
  }

  @AfterEach
  void close() throws Exception {
    answer.countDown();
    made.forEach(Names::close);
    executor.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/192.0.2.7/tcp/4001, 192.0.2.7",
    "/ip6/2001:db8::1/tcp/4001, 2001:db8:0:0:0:0:0:1"
  })
  void isThereAtOnce_whenItIsAnAddress(String address, String host) {
    Names names =
        names(
            asked -> {
              throw new UnknownHostException("nothing may be looked up");
            });
    InetSocketAddress found = resolve(names, address, LONG).getNow();
    assertThat(found.getAddress().getHostAddress()).isEqualTo(host);
    assertThat(found.getPort()).isEqualTo(4001);
  }

  @ParameterizedTest
  @CsvSource({"dns, 1.2.3.4", "dns4, 1.2.3.4", "dns6, 0:0:0:0:0:0:0:0"})
  void isOfTheFamilyThatIsAskedFor(String kind, String host) throws Exception {
    Future<InetSocketAddress> found =
        resolve(names(asked -> both()), "/" + kind + "/sp.example/tcp/9", LONG);
    assertThat(found.sync().getNow().getAddress().getHostAddress()).isEqualTo(host);
  }

  @Test
  void fails_whenTheNameIsUnknownOrTheServiceBreaks() throws Exception {
    for (Names.Service broken :
        List.<Names.Service>of(
            host -> {
              throw new UnknownHostException(host);
            },
            host -> {
              throw new IllegalStateException("broken");
            },
            host -> new InetAddress[0])) {
      Future<?> found = resolve(names(broken), "/dns4/nobody.example/tcp/9", LONG).await();
      assertThat(found.cause())
          .isInstanceOf(P2pException.class)
          .hasMessageContaining("nobody.example");
    }
  }

  @Test
  void fails_whenAsManyWaitAsMay() {
    Names names = silent();
    List<Future<?>> asked = new ArrayList<>();
    for (int i = 0; i < Names.THREADS + Names.WAITING_MAX; i++) {
      asked.add(resolve(names, "/dns/silent/tcp/9", LONG));
    }
    Future<?> beyond = resolve(names, "/dns/silent/tcp/9", LONG);
    assertThat(beyond.cause())
        .isInstanceOf(P2pException.class)
        .hasMessageContaining("64 look-ups wait");
    assertThat(asked).noneMatch(Future::isDone);
  }

  @Test
  void makesRoomForOthers_whenGivenUp() throws Exception {
    Names names = silent();
    List<Future<?>> asked = new ArrayList<>();
    for (int i = 0; i < Names.THREADS + Names.WAITING_MAX; i++) {
      asked.add(resolve(names, "/dns/silent/tcp/9", Duration.ofMillis(50)));
    }
    for (Future<?> one : asked) {
      assertThat(one.await().cause()).hasMessageContaining("PT0.05S");
    }
    Future<InetSocketAddress> later = resolve(names, "/dns/answers/tcp/9", LONG);
    answer.countDown();
    assertThat(later.sync().getNow().getPort()).isEqualTo(9);
  }

  @Test
  void fails_whenClosed() {
    Names names = silent();
    names.close();
    assertThat(resolve(names, "/dns/silent/tcp/9", LONG).cause()).hasMessageContaining("closed");
  }
}
