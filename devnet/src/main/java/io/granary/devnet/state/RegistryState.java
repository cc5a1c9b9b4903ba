package io.granary.devnet.state;

import io.granary.protocol.ActorId;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import java.math.BigInteger;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The states of the verified registry and of the DataCap token, in bytes of DataCap (builtin-actors
 * verifreg/src/state.rs, datacap/src/state.rs).
 *
 * @param root who makes verifiers
 * @param verifiers what each may still give away
 * @param dataCap what each client has left; what is set aside in allocations belongs to none
 * @param nextAllocationId from 1 on
 */
public record RegistryState(
    ActorId root,
    NavigableMap<ActorId, BigInteger> verifiers,
    NavigableMap<ActorId, BigInteger> dataCap,
    NavigableMap<Long, Allocation> allocations,
    NavigableMap<Long, Claim> claims,
    long nextAllocationId)
    implements CborEncodable {
  /** Nobody has anything, and the system actor is the root. */
  public static final RegistryState EMPTY =
      new RegistryState(
          new ActorId(0), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), 1);

  public RegistryState {
    verifiers = Collections.unmodifiableNavigableMap(verifiers);
    dataCap = Collections.unmodifiableNavigableMap(dataCap);
    allocations = Collections.unmodifiableNavigableMap(allocations);
    claims = Collections.unmodifiableNavigableMap(claims);
  }

  public RegistryState withRoot(ActorId newRoot) {
    return new RegistryState(newRoot, verifiers, dataCap, allocations, claims, nextAllocationId);
  }

  /** What {@code verifier} may still give away; empty when it is none. */
  public Optional<BigInteger> allowance(ActorId verifier) {
    return Optional.ofNullable(verifiers.get(verifier));
  }

  public RegistryState withVerifier(ActorId verifier, BigInteger allowance) {
    NavigableMap<ActorId, BigInteger> changed = new TreeMap<>(verifiers);
    changed.put(verifier, allowance);
    return new RegistryState(root, changed, dataCap, allocations, claims, nextAllocationId);
  }

  public RegistryState withoutVerifier(ActorId verifier) {
    NavigableMap<ActorId, BigInteger> changed = new TreeMap<>(verifiers);
    changed.remove(verifier);
    return new RegistryState(root, changed, dataCap, allocations, claims, nextAllocationId);
  }

  public BigInteger dataCapOf(ActorId client) {
    return dataCap.getOrDefault(client, BigInteger.ZERO);
  }

  /** DataCap that the registry holds for allocations. */
  public BigInteger allocated() {
    BigInteger sum = BigInteger.ZERO;
    for (Allocation allocation : allocations.values()) {
      sum = sum.add(BigInteger.valueOf(allocation.size()));
    }
    return sum;
  }

  /** With {@code bytes}, which may be negative, more DataCap. */
  public RegistryState granting(ActorId client, BigInteger bytes) {
    NavigableMap<ActorId, BigInteger> changed = new TreeMap<>(dataCap);
    BigInteger sum = dataCapOf(client).add(bytes);
    if (sum.signum() < 0) {
      throw new IllegalStateException("DataCap of " + client + " would be " + sum);
    }
    if (sum.signum() == 0) {
      changed.remove(client);
    } else {
      changed.put(client, sum);
    }
    return new RegistryState(root, verifiers, changed, allocations, claims, nextAllocationId);
  }

  /** The allocation {@code id} of {@code client}. */
  public Optional<Allocation> allocation(ActorId client, long id) {
    return Optional.ofNullable(allocations.get(id)).filter(it -> it.client().equals(client));
  }

  /** With {@code allocation} under the next id. */
  public RegistryState adding(Allocation allocation) {
    NavigableMap<Long, Allocation> more = new TreeMap<>(allocations);
    more.put(nextAllocationId, allocation);
    return new RegistryState(root, verifiers, dataCap, more, claims, nextAllocationId + 1);
  }

  public RegistryState withoutAllocation(long id) {
    NavigableMap<Long, Allocation> fewer = new TreeMap<>(allocations);
    fewer.remove(id);
    return new RegistryState(root, verifiers, dataCap, fewer, claims, nextAllocationId);
  }

  /** The claim {@code id} on {@code provider}. */
  public Optional<Claim> claim(ActorId provider, long id) {
    return Optional.ofNullable(claims.get(id)).filter(it -> it.provider().equals(provider));
  }

  public RegistryState withClaim(long id, Claim claim) {
    NavigableMap<Long, Claim> changed = new TreeMap<>(claims);
    changed.put(id, claim);
    return new RegistryState(root, verifiers, dataCap, allocations, changed, nextAllocationId);
  }

  public RegistryState withoutClaim(long id) {
    NavigableMap<Long, Claim> fewer = new TreeMap<>(claims);
    fewer.remove(id);
    return new RegistryState(root, verifiers, dataCap, allocations, fewer, nextAllocationId);
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(6).uint64(root.value());
    writeTable(writer, verifiers);
    writeTable(writer, dataCap);
    writer.list(
        allocations.entrySet(), (w, e) -> w.array(2).uint64(e.getKey()).value(e.getValue()));
    writer.list(claims.entrySet(), (w, e) -> w.array(2).uint64(e.getKey()).value(e.getValue()));
    writer.uint64(nextAllocationId);
  }

  private static void writeTable(CborWriter writer, NavigableMap<ActorId, BigInteger> table) {
    writer.list(
        table.entrySet(), (w, e) -> w.array(2).uint64(e.getKey().value()).bigInteger(e.getValue()));
  }
}
