package io.granary.ops.deal;

import com.typesafe.config.Config;
import io.granary.sharding.address.AddressSettings;
import io.granary.sharding.publish.PublishSettings;
import io.granary.sharding.sender.SenderSettings;

/**
 * How deals are published.
 *
 * @param addresses that the messages go from
 */
public record PublishingSettings(PublishSettings publish, AddressSettings addresses) {

  /**
   * Reads {@code granary.deals.publish} and {@code granary.sharding.addresses} of {@code root}.
   *
   * @throws IllegalArgumentException naming the key whose value is refused: outcomes must not count
   *     before senders have ceased to tell of re-orgs
   */
  public static PublishingSettings from(Config root) {
    PublishSettings publish = PublishSettings.from(root);
    long told = SenderSettings.from(root).confidence();
    if (publish.confidenceEpochs() < told) {
      throw new IllegalArgumentException(
          "granary.deals.publish.confidence-epochs: "
              + publish.confidenceEpochs()
              + " is less than granary.sharding.sender.confidence-epochs, "
              + told);
    }
    return new PublishingSettings(publish, AddressSettings.from(root));
  }
}
