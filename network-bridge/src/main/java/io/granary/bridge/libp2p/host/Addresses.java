package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.MultiaddrProtocol;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Socket addresses and multiaddrs. */
final class Addresses {
  /** The first byte of unique local addresses, fc00::/7 (RFC 4193), without its last bit. */
  private static final int UNIQUE_LOCAL = 0xfc;

  /** Named for one that is listened on. */
  static final int INTERFACE_ADDRESSES_MAX = 32;

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

  /** Where the interfaces of this machine that are up are reached. */
  static List<InetAddress> ofInterfaces() {
    try {
      List<InetAddress> found = new ArrayList<>();
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (each.isUp()) {
          found.addAll(Collections.list(each.getInetAddresses()));
        }
      }
      return found;
    } catch (SocketException e) {
      throw new P2pException("the interfaces of this machine are not known", e);
    }
  }

  /**
   * {@code listened} as others can dial it: for the unspecified address the interfaces' own, but
   * for IPv6 addresses that are good on one link only (go-libp2p, p2p/host/basic, interfaceAddrs;
   * go-multiaddr, net/resolve.go). A socket of Java on {@code ::} takes IPv4 too.
   *
   * @param interfaces asked only when it is needed; at most {@link #INTERFACE_ADDRESSES_MAX} are
   *     named
   */
  static List<Multiaddr> specified(
      List<Multiaddr> listened, Supplier<List<InetAddress>> interfaces) {
    Set<Multiaddr> all = new LinkedHashSet<>();
    for (Multiaddr address : listened) {
      Optional<Multiaddr.TcpTarget> any =
          address.tcp().filter(Addresses::isLiteral).filter(Addresses::isUnspecified);
      if (any.isEmpty()) {
        all.add(address);
      } else {
        boolean both = any.get().kind() == MultiaddrProtocol.IP6;
        interfaces.get().stream()
            .filter(ip -> both || ip instanceof Inet4Address)
            .filter(ip -> !(ip instanceof Inet6Address && ip.isLinkLocalAddress()))
            .limit(INTERFACE_ADDRESSES_MAX)
            .forEach(ip -> all.add(Multiaddr.tcp(ip, any.get().port())));
      }
    }
    return List.copyOf(all);
  }

  private static boolean isUnspecified(Multiaddr.TcpTarget target) {
    return literal(target.host()).isAnyLocalAddress();
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
