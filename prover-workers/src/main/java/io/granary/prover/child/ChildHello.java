package io.granary.prover.child;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a child introduces itself (PROTOCOL.md 4).
 *
 * @param circuits the complete circuits of the parameter cache by sector size in padded bytes
 * @param parameterCache the directory looked in
 */
public record ChildHello(
    int protocol,
    long pid,
    String version,
    List<String> features,
    List<String> devices,
    String parameterCache,
    Map<Long, Set<String>> circuits) {
  public ChildHello {
    features = List.copyOf(features);
    devices = List.copyOf(devices);
    circuits = Map.copyOf(circuits);
  }
}
