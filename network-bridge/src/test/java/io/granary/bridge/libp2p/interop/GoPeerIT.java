package io.granary.bridge.libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.reach.Contact;
import io.granary.bridge.libp2p.reach.ReachSettings;
import io.granary.bridge.libp2p.reach.ReachWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** With go-libp2p. */
class GoPeerIT extends PeerInterop {
  @Override
  List<String> program(Path built) {
    return List.of(built.resolve("go").resolve("peer").toString());
  }

  @Override
  String agent() {
    return "granary-interop-go";
  }

  /** It looks at the id that asks before it looks at where from: on loopback it dials nobody. */
  @Test
  void theyUnderstandWhoAsksToBeDialed() {
    NettyHost host = host("announce = [\"/ip4/127.0.0.1/tcp/1314\"]");
    ReachSettings settings =
        new ReachSettings(List.of(theirs()), Duration.ofMinutes(1), Duration.ofSeconds(20));
    try (ReachWatch watch = ReachWatch.start(host, settings, InstantSource.system())) {
      await().atMost(LIMIT).until(() -> !watch.contacts().isEmpty());
      Contact contact = watch.contacts().get(0);
      assertThat(contact.failure()).isEmpty();
      assertThat(contact.reach())
          .isEqualTo(
              new Contact.Reach(
                  Optional.empty(), "refusing to dial peer with blocked observed address"));
    }
  }
}
