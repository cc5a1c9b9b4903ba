package io.granary.bridge.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransferSettingsTest {
  private static final String PATH = "granary.network-bridge.transfers.";

  private static TransferSettings of(String changes) {
    return TransferSettings.from(
        ConfigFactory.parseString(changes).withFallback(ConfigFactory.load()).resolve());
  }

  @Test
  void privateAddressesAreClosed_byDefault() {
    assertThat(of("").allowPrivateAddresses()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "transfers-max, 0",
    "waiting-max, 0",
    "bytes-per-second-max, -1",
    "connect-limit, 0s",
    "stall-limit, 0s",
    "stall-bytes-min, 0",
    "redirects-max, -1",
    "addresses-max, 0",
    "head-bytes-max, 0",
    "head-bytes-max, 2 MiB",
    "progress-bytes, 0",
    "disk-reserve, -1",
    "import-folders, [clients]"
  })
  void namesTheKey_whenAValueIsOutOfRange(String key, String value) {
    assertThatThrownBy(() -> of(PATH + key + " = " + value)).hasMessageContaining(key);
  }
}
