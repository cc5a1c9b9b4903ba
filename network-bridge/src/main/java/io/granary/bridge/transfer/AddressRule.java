package io.granary.bridge.transfer;

import java.net.InetAddress;
import java.util.Optional;

/** Says which addresses may be connected to. */
@FunctionalInterface
interface AddressRule {
  /** What the address is that it must not be reached; empty when it may be. */
  Optional<String> problem(InetAddress address);
}
