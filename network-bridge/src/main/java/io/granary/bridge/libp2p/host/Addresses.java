package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.MultiaddrProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Socket addresses and multiaddrs. */
final class Addresses {
  /** The first byte of unique local addresses, fc00::/7 (RFC 4193), without its last bit. */
  private static final int UNIQUE_LOCAL = 0xfc;

  private Addresses() {}

  static Multiaddr of(SocketAddress socket) {
    if (socket instanceof InetSocketAddress internet && !internet.isUnresolved()) {
      return Multiaddr.tcp(internet.getAddress(), internet.getPort());
    }
    throw new IllegalArgumentException("no internet address: " + socket);
  }

  /**
   * What a peer at {@code from} may claim to listen on: one in the public network is not believed
   * private addresses, which would be somebody else's here.
   */
  static List<Multiaddr> credible(List<Multiaddr> claimed, Multiaddr from) {
    return isPrivate(from)
        ? claimed
        : claimed.stream().filter(address -> !isPrivate(address)).toList();
  }

  /** Whether the host is an address, for which nothing is looked up. */
  static boolean isLiteral(Multiaddr.TcpTarget target) {
    return target.kind() == MultiaddrProtocol.IP4 || target.kind() == MultiaddrProtocol.IP6;
  }

  /** Whether it is an address of this machine or of a network that is not public. */
  static boolean isPrivate(Multiaddr address) {
    return address
        .tcp()
        .filter(Addresses::isLiteral)
        .map(target -> isPrivate(literal(target.host())))
        .orElse(false);
  }

  private static boolean isPrivate(InetAddress ip) {
    return ip.isLoopbackAddress()
        || ip.isSiteLocalAddress()
        || ip.isLinkLocalAddress()
        || ip.isAnyLocalAddress()
        || (ip.getAddress().length > 4 && (ip.getAddress()[0] & 0xfe) == UNIQUE_LOCAL);
  }

  /** Of an address, not a name: nothing is looked up. */
  static InetAddress literal(String host) {
    try {
      return InetAddress.getAllByName(host)[0];
    } catch (UnknownHostException e) {
      throw new IllegalStateException("no address: " + host, e);
    }
  }
}
