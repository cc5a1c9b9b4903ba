package io.granary.bridge.libp2p.limit;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast one address may open connections: a bucket for each, with {@code burst} in it at most
 * and one more each {@code every}. Of addresses beyond the bound the one heard of longest ago is
 * forgotten, which favours it. Belongs to {@link Resources}, which guards it.
 */
final class AddressRates {
  /** When the bucket of an address will be full again. */
  private final Map<InetAddress, Long> dueNanos;

  private final long everyNanos;
  private final long burstNanos;

  AddressRates(int burst, Duration every, int kept) {
    everyNanos = every.toNanos();
    burstNanos = Math.multiplyExact(everyNanos, (long) burst - 1);
    dueNanos =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<InetAddress, Long> eldest) {
            return size() > kept;
          }
        };
  }

  /** Whether {@code address} may open one more at this time; counted when it may. */
  boolean take(InetAddress address, long nowNanos) {
    long due = Math.max(dueNanos.getOrDefault(address, nowNanos), nowNanos);
    if (due - nowNanos > burstNanos) {
      return false;
    }
    dueNanos.put(address, due + everyNanos);
    return true;
  }
}
