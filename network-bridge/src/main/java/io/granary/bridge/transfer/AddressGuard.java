package io.granary.bridge.transfer;

import io.granary.protocol.Bytes;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Keeps clients from having us read what only we can reach: a transfer may go to addresses of the
 * open internet alone. The ranges are those of the IANA registries of special-purpose addresses
 * (RFC 6890 and its updates). Of IPv6 only the global unicast range is open, without the parts of
 * it that carry IPv4 addresses inside (6to4, Teredo): with them, mapped and NAT64 addresses a
 * private IPv4 address could be written in another way.
 */
final class AddressGuard implements AddressRule {
  /** Never reached, whatever the configuration says: there are no files. */
  private static final List<Range> NEVER =
      List.of(
          range("00000000", 8, "unspecified"),
          range("a9fe0000", 16, "link-local"),
          range("e0000000", 4, "multicast"),
          range("ffffffff", 32, "broadcast"),
          range("00".repeat(16), 128, "unspecified"),
          range("fe80" + "00".repeat(14), 10, "link-local"),
          range("ff" + "00".repeat(15), 8, "multicast"));

  private static final List<Range> PRIVATE =
      List.of(
          range("7f000000", 8, "loopback"),
          range("0a000000", 8, "private"),
          range("ac100000", 12, "private"),
          range("c0a80000", 16, "private"),
          range("64400000", 10, "shared by a carrier's customers"),
          range("c0000000", 24, "reserved"),
          range("c0000200", 24, "for documentation"),
          range("c0586300", 24, "of a 6to4 relay"),
          range("c6120000", 15, "for benchmarks"),
          range("c6336400", 24, "for documentation"),
          range("cb007100", 24, "for documentation"),
          range("f0000000", 4, "reserved"),
          range("00".repeat(15) + "01", 128, "loopback"),
          range("00".repeat(10) + "ffff00000000", 96, "an IPv4 address inside IPv6"),
          range("00".repeat(16), 96, "an IPv4 address inside IPv6"),
          range("0064ff9b" + "00".repeat(12), 96, "an IPv4 address inside IPv6"),
          range("0064ff9b0001" + "00".repeat(10), 48, "an IPv4 address inside IPv6"),
          range("2002" + "00".repeat(14), 16, "an IPv4 address inside IPv6"),
          range("20010000" + "00".repeat(12), 32, "an IPv4 address inside IPv6"),
          range("fc" + "00".repeat(15), 7, "private"),
          range("20010db8" + "00".repeat(12), 32, "for documentation"),
          range("3fff" + "00".repeat(14), 20, "for documentation"),
          range("20010000" + "00".repeat(12), 23, "reserved"));

  private static final Range GLOBAL_UNICAST = range("20" + "00".repeat(15), 3, "global");

  private final boolean allowPrivate;

  AddressGuard(boolean allowPrivate) {
    this.allowPrivate = allowPrivate;
  }

  private record Range(Bytes prefix, int bits, String what) {
    boolean holds(byte[] address) {
      if (address.length != prefix.length()) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit & 7);
        if (((address[bit >> 3] ^ prefix.at(bit >> 3)) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private static Range range(String prefix, int bits, String what) {
    return new Range(Bytes.fromHex(prefix), bits, what);
  }

  @Override
  public Optional<String> problem(InetAddress address) {
    byte[] bytes = address.getAddress();
    Optional<String> never = find(NEVER, bytes);
    if (never.isPresent() || allowPrivate) {
      return never;
    }
    Optional<String> found = find(PRIVATE, bytes);
    if (found.isPresent() || bytes.length == 4 || GLOBAL_UNICAST.holds(bytes)) {
      return found;
    }
    return Optional.of("not of the open internet");
  }

  private static Optional<String> find(List<Range> ranges, byte[] address) {
    return ranges.stream().filter(range -> range.holds(address)).map(Range::what).findFirst();
  }
}
