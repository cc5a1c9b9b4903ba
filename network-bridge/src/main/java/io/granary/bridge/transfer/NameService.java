package io.granary.bridge.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks names up. Blocks. Thread-safe. */
@FunctionalInterface
public interface NameService {
  /** The addresses of a name, or the one that a literal writes, without brackets. */
  List<InetAddress> addresses(String host) throws UnknownHostException;

  /** The system's. */
  static NameService system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
