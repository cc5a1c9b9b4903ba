package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetrievalSettingsTest {
  @Test
  void isOffAndOnLoopback_whenOnlyTheDefaultsAreThere() {
    RetrievalSettings settings = Stand.settings();
    assertThat(settings.enabled()).isFalse();
    assertThat(settings.http().host()).isEqualTo("127.0.0.1");
    assertThat(settings.http().stallLimit()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.walk().blockBytesMax()).isEqualTo(2 << 20);
    assertThat(settings.denylist()).isEmpty();
    assertThat(settings.unseal().onDemand()).isFalse();
    assertThat(settings.plainCopies().folder()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "port, 70000",
    "host, ''",
    "loops, 0",
    "workers, 0",
    "head-bytes-max, 10",
    "connections-max, 0",
    "connections-of-address-max, 0",
    "requests-max, 0",
    "requests-of-address-max, 0",
    "part-bytes, 0",
    "buffer-bytes, 1 KiB",
    "buffer-bytes, 4 GiB",
    "head-limit, 0s",
    "idle-limit, 0s",
    "stall-limit, 0s",
    "index-limit, 0s",
    "index-every, 0s",
    "walk.block-bytes-max, 0",
    "read-ahead.threads, 0",
    "read-ahead.waiting-max, 0",
    "read-ahead.bytes-of-answer-max, 0",
    "denylist.check-every, 0s",
    "unseal.cache-bytes-max, 0",
    "unseal.jobs-max, 0",
    "unseal.jobs-of-address-max, 0",
    "unseal.waiting-max, -1",
    "unseal.wait-limit, 0s",
    "unseal.retry-after, 10ms",
    "unseal.abandon-after, 90s",
    "unseal.job-limit, 0s",
    "unseal.failure-memory, 0s",
    "unseal.kept-min, -1s",
    "plain-copies.bytes-max, 0",
    "plain-copies.copies-max, 0",
    "plain-copies.copies-max, 100000",
    "plain-copies.after-reads, 0",
    "plain-copies.within, 0s",
    "plain-copies.counted-max, 0",
  })
  void namesTheKey_whenItsValueIsOutOfRange(String key, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Stand.settings(key + " = \"" + value + "\""))
        .withMessageContaining("granary.network-bridge.retrieval." + key);
  }
}
