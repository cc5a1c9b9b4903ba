package io.granary.ops.node;

import io.granary.protocol.chain.NetworkPolicy;

/** The named profiles of {@code granary.node.network}. */
final class NetworkPolicies {
  /** The devnet does not fork by itself, and its demo has epochs of a second. */
  private static final NetworkPolicy DEVNET = NetworkPolicy.LOTUS_2K.withConfidence(1, 1);

  private NetworkPolicies() {}

  static NetworkPolicy named(String name) {
    return switch (name) {
      case "mainnet", "calibration" -> NetworkPolicy.MAINNET;
      case "2k" -> NetworkPolicy.LOTUS_2K;
      case "devnet" -> DEVNET;
      default ->
          throw new ConfigurationException(
              "granary.node.network: expected mainnet, calibration, 2k or devnet, got " + name);
    };
  }
}
