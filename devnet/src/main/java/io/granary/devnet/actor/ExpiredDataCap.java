package io.granary.devnet.actor;

import io.granary.devnet.state.Allocation;
import io.granary.devnet.state.Claim;
import io.granary.devnet.state.RegistryState;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.BatchReturn;
import io.granary.protocol.actor.RemoveExpiredAllocationsParams;
import io.granary.protocol.actor.RemoveExpiredClaimsParams;
import io.granary.protocol.cbor.CborWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The end of allocations and claims, for anybody to carry out. */
final class ExpiredDataCap {
  private ExpiredDataCap() {}

  /** RemoveExpiredAllocations: their DataCap goes back to the client. */
  static Bytes removeAllocations(Invocation call) {
    RemoveExpiredAllocationsParams params = call.decode(RemoveExpiredAllocationsParams::readFrom);
    RegistryState registry = call.state().registry();
    List<Long> considered =
        params.allocationIds().isEmpty()
            ? registry.allocations().entrySet().stream()
                .filter(e -> e.getValue().client().equals(params.client()))
                .filter(e -> e.getValue().expiration() <= call.epoch())
                .map(Map.Entry::getKey)
                .toList()
            : params.allocationIds();
    BigInteger recovered = BigInteger.ZERO;
    List<BatchReturn.Failure> failures = new ArrayList<>();
    for (int i = 0; i < considered.size(); i++) {
      Optional<Allocation> found = registry.allocation(params.client(), considered.get(i));
      if (found.isEmpty()) {
        failures.add(new BatchReturn.Failure(i, ExitCode.NOT_FOUND.code()));
      } else if (found.get().expiration() > call.epoch()) {
        failures.add(new BatchReturn.Failure(i, ExitCode.FORBIDDEN.code()));
      } else {
        recovered = recovered.add(BigInteger.valueOf(found.get().size()));
        registry = registry.withoutAllocation(considered.get(i));
      }
    }
    call.state().put(registry.granting(params.client(), recovered));
    return new CborWriter()
        .array(3)
        .list(considered, CborWriter::uint64)
        .value(new BatchReturn(considered.size() - failures.size(), failures))
        .bigInteger(recovered)
        .toBytes();
  }

  /** RemoveExpiredClaims: nothing comes back. */
  static Bytes removeClaims(Invocation call) {
    RemoveExpiredClaimsParams params = call.decode(RemoveExpiredClaimsParams::readFrom);
    RegistryState registry = call.state().registry();
    List<Long> considered =
        params.claimIds().isEmpty()
            ? registry.claims().entrySet().stream()
                .filter(e -> e.getValue().provider().equals(params.provider()))
                .filter(e -> e.getValue().expiration() <= call.epoch())
                .map(Map.Entry::getKey)
                .toList()
            : params.claimIds();
    List<BatchReturn.Failure> failures = new ArrayList<>();
    for (int i = 0; i < considered.size(); i++) {
      Optional<Claim> found = registry.claim(params.provider(), considered.get(i));
      if (found.isEmpty()) {
        failures.add(new BatchReturn.Failure(i, ExitCode.NOT_FOUND.code()));
      } else if (found.get().expiration() > call.epoch()) {
        failures.add(new BatchReturn.Failure(i, ExitCode.FORBIDDEN.code()));
      } else {
        registry = registry.withoutClaim(considered.get(i));
      }
    }
    call.state().put(registry);
    return new CborWriter()
        .array(2)
        .list(considered, CborWriter::uint64)
        .value(new BatchReturn(considered.size() - failures.size(), failures))
        .toBytes();
  }
}
